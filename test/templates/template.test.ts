import { templateOf } from '../../templates/index.ts';
import { missingIn } from '../../templates/missing.ts';
import type { Template } from '../../templates/template.ts';
import { joined } from '../../templates/template.ts';
import { plan, SMALL } from '../preview/samples.ts';
import { at, of, statementsOf, texts } from './reading.ts';
import { siteOf, TEMPLATES, templateIn, VARIANTS } from './samples.ts';

const variants = Object.entries(TEMPLATES);
describe.each(variants)('the template %s', (name, template) => {
  it('is the same whenever it is written, and small enough to be handed over as text', () => {
    expect(templateIn(VARIANTS[name] ?? '')).toEqual(template);
    expect(JSON.stringify(template).length).toBeLessThan(51_200);
  });

  it('holds no pointer: nothing in it gives a visitor to a colour', () => {
    expect(Object.values(template.Resources).map(({ Type }) => Type)).not.toContain('AWS::Lambda::Alias');
    for (const { Properties } of of(template, 'AWS::ElasticLoadBalancingV2::Listener'))
      expect(['fixed-response', 'redirect']).toContain(at(Properties, 'DefaultActions', 0, 'Type'));
    for (const { Properties } of of(template, 'AWS::ElasticLoadBalancingV2::ListenerRule')) {
      const group = at(Properties, 'Actions', 0, 'TargetGroupArn', 'Ref');
      // What stands behind a rule for functions, the alias decides.
      if (group) expect(at(template.Resources, String(group), 'Properties', 'TargetType')).toBe('lambda');
      // RFC 2606: a name below `.invalid` never leads anywhere.
      else expect(at(Properties, 'Conditions', 0, 'HostHeaderConfig', 'Values')).toEqual(['standby.invalid']);
    }
  });

  it('bounds every role, and allows on everything only what AWS cannot allow on less', () => {
    for (const { Properties } of of(template, 'AWS::IAM::Role')) {
      const isOperations = String(Properties?.RoleName).endsWith('--operations');
      expect(Properties?.PermissionsBoundary).toEqual({ Ref: isOperations ? 'OperationsBoundary' : 'Boundary' });
    }
    const onAll = statementsOf(template).filter(({ Resource }) => Resource === '*');
    for (const action of onAll.flatMap(({ Action }) => Action))
      expect(action).toMatch(
        /^(?:ecr:GetAuthorizationToken|ec2:\w*(?:NetworkInterface|PrivateIpAddress|Subnet)\w*|(?:ssm|ec2)messages:\w+|ecs:DiscoverPollEndpoint|ecs:Submit\w+StateChange|(?:autoscaling|cloudwatch|ec2|elasticloadbalancing|logs):Describe\w+)$/,
      );
    for (const { Action } of statementsOf(template)) expect(Action.join()).not.toContain('*');
  });

  it('keeps what a pilot cannot get back', () => {
    // Through the settings writer's own access point nothing is mounted that serves.
    const { SettingsAccessPoint: _, ...resources } = template.Resources;
    for (const { Type, DeletionPolicy, UpdateReplacePolicy } of Object.values(resources))
      if (['AWS::S3::Bucket', 'AWS::Logs::LogGroup', 'AWS::EFS::FileSystem', 'AWS::EFS::AccessPoint'].includes(Type))
        expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  it('is open to the world only where nothing stands in front', () => {
    const open = texts(of(template, 'AWS::EC2::SecurityGroup')).filter((text) => /^(?:0\.0\.0\.0|::)\/0$/.test(text));
    expect(open.length > 0).toBe(
      ['ecs-without-cdn', 'lambda-balancer-without-cdn', 'beanstalk-without-cdn'].includes(name),
    );
  });
});

/** Names that the plan shows as they will be in AWS. */
const NAMED = [
  ...['LoadBalancer', 'TargetGroup', 'Cluster', 'LogGroup', 'Alarm', 'Bucket', 'FileSystem'],
  ...['AutoScalingGroup', 'CapacityProvider', 'LaunchTemplate'],
];

describe('what the plan of a pilot shows', () => {
  it.each(Object.entries(VARIANTS))('is in its template, under the same names: %s', (name, text) => {
    const template = TEMPLATES[name] as Template;
    const { components } = plan(text, { region: 'eu-central-1', account: '123456789012' });
    expect(missingIn(template, components)).toEqual([]);
    const said = texts(template);
    const isHere = (type: string) => of(template, type).length > 0;
    for (const { type, name: planName } of components
      .flatMap(({ resources }) => resources)
      .filter(({ type }) => isHere(type)))
      if (NAMED.some((kind) => type.endsWith(`::${kind}`))) expect(said).toContain(planName);
  });
});

describe('a role', () => {
  const resources = (name: string, action: string): string[] =>
    statementsOf(TEMPLATES[name] as Template)
      .filter(({ Action }) => Action.includes(action))
      .flatMap(({ Resource }) => texts(Resource));
  const here = (service: string, rest: string) =>
    `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`;

  it.each(['ecs-domain', 'lambda-events'])('reads the secrets that are named, and no other: %s', (name) => {
    expect(resources(name, 'secretsmanager:GetSecretValue')).toEqual([
      here('secretsmanager', 'secret:pilots/acme-shop/production/smtp-??????'),
      here('secretsmanager', 'secret:shared/key-??????'),
    ]);
    expect(resources(name, 'ssm:GetParameters')).toEqual([here('ssm', 'parameter/pilots/acme-shop/production/mode')]);
  });

  it('reads no secret where none is named', () => {
    expect(resources('ecs-small', 'secretsmanager:GetSecretValue')).toEqual([]);
  });

  it.each([
    ['ecs-from-ecr', ['arn:\u0024{AWS::Partition}:ecr:eu-central-1:123456789012:repository/acme/shop']],
    ['ecs-from-git', [here('ecr', 'repository/pilots/acme-shop/production')]],
    ['ecs-small', []],
  ])('pulls from one repository: %s', (name, repositories) => {
    expect(resources(name, 'ecr:BatchGetImage')).toEqual(repositories);
  });
});

describe('the network', () => {
  const count = (name: string, type: string) => of(TEMPLATES[name] as Template, type).length;

  it.each([
    ['ecs-small', 4, 1, 1],
    ['ecs-domain', 6, 3, 1],
    ['ecs-without-cdn', 8, 0, 7],
    ['ecs-shared-network', 0, 0, 0],
    ['lambda-small', 0, 0, 0],
    ['lambda-domain', 4, 0, 3],
    ['lambda-balancer', 4, 0, 0],
    ['lambda-balancer-domain', 2, 0, 0],
    ['lambda-balancer-without-cdn', 6, 1, 1],
    ['lambda-shared-network', 0, 0, 0],
  ])('of %s has %i subnets, %i gateways and %i endpoints', (name, subnets, gateways, endpoints) => {
    expect([
      count(name, 'AWS::EC2::Subnet'),
      count(name, 'AWS::EC2::NatGateway'),
      count(name, 'AWS::EC2::VPCEndpoint'),
    ]).toEqual([subnets, gateways, endpoints]);
  });

  it('gives every subnet addresses of its own', () => {
    const blocks = of(TEMPLATES['ecs-without-cdn'] as Template, 'AWS::EC2::Subnet').map(
      ({ Properties }) => Properties?.CidrBlock,
    );
    expect(new Set(blocks).size).toBe(8);
    for (const block of blocks) expect(block).toMatch(/^10\.0\.\d{1,3}\.0\/20$/);
  });

  it('leaves the private subnets only through the gateway of their own zone, or the one that there is', () => {
    const ways = (name: string) =>
      of(TEMPLATES[name] as Template, 'AWS::EC2::Route').flatMap(
        ({ Properties }) => at(Properties, 'NatGatewayId', 'Ref') ?? [],
      );
    expect(ways('ecs-small')).toEqual(['NatGateway1', 'NatGateway1']);
    expect(ways('ecs-domain')).toEqual(['NatGateway1', 'NatGateway2', 'NatGateway3']);
  });
});

describe('the front', () => {
  const origin = (name: string) =>
    at(
      of(TEMPLATES[name] as Template, 'AWS::CloudFront::Distribution'),
      0,
      'Properties',
      'DistributionConfig',
      'Origins',
      0,
    );

  it('is CloudFront, which reaches the load balancer inside the network', () => {
    expect(origin('ecs-small')).toMatchObject({ VpcOriginConfig: {} });
    expect(
      at(
        of(TEMPLATES['ecs-small'] as Template, 'AWS::ElasticLoadBalancingV2::LoadBalancer'),
        0,
        'Properties',
        'Scheme',
      ),
    ).toBe('internal');
  });

  it('keeps an answer for each query string, as the pilot says how long', () => {
    const behaviour = at(
      of(TEMPLATES['ecs-small'] as Template, 'AWS::CloudFront::Distribution'),
      ...([0, 'Properties', 'DistributionConfig', 'DefaultCacheBehavior'] as const),
    );
    // UseOriginCacheControlHeaders-QueryStrings and AllViewer.
    expect(behaviour).toMatchObject({
      CachePolicyId: '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
      OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3',
    });
  });

  it('reaches it in public where the manifest says so', () => {
    expect(origin('ecs-rules')).toMatchObject({ CustomOriginConfig: {} });
  });

  it('speaks TLS as soon as there is a name to have a certificate for', () => {
    const listener = (name: string) =>
      at(of(TEMPLATES[name] as Template, 'AWS::ElasticLoadBalancingV2::Listener'), 0, 'Properties');
    expect(listener('ecs-small')).toMatchObject({ Port: 80, Protocol: 'HTTP' });
    expect(listener('ecs-domain')).toMatchObject({
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: { Ref: 'Certificate' } }],
    });
  });

  it('has a record for each name and each kind of address', () => {
    const records = (name: string) =>
      of(TEMPLATES[name] as Template, 'AWS::Route53::RecordSet').map(
        ({ Properties }) => `${Properties?.Name} ${Properties?.Type}`,
      );
    expect(records('ecs-domain')).toEqual([
      'shop.example.com A',
      'shop.example.com AAAA',
      'www.example.com A',
      'www.example.com AAAA',
    ]);
    expect(records('ecs-without-cdn')).toEqual(['shop.example.com A']);
  });

  it('answers with a page that the listener takes: at most 1,024 characters', () => {
    const page = at(
      of(TEMPLATES['ecs-small'] as Template, 'AWS::ElasticLoadBalancingV2::Listener'),
      0,
      'Properties',
      'DefaultActions',
      0,
      'FixedResponseConfig',
    );
    expect(page).toMatchObject({ StatusCode: '503', ContentType: 'text/html' });
    expect(String(at(page, 'MessageBody')).length).toBeLessThanOrEqual(1024);
  });
});

