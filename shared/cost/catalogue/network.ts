import type { Listed } from '../listed.ts';

/** What stands between a pilot and its visitors. */
export const NETWORK = {
  'ipv4.hour': { what: 'public IPv4 address', unit: 'hour', offer: 'AmazonVPC', usage: 'PublicIPv4:InUseAddress' },
  'alb.hour': balancer('load balancer', 'hour', 'LoadBalancerUsage'),
  'alb.lcu-hour': balancer('load balancer capacity', 'LCU-hour', 'LCUUsage'),
  'nat.hour': nat('NAT gateway', 'hour', 'NatGateway-Hours'),
  'nat.gb': nat('NAT gateway traffic', 'GB', 'NatGateway-Bytes'),
  'endpoint.hour': endpoint('interface endpoint in one zone', 'hour', 'VpcEndpoint-Hours'),
  'endpoint.gb': endpoint('interface endpoint traffic', 'GB', 'VpcEndpoint-Bytes'),
  'transfer.out.gb': {
    what: 'traffic to the internet, first 10 TB a month',
    unit: 'GB',
    offer: 'AWSDataTransfer',
    usage: 'DataTransfer-Out-Bytes',
    where: { transferType: 'AWS Outbound' },
  },
  'cloudfront.gb': {
    what: 'CloudFront traffic, first 10 TB a month',
    unit: 'GB',
    offer: 'AmazonCloudFront',
    usage: 'DataTransfer-Out-Bytes',
    scope: 'area',
  },
  'cloudfront.requests.10k': {
    what: 'CloudFront HTTPS requests',
    unit: '10,000 requests',
    offer: 'AmazonCloudFront',
    usage: 'Requests-Tier2-HTTPS',
    scope: 'area',
    times: 10_000,
  },
  'cloudfront.function.million': {
    what: 'CloudFront Function calls',
    unit: 'million calls',
    offer: 'AmazonCloudFront',
    usage: 'Executions-CloudFrontFunctions',
    scope: 'world',
    times: 1_000_000,
  },
  'cloudfront.kvs-read.million': {
    what: 'CloudFront KeyValueStore reads',
    unit: 'million reads',
    offer: 'AmazonCloudFront',
    usage: 'KeyValueStore-EdgeReads',
    scope: 'world',
    times: 1_000_000,
  },
  'apigw.http.million': {
    what: 'API Gateway HTTP requests',
    unit: 'million requests',
    offer: 'AmazonApiGateway',
    usage: 'ApiGatewayHttpRequest',
    times: 1_000_000,
  },
  'route53.zone-month': {
    what: 'Route 53 zone',
    unit: 'month',
    offer: 'AmazonRoute53',
    usage: 'HostedZone',
    scope: 'world',
    family: 'DNS Zone',
  },
  'route53.query.million': {
    what: 'Route 53 queries',
    unit: 'million queries',
    offer: 'AmazonRoute53',
    usage: 'DNS-Queries',
    scope: 'world',
    family: 'DNS Query',
    where: { routingType: 'Standard' },
    times: 1_000_000,
  },
} satisfies Record<string, Listed>;

function balancer(what: string, unit: string, usage: string): Listed {
  return { what: `application ${what}`, unit, offer: 'AWSELB', usage, family: 'Load Balancer-Application' };
}

function nat(what: string, unit: string, usage: string): Listed {
  return { what, unit, offer: 'AmazonEC2', usage, family: 'NAT Gateway' };
}

function endpoint(what: string, unit: string, usage: string): Listed {
  return { what, unit, offer: 'AmazonVPC', usage, family: 'VpcEndpoint' };
}
