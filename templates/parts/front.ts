import { nameIn, type Site } from '../../shared/preview/model.ts';
import type { Door } from '../../shared/preview/targets/target.ts';
import { att, type Part, parameter, type Resource, ref, type Value } from '../template.ts';

/** CloudFront's own names for what every distribution of ours does: nothing is kept, everything is passed on. */
const MANAGED = {
  /** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
  useOriginHeaders: '83da9c7e-98b4-4e11-a168-04f0df8e2c65',
  /** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html */
  allViewer: '216adef6-5c7f-47e4-b989-5492eafa07d3',
  /** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
  securityHeaders: '67f7725c-6f97-4210-82d7-5512b31e9d03',
};

/** The hosted zone of all distributions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-route53-recordset-aliastarget.html */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';

/**
 * The pilot's address: the certificate of the load balancer, CloudFront before
 * it where the manifest wants that, and the records that lead there.
 */
export function frontPart(site: Site, door: Door): Part {
  const { domain } = site.manifest;
  const names = domain ? [domain.name, ...(domain.aliases ?? [])] : [];
  const hasCdn = door.cdn === 'own';
  return {
    Parameters: {
      ...(domain && { Zone: parameter('Id of the hosted zone of the domain', 'Z[A-Z0-9]+') }),
      // CloudFront takes certificates of us-east-1 alone, wherever the stack is.
      ...(domain &&
        hasCdn && {
          CdnCertificate: parameter(
            'Certificate for the domain, in us-east-1',
            'arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate/.+',
          ),
        }),
    },
    Resources: {
      ...(domain && { Certificate: certificate(names) }),
      ...(hasCdn && cdn(site, door, names)),
      ...Object.fromEntries(names.flatMap((name, index) => records(name, index, hasCdn))),
    },
    Outputs: {
      Address: {
        Description: 'Where visitors find the pilot',
        Value: names[0]
          ? `https://${names[0]}/`
          : hasCdn
            ? urlOf('https', att('Distribution', 'DomainName'))
            : urlOf('http', att('Balancer', 'DNSName')),
      },
    },
  };
}

const urlOf = (scheme: string, host: Value): Value => ({ 'Fn::Join': ['', [`${scheme}://`, host, '/']] });

const certificate = ([DomainName = '', ...others]: string[]): Resource => ({
  Type: 'AWS::CertificateManager::Certificate',
  Properties: {
    DomainName,
    ...(others.length > 0 && { SubjectAlternativeNames: others }),
    ValidationMethod: 'DNS',
    DomainValidationOptions: [DomainName, ...others].map((name) => ({ DomainName: name, HostedZoneId: ref('Zone') })),
  },
});

function cdn(site: Site, door: Door, Aliases: string[]): Record<string, Resource> {
  const isInside = door.balancer === 'internal';
  const secure = Aliases.length > 0;
  const protocol: Value = {
    OriginProtocolPolicy: secure ? 'https-only' : 'http-only',
    OriginSSLProtocols: ['TLSv1.2'],
  };
  return {
    ...(isInside && {
      VpcOrigin: {
        Type: 'AWS::CloudFront::VpcOrigin',
        // CloudFront finds the load balancer by its listener's port.
        DependsOn: ['Listener'],
        Properties: {
          VpcOriginEndpointConfig: {
            Name: nameIn(site, 'stack'),
            Arn: ref('Balancer'),
            ...(protocol as object),
          },
        },
      } satisfies Resource,
    }),
    Distribution: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          Comment: nameIn(site, 'stack'),
          HttpVersion: 'http2and3',
          IPV6Enabled: true,
          ...(secure && {
            Aliases,
            ViewerCertificate: {
              AcmCertificateArn: ref('CdnCertificate'),
              SslSupportMethod: 'sni-only',
              MinimumProtocolVersion: 'TLSv1.2_2021',
            },
          }),
          Origins: [
            {
              Id: 'balancer',
              DomainName: att('Balancer', 'DNSName'),
              ...(isInside
                ? { VpcOriginConfig: { VpcOriginId: att('VpcOrigin', 'Id') } }
                : { CustomOriginConfig: protocol }),
            },
          ],
          DefaultCacheBehavior: {
            TargetOriginId: 'balancer',
            ViewerProtocolPolicy: 'redirect-to-https',
            AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
            Compress: true,
            CachePolicyId: MANAGED.useOriginHeaders,
            OriginRequestPolicyId: MANAGED.allViewer,
            ResponseHeadersPolicyId: MANAGED.securityHeaders,
          },
        },
      },
    },
  };
}

function records(Name: string, index: number, hasCdn: boolean): [string, Resource][] {
  const AliasTarget: Value = hasCdn
    ? { DNSName: att('Distribution', 'DomainName'), HostedZoneId: CLOUDFRONT_ZONE }
    : { DNSName: att('Balancer', 'DNSName'), HostedZoneId: att('Balancer', 'CanonicalHostedZoneID') };
  // The load balancer has no IPv6 address.
  return (hasCdn ? ['A', 'AAAA'] : ['A']).map((Type) => [
    `Record${Type}${index + 1}`,
    { Type: 'AWS::Route53::RecordSet', Properties: { HostedZoneId: ref('Zone'), Name, Type, AliasTarget } },
  ]);
}
