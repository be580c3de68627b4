import { nameIn, type Site } from '../../shared/preview/model.ts';
import type { Door } from '../../shared/preview/targets/target.ts';
import { att, type Part, parameter, type Resource, ref, type Value } from '../template.ts';

/**
 * CloudFront's own names for what a distribution keeps and passes on. `what it says`: answers are kept as they
 * say themselves, each query string's for itself, and the visitor's whole request is passed on. `nothing`: no answer is kept, and what stands
 * behind is asked by its own host name, without which API Gateway answers nobody.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html, …/using-managed-origin-request-policies.html
 */
const POLICIES = {
  'what it says': {
    CachePolicyId: '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
    OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3',
  },
  nothing: {
    CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
  },
};

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
const SECURITY_HEADERS = '67f7725c-6f97-4210-82d7-5512b31e9d03';

/** The hosted zone of all distributions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-route53-recordset-aliastarget.html */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';

/** What the pilot's address leads to, behind CloudFront or by itself. */
export interface Behind {
  /** As the distribution calls it. */
  name: string;
  /** By which CloudFront finds it. */
  host: Value;
  /** By which visitors find it while there is no domain. */
  url: Value;
  /** Of its answers, what CloudFront keeps. */
  keeps: keyof typeof POLICIES;
  /** It shows a certificate of AWS's own, so that one of the domain's is only for names that lead straight to it. */
  isSecure: boolean;
  /** How CloudFront speaks to it. @param secure there is a certificate for the domain. */
  origin(door: Door, secure: boolean): Record<string, Value>;
  /** Where the record of a name points to without CloudFront. @param number of the name, from 1. */
  alias(number: number): Value;
}

const urlOf = (scheme: string, host: Value): Value => ({ 'Fn::Join': ['', [`${scheme}://`, host, '/']] });

const protocolOf = (secure: boolean) => ({
  OriginProtocolPolicy: secure ? 'https-only' : 'http-only',
  OriginSSLProtocols: ['TLSv1.2'],
});

/** The load balancer, which CloudFront may also reach inside the network. */
export const BALANCER: Behind = {
  name: 'balancer',
  host: att('Balancer', 'DNSName'),
  url: urlOf('http', att('Balancer', 'DNSName')),
  keeps: 'what it says',
  isSecure: false,
  origin: (door, secure) =>
    door.balancer === 'internal'
      ? { VpcOriginConfig: { VpcOriginId: att('VpcOrigin', 'Id') } }
      : { CustomOriginConfig: protocolOf(secure) },
  alias: () => ({ DNSName: att('Balancer', 'DNSName'), HostedZoneId: att('Balancer', 'CanonicalHostedZoneID') }),
};

/** CloudFront takes certificates of this region alone, wherever the stack is. */
const CDN_REGION = 'us-east-1';

/**
 * The pilot's address: the certificate of what stands behind it, CloudFront before
 * that where the manifest wants it, and the records that lead there.
 */
export function frontPart(site: Site, door: Door, behind = BALANCER): Part {
  const { domain } = site.manifest;
  const names = domain ? [domain.name, ...(domain.aliases ?? [])] : [];
  const hasCdn = door.cdn === 'own';
  const isCertified = behind.isSecure && (hasCdn || domain?.certificate !== undefined);
  const isHere = site.region === CDN_REGION && !isCertified && domain?.certificate === undefined;
  return {
    Parameters: {
      ...(domain && { Zone: parameter('Id of the hosted zone of the domain', 'Z[A-Z0-9]+') }),
      ...(domain &&
        hasCdn &&
        !isHere && {
          CdnCertificate: parameter(
            `Certificate for the domain, in ${CDN_REGION}`,
            `arn:aws[a-z-]*:acm:${CDN_REGION}:[0-9]{12}:certificate/.+`,
          ),
        }),
    },
    Resources: {
      ...(domain && !isCertified && { Certificate: certificate(names) }),
      ...(hasCdn && cdn(site, door, names, behind, isHere ? 'Certificate' : 'CdnCertificate')),
      ...Object.fromEntries(names.flatMap((name, index) => records(name, index + 1, hasCdn, behind))),
    },
    Outputs: {
      Address: {
        Description: 'Where visitors find the pilot',
        Value: names[0]
          ? `https://${names[0]}/`
          : hasCdn
            ? urlOf('https', att('Distribution', 'DomainName'))
            : behind.url,
      },
    },
  };
}

const certificate = ([DomainName = '', ...others]: string[]): Resource => ({
  Type: 'AWS::CertificateManager::Certificate',
  Properties: {
    DomainName,
    ...(others.length > 0 && { SubjectAlternativeNames: others }),
    ValidationMethod: 'DNS',
    DomainValidationOptions: [DomainName, ...others].map((name) => ({ DomainName: name, HostedZoneId: ref('Zone') })),
  },
});

function cdn(
  site: Site,
  door: Door,
  Aliases: string[],
  behind: Behind,
  certificateName: string,
): Record<string, Resource> {
  const isInside = door.balancer === 'internal';
  const secure = Aliases.length > 0;
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
            ...protocolOf(secure),
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
              AcmCertificateArn: ref(certificateName),
              SslSupportMethod: 'sni-only',
              MinimumProtocolVersion: 'TLSv1.2_2021',
            },
          }),
          Origins: [{ Id: behind.name, DomainName: behind.host, ...behind.origin(door, secure) }],
          DefaultCacheBehavior: {
            TargetOriginId: behind.name,
            ViewerProtocolPolicy: 'redirect-to-https',
            AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
            Compress: true,
            ...POLICIES[behind.keeps],
            ResponseHeadersPolicyId: SECURITY_HEADERS,
          },
        },
      },
    },
  };
}

function records(Name: string, number: number, hasCdn: boolean, behind: Behind): [string, Resource][] {
  const AliasTarget: Value = hasCdn
    ? { DNSName: att('Distribution', 'DomainName'), HostedZoneId: CLOUDFRONT_ZONE }
    : behind.alias(number);
  // What stands behind has no IPv6 address.
  return (hasCdn ? ['A', 'AAAA'] : ['A']).map((Type) => [
    `Record${Type}${number}`,
    { Type: 'AWS::Route53::RecordSet', Properties: { HostedZoneId: ref('Zone'), Name, Type, AliasTarget } },
  ]);
}
