import { nameIn, type Site } from '../../shared/preview/model.ts';
import { ALIAS, throttleOf } from '../../shared/preview/targets/lambda-api.ts';
import type { Door } from '../../shared/preview/targets/target.ts';
import { arn, att, type Part, type Resource, ref, sub } from '../template.ts';
import type { Behind } from './front.ts';
import { logGroup } from './logs.ts';

/** The stage that needs no path of its own. */
const STAGE = '$default';
/** No longer does an HTTP API wait: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const WAITS_MS = 30_000;

/** What is written of each request; visitors’ addresses are not. */
const LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};

/**
 * An HTTP API that hands every request to the function's alias. The alias is
 * the pointer, and is made later under a name that is known; who makes it lets the API in.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function apiPart(site: Site, door: Door): Part {
  const { rate, burst } = throttleOf(site.load);
  const names = door.cdn === 'none' ? namesOf(site) : [];
  return {
    Resources: {
      Api: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: {
          Name: nameIn(site, 'function'),
          ProtocolType: 'HTTP',
          // Until a release is verified, visitors come by the address that they knew: a domain that is added closes none.
          DisableExecuteApiEndpoint: false,
        },
      },
      ApiIntegration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: ref('Api'),
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: arn('lambda', `function:${nameIn(site, 'function')}:${ALIAS}`),
          PayloadFormatVersion: '2.0',
          TimeoutInMillis: WAITS_MS,
        },
      },
      ApiRoute: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: { ApiId: ref('Api'), RouteKey: '$default', Target: sub(`integrations/\${ApiIntegration}`) },
      },
      AccessLogs: logGroup(site, 'access-log-group'),
      ApiStage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: {
          ApiId: ref('Api'),
          StageName: STAGE,
          AutoDeploy: true,
          AccessLogSettings: {
            DestinationArn: arn('logs', `log-group:\${AccessLogs}`),
            Format: JSON.stringify(LOG_FIELDS),
          },
          DefaultRouteSettings: { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
        },
      },
      ...Object.fromEntries(names.flatMap((name, index) => domainOf(site, name, index + 1))),
    },
    Outputs: {
      Api: {
        Description: 'Whose requests call the function',
        Value: sub(`arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*`),
      },
    },
  };
}

const namesOf = ({ manifest: { domain } }: Site): string[] => (domain ? [domain.name, ...(domain.aliases ?? [])] : []);

/** A name that the API answers to. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html */
function domainOf({ manifest }: Site, DomainName: string, number: number): [string, Resource][] {
  return [
    [
      `ApiDomain${number}`,
      {
        Type: 'AWS::ApiGatewayV2::DomainName',
        Properties: {
          DomainName,
          DomainNameConfigurations: [
            {
              CertificateArn: manifest.domain?.certificate ?? ref('Certificate'),
              EndpointType: 'REGIONAL',
              SecurityPolicy: 'TLS_1_2',
            },
          ],
        },
      },
    ],
    [
      `ApiMapping${number}`,
      {
        Type: 'AWS::ApiGatewayV2::ApiMapping',
        DependsOn: ['ApiStage'],
        Properties: { ApiId: ref('Api'), DomainName: ref(`ApiDomain${number}`), Stage: STAGE },
      },
    ],
  ];
}

/** The API as the pilot’s address finds it: CloudFront by the API’s own name, visitors by the domain’s. */
export const API: Behind = {
  name: 'api',
  host: sub(`\${Api}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}`),
  url: { 'Fn::Join': ['', [att('Api', 'ApiEndpoint'), '/']] },
  keeps: 'nothing',
  isSecure: true,
  origin: () => ({ CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] } }),
  alias: (number) => ({
    DNSName: att(`ApiDomain${number}`, 'RegionalDomainName'),
    HostedZoneId: att(`ApiDomain${number}`, 'RegionalHostedZoneId'),
  }),
};