describe('what stands behind a load balancer', () => {
  it('is the same whatever a release listens on or is asked for: the stack changes under what serves', () => {
    const other = `${SMALL.ecs}ecs: {port: 9000}\nhealth: {path: /well, interval: 30s, status: 204}\n`;
    expect(templateIn(other)).toEqual(templateIn(SMALL.ecs));
  });
});

describe('an alarm', () => {
  it('watches the targets of both colours, and is quiet where there are none', () => {
    const [alarm] = of(TEMPLATES['ecs-small'] as Template, 'AWS::CloudWatch::Alarm').filter(({ Properties }) =>
      String(Properties?.AlarmName).endsWith('--unhealthy'),
    );
    expect(alarm?.Properties).toMatchObject({ Threshold: 0, TreatMissingData: 'notBreaching' });
    expect(
      texts(alarm)
        .filter((text) => /^(?:Blue|Green)Targets$|^UnHealthyHostCount$/.test(text))
        .sort(),
    ).toEqual(['BlueTargets', 'GreenTargets', 'UnHealthyHostCount', 'UnHealthyHostCount']);
  });
});

describe('a certificate for CloudFront', () => {
  it('is the stack’s own where that lies where CloudFront takes it from, and handed over elsewhere', () => {
    const there = { ...siteOf(VARIANTS['ecs-domain'] ?? ''), region: 'us-east-1' };
    const used = (template: Template | undefined) =>
      at(template?.Resources, 'Distribution', 'Properties', 'DistributionConfig', 'ViewerCertificate');
    expect(used(templateOf(there))).toMatchObject({ AcmCertificateArn: { Ref: 'Certificate' } });
    expect(Object.keys(templateOf(there)?.Parameters ?? {})).not.toContain('CdnCertificate');
    expect(used(TEMPLATES['ecs-domain'])).toMatchObject({ AcmCertificateArn: { Ref: 'CdnCertificate' } });
  });
});

describe('parts', () => {
  it('that give one name to different things are a mistake', () => {
    const part = (Type: string) => ({ Resources: { A: { Type } } });
    expect(() => joined('x', [part('a'), part('b')])).toThrow('two parts make A');
    expect(joined('x', [part('a'), part('a')]).Resources).toEqual({ A: { Type: 'a' } });
  });
});
