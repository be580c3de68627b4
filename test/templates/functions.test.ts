import type { Resource, Template } from '../../templates/template.ts';
import { SMALL } from '../preview/samples.ts';
import { TEMPLATES, templateIn } from './samples.ts';

const of = (name: string, type: string, template = TEMPLATES[name] as Template): Resource[] =>
  Object.values(template.Resources).filter(({ Type }) => Type === type);
const only = (name: string, type: string) => of(name, type)[0]?.Properties;
const arn = (service: string, rest: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`,
});
const outputs = (name: string) => Object.keys(TEMPLATES[name]?.Outputs ?? {});

describe('an HTTP API', () => {
  it('hands everything to the alias, under the name that it will have', () => {
    expect(only('lambda-api', 'AWS::ApiGatewayV2::Integration')).toMatchObject({
      IntegrationUri: arn('lambda', 'function:acme-shop-production:live'),
      ...{ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', TimeoutInMillis: 30_000 },
    });
    expect(only('lambda-api', 'AWS::ApiGatewayV2::Route')).toMatchObject({ RouteKey: '$default' });
    expect(only('lambda-api', 'AWS::ApiGatewayV2::Stage')).toMatchObject({
      ...{ StageName: '$default', AutoDeploy: true },
      AccessLogSettings: { DestinationArn: arn('logs', 'log-group:$' + '{AccessLogs}') },
    });
    expect(outputs('lambda-api')).toEqual(expect.arrayContaining(['Api', 'Address']));
  });

  it.each([
    ['', 100, 100],
    ['traffic: heavy\n', 5000, 5000],
    ['traffic: {requests: 1000, peak: 5000}\n', 10_000, 5000],
    ['traffic: {requests: 0.1, peak: 1}\n', 10, 10],
  ])('lets through ten times the busiest second, as far as an account may: %j', (traffic, rate, burst) => {
    const template = templateIn(`${SMALL.lambda}lambda: {front: http-api}\n${traffic}`);
    expect(of('', 'AWS::ApiGatewayV2::Stage', template)[0]?.Properties?.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: rate,
      ThrottlingBurstLimit: burst,
    });
  });

  it('writes of each request where AWS needs no policy for each group, and keeps it as long as the rest', () => {
    const groups = of(
      '',
      'AWS::Logs::LogGroup',
      templateIn(`${SMALL.lambda}lambda: {front: http-api}\nretention: {logs: 7}\n`),
    );
    expect(groups.map(({ Properties }) => Properties)).toEqual([
      { LogGroupName: '/pilots/acme-shop/production', RetentionInDays: 7 },
      { LogGroupName: '/aws/vendedlogs/pilots/acme-shop/production', RetentionInDays: 7 },
    ]);
    expect(of('lambda-small', 'AWS::Logs::LogGroup')).toHaveLength(1);
  });

  it('answers to each name of its domain, and still to the one that AWS gave', () => {
    const names = of('lambda-without-cdn', 'AWS::ApiGatewayV2::DomainName').map((one) => one.Properties?.DomainName);
    expect(names).toEqual(['shop.example.com', 'www.example.com']);
    expect(of('lambda-without-cdn', 'AWS::ApiGatewayV2::ApiMapping')).toHaveLength(2);
    expect(of('lambda-without-cdn', 'AWS::Route53::RecordSet').map((one) => one.Properties?.AliasTarget)).toEqual(
      [1, 2].map((number) => ({
        DNSName: { 'Fn::GetAtt': [`ApiDomain${number}`, 'RegionalDomainName'] },
        HostedZoneId: { 'Fn::GetAtt': [`ApiDomain${number}`, 'RegionalHostedZoneId'] },
      })),
    );
    const isShut = (name: string) => only(name, 'AWS::ApiGatewayV2::Api')?.DisableExecuteApiEndpoint;
    expect(['lambda-without-cdn', 'lambda-api', 'lambda-domain'].map(isShut)).toEqual([false, false, false]);
  });

  it('shows the certificate that is there already', () => {
    const certificate = 'arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
    const template = templateIn(
      `${SMALL.lambda}domain: {name: shop.example.com, cdn: false, certificate: "${certificate}"}\n`,
    );
    expect(of('', 'AWS::CertificateManager::Certificate', template)).toEqual([]);
    expect(of('', 'AWS::ApiGatewayV2::DomainName', template)[0]?.Properties?.DomainNameConfigurations).toMatchObject([
      { CertificateArn: certificate, EndpointType: 'REGIONAL' },
    ]);
  });

  it('is asked by CloudFront under its own name, without which it answers nobody', () => {
    expect(only('lambda-domain', 'AWS::CloudFront::Distribution')?.DistributionConfig).toMatchObject({
      Aliases: ['shop.example.com', 'www.example.com'],
      Origins: [{ DomainName: { 'Fn::Sub': expect.stringContaining('.execute-api.') } }],
      DefaultCacheBehavior: {
        // CachingDisabled and AllViewerExceptHostHeader.
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      },
    });
    expect(of('lambda-domain', 'AWS::CertificateManager::Certificate')).toEqual([]);
  });
});

describe('the role of a function', () => {
  it('is taken on by Lambda, which AWS does not promise says for whom', () => {
    expect(only('lambda-small', 'AWS::IAM::Role')?.AssumeRolePolicyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    const account = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    for (const { Properties } of of('ecs-small', 'AWS::IAM::Role'))
      expect(Properties?.AssumeRolePolicyDocument).toMatchObject({ Statement: [{ Condition: account }] });
  });
});

describe('a load balancer before a function', () => {
  it('has one target group, which nobody looks at', () => {
    const [group, ...others] = of('lambda-balancer', 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(others).toEqual([]);
    expect(group?.Properties).toEqual({
      Name: expect.stringMatching(/^function-/),
      TargetType: 'lambda',
      HealthCheckEnabled: false,
    });
    expect(outputs('lambda-balancer')).toContain('FunctionTargets');
    expect(outputs('lambda-balancer')).not.toContain('Listener');
  });

  it.each([
    ['lambda-balancer', 'internal', 'Private'],
    ['lambda-balancer-domain', 'internet-facing', 'Public'],
    ['lambda-balancer-without-cdn', 'internet-facing', 'Public'],
  ])('is reached as that of a server: %s', (name, Scheme, kind) => {
    const balancer = only(name, 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(balancer?.Scheme).toBe(Scheme);
    expect(balancer?.Subnets).toContainEqual({ Ref: `${kind}Subnet1` });
    expect(of(name, 'AWS::CloudFront::VpcOrigin')).toHaveLength(Scheme === 'internal' ? 1 : 0);
  });
});

describe('a function in a network', () => {
  const statements = (name: string) =>
    Reflect.get(Object(only(name, 'AWS::IAM::Role')?.Policies), 0)?.PolicyDocument.Statement as {
      Effect: string;
      Action: string[];
      Condition?: object;
    }[];

  it('is reached by nobody there', () => {
    const group = TEMPLATES['lambda-domain']?.Resources.FunctionGroup;
    expect(group?.Properties).not.toHaveProperty('SecurityGroupIngress');
    expect(outputs('lambda-domain')).toEqual(expect.arrayContaining(['Subnets', 'FunctionGroup']));
  });

  it('has Lambda make its interfaces, which its code may not', () => {
    const about = statements('lambda-domain').filter(({ Action }) => Action.includes('ec2:CreateNetworkInterface'));
    expect(about.map(({ Effect }) => Effect)).toEqual(['Allow', 'Deny']);
    expect(about[1]?.Condition).toEqual({
      ArnEquals: { 'lambda:SourceFunctionArn': arn('lambda', 'function:acme-shop-production') },
    });
    expect(
      statements('lambda-balancer')
        .flatMap(({ Action }) => Action)
        .join(),
    ).not.toContain('ec2:');
  });
});
