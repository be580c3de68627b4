import { nameIn } from '../../shared/preview/model.ts';
import { serviceRoleOf } from '../../shared/provisioning/service-role.ts';
import { TEMPLATES } from '../templates/samples.ts';
import { madeOut, type Resource } from './made-out.ts';
import { type Call, type Caller, isAllowed, type Statement } from './policies.ts';

const HERE = 'eu-central-1:123456789012';
const BOUNDARY = 'arn:aws:iam::123456789012:policy/pilots';
const OPERATIONS = 'arn:aws:iam::123456789012:policy/operations';
let resources: Record<string, Resource>;
let policies: Record<string, Statement[]>;

beforeAll(async () => {
  const variables = { resolveVariable: async () => 'pilotage-dev' };
  const [pilots, functions] = ['pilots', 'functions'].map((name) => require(`../../stack/${name}.cjs`));
  resources = { ...(await pilots.resources(variables)), ...(await functions.roles(variables)) };
  const given = {
    PilotBoundary: BOUNDARY,
    OperationsBoundary: OPERATIONS,
    SharedVpc: 'vpc-shared',
    SharedReferences: 'shared/',
    'ManifestsBucket.Arn': 'arn:aws:s3:::manifests',
    Distribution: 'EPILOTAGE',
  };
  const managed = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::ManagedPolicy');
  policies = Object.fromEntries(
    managed.map(([name, { Properties }]) => [
      name,
      (madeOut(Properties.PolicyDocument, given) as { Statement: Statement[] }).Statement,
    ]),
  );
});

/** The service role of a pilot, as Provision makes it. */
function serviceRole(pilot: string, environment = 'production'): Caller {
  Object.assign(process.env, {
    ACCOUNT: '123456789012',
    PROVISION_PATH: '/pilotage-dev/',
    PROVISION_BOUNDARY: 'arn:aws:iam::123456789012:policy/bounds',
    PROVISION_POLICIES: 'arn:aws:iam::123456789012:policy/one',
  });
  const { PilotBoundary: _, OperationsBoundary: __, ProvisionBoundary: boundary = [], ...own } = policies;
  return { tags: serviceRoleOf(pilot, environment).tags, policies: Object.values(own), boundary };
}

/** A role of a pilot's own, whatever its own policy allows. */
const rolesOf = (pilot: string, environment = 'production'): Caller => ({
  tags: { 'pilotage:pilot': pilot, 'pilotage:environment': environment },
  policies: [[{ Effect: 'Allow', Action: '*', Resource: '*' }]],
  boundary: policies.PilotBoundary ?? [],
});

const tags = (key: string, pilot: string, environment: string) => ({
  [`aws:${key}/pilotage:pilot`]: pilot,
  [`aws:${key}/pilotage:environment`]: environment,
});

/** What changes a pilot's resources that are known by their names. */
const byName = (pilot: string, environment = 'production'): Call[] => {
  const name = `${pilot}-${environment}`;
  const call = (action: string, resource: string, keys = {}): Call => ({ action, resource, keys });
  const bucket = nameIn({ manifest: { name: pilot }, environment } as never, 'bucket', 'uploads', '123456789012');
  return [
    call('logs:DeleteLogGroup', `arn:aws:logs:${HERE}:log-group:/pilots/${pilot}/${environment}`),
    call('logs:PutRetentionPolicy', `arn:aws:logs:${HERE}:log-group:/pilots/${pilot}/${environment}:*`),
    ...['', ':*'].map((end) =>
      call(
        'logs:PutRetentionPolicy',
        `arn:aws:logs:${HERE}:log-group:/aws/vendedlogs/pilots/${pilot}/${environment}${end}`,
      ),
    ),
    call('cloudwatch:DeleteAlarms', `arn:aws:cloudwatch:${HERE}:alarm:${name}--errors`),
    call('sqs:DeleteQueue', `arn:aws:sqs:${HERE}:${name}--failed-calls`),
    call('s3:PutBucketPolicy', `arn:aws:s3:::${bucket}`),
    call('iam:DeleteRole', `arn:aws:iam::123456789012:role/${name}--execution`),
    call('iam:PutRolePolicy', `arn:aws:iam::123456789012:role/${name}--task`, { 'iam:PermissionsBoundary': BOUNDARY }),
    call('iam:UpdateAssumeRolePolicy', `arn:aws:iam::123456789012:role/${name}--task`),
    call('iam:PassRole', `arn:aws:iam::123456789012:role/${name}--hosts`, {
      'iam:PassedToService': 'ec2.amazonaws.com',
    }),
    call('iam:PassRole', `arn:aws:iam::123456789012:role/${name}--settings`, {
      'iam:PassedToService': 'lambda.amazonaws.com',
    }),
    call('lambda:UpdateFunctionCode', `arn:aws:lambda:${HERE}:function:${name}--settings`),
    call('iam:AddRoleToInstanceProfile', `arn:aws:iam::123456789012:instance-profile/${name}--hosts`),
    call(
      'autoscaling:DeleteAutoScalingGroup',
      `arn:aws:autoscaling:${HERE}:autoScalingGroup:0123:autoScalingGroupName/${name}--hosts`,
    ),
    call('logs:PutRetentionPolicy', `arn:aws:logs:${HERE}:log-group:/aws/rds/instance/${name}/postgresql`),
    call(
      'secretsmanager:GetSecretValue',
      `arn:aws:secretsmanager:${HERE}:secret:pilots/${pilot}/${environment}/db-a1b2c3`,
    ),
  ];
};

/** What changes resources that are known by their tags. */
const BY_TAG: [action: string, resource: string][] = [
  ['ec2:DeleteVpc', `arn:aws:ec2:${HERE}:vpc/vpc-1`],
  ['ec2:AuthorizeSecurityGroupIngress', `arn:aws:ec2:${HERE}:security-group/sg-1`],
  ...['RouteTable', 'SecurityGroup', 'Subnet', 'VpcEndpoint'].map((made): [string, string] => [
    `ec2:Create${made}`,
    `arn:aws:ec2:${HERE}:vpc/vpc-1`,
  ]),
  ['ec2:CreateNatGateway', `arn:aws:ec2:${HERE}:elastic-ip/eipalloc-1`],
  ['ec2:CreateNatGateway', `arn:aws:ec2:${HERE}:subnet/subnet-1`],
  ['ec2:CreateVpcEndpoint', `arn:aws:ec2:${HERE}:route-table/rtb-1`],
  ['ec2:CreateNetworkInterface', `arn:aws:ec2:${HERE}:subnet/subnet-1`],
  ['ec2:DeleteNetworkInterface', `arn:aws:ec2:${HERE}:network-interface/eni-1`],
  ['ec2:RunInstances', `arn:aws:ec2:${HERE}:launch-template/lt-1`],
  ['ec2:DeleteLaunchTemplate', `arn:aws:ec2:${HERE}:launch-template/lt-1`],
  ['elasticloadbalancing:CreateListener', `arn:aws:elasticloadbalancing:${HERE}:loadbalancer/app/one/1`],
  ['elasticloadbalancing:ModifyRule', `arn:aws:elasticloadbalancing:${HERE}:listener-rule/app/one/1/2/3`],
  ['elasticloadbalancing:RegisterTargets', `arn:aws:elasticloadbalancing:${HERE}:targetgroup/one/1`],
  ['ecs:PutClusterCapacityProviders', `arn:aws:ecs:${HERE}:cluster/acme-production`],
  ['ecs:DeleteCapacityProvider', `arn:aws:ecs:${HERE}:capacity-provider/one`],
  ['elasticfilesystem:CreateMountTarget', `arn:aws:elasticfilesystem:${HERE}:file-system/fs-1`],
  ['elasticfilesystem:CreateAccessPoint', `arn:aws:elasticfilesystem:${HERE}:file-system/fs-1`],
  ['elasticfilesystem:PutFileSystemPolicy', `arn:aws:elasticfilesystem:${HERE}:file-system/fs-1`],
  ['elasticfilesystem:DeleteAccessPoint', `arn:aws:elasticfilesystem:${HERE}:access-point/fsap-1`],
  ['rds:CreateDBInstance', `arn:aws:rds:${HERE}:subgrp:one`],
  ['rds:CreateDBInstance', `arn:aws:rds:${HERE}:pg:one`],
  ['rds:CreateDBInstanceReadReplica', `arn:aws:rds:${HERE}:db:one`],
  ['rds:CreateDBSnapshot', `arn:aws:rds:${HERE}:db:one`],
  ['rds:DeleteDBInstance', `arn:aws:rds:${HERE}:db:one`],
  ['rds:ModifyDBInstance', `arn:aws:rds:${HERE}:db:one`],
  ['rds:ModifyDBParameterGroup', `arn:aws:rds:${HERE}:pg:one`],
  ['rds:ModifyDBSubnetGroup', `arn:aws:rds:${HERE}:subgrp:one`],
  ['cloudfront:UpdateDistribution', 'arn:aws:cloudfront::123456789012:distribution/E1'],
  ['cloudfront:DeleteVpcOrigin', 'arn:aws:cloudfront::123456789012:vpcorigin/vo_1'],
  ['acm:DeleteCertificate', 'arn:aws:acm:us-east-1:123456789012:certificate/1'],
  ['apigateway:PATCH', 'arn:aws:apigateway:eu-central-1::/apis/a1'],
  ['apigateway:POST', 'arn:aws:apigateway:eu-central-1::/apis/a1/routes'],
  ['apigateway:DELETE', 'arn:aws:apigateway:eu-central-1::/domainnames/shop.example.com'],
];
const taggedBy = (pilot: string, environment = 'production'): Call[] =>
  BY_TAG.map(([action, resource]) => ({ action, resource, keys: tags('ResourceTag', pilot, environment) }));

/** What would make another’s resource look like one’s own. */
const TAGGING: [action: string, resource: string, keys?: Record<string, string>][] = [
  ['ec2:CreateTags', `arn:aws:ec2:${HERE}:vpc/vpc-1`],
  ['elasticloadbalancing:AddTags', `arn:aws:elasticloadbalancing:${HERE}:loadbalancer/app/one/1`],
  ['ecs:TagResource', `arn:aws:ecs:${HERE}:cluster/one`],
  ['elasticfilesystem:TagResource', `arn:aws:elasticfilesystem:${HERE}:file-system/fs-1`],
  ['rds:AddTagsToResource', `arn:aws:rds:${HERE}:db:one`],
  ['cloudfront:TagResource', 'arn:aws:cloudfront::123456789012:distribution/E1'],
  ['acm:AddTagsToCertificate', 'arn:aws:acm:us-east-1:123456789012:certificate/1'],
  ['apigateway:PUT', 'arn:aws:apigateway:eu-central-1::/tags/arn%3Aaws%3Aapigateway'],
  ['iam:TagRole', 'arn:aws:iam::123456789012:role/acme-two-production--task'],
];

const refused = (calls: Call[], caller: Caller) => calls.filter((call) => !isAllowed(call, caller));
const allowed = (calls: Call[], caller: Caller) => calls.filter((call) => isAllowed(call, caller));

describe('the policies', () => {
  it('fit: 6,144 characters without white space each, and ten for a role', () => {
    const longest = 'ap-southeast-2'.length - REGION.length;
    const sizes = Object.entries(policies).map(([name, Statement]) => {
      const text = JSON.stringify({ Version: '2012-10-17', Statement }).replace(/\s/g, '');
      return [name, text.length + longest * (text.split(REGION).length - 1)] as const;
    });
    expect(sizes.length).toBeLessThanOrEqual(10 + 2);
    expect(sizes.filter(([, size]) => size > 6144)).toEqual([]);
  });

  it('are all handed to Provision, and it may attach no other', () => {
    const role = JSON.stringify(resources.DeployProvisionRole);
    const own = Object.keys(policies).filter((name) => !name.endsWith('Boundary'));
    const attaching = JSON.parse(role).Properties.Policies[0].PolicyDocument.Statement.find(
      ({ Action }: Statement) => String(Action) === 'iam:AttachRolePolicy',
    );
    expect(attaching.Condition).toEqual({ ArnEquals: { 'iam:PolicyARN': own.map((Ref) => ({ Ref })) } });
  });
});
const REGION = 'eu-central-1';

describe('the role that the stack of acme is made under', () => {
  it('may change all that is acme’s', () => {
    const caller = serviceRole('acme');
    expect(refused([...byName('acme'), ...taggedBy('acme')], caller)).toEqual([]);
  });

  it.each([
    ['acme-two', 'production'],
    ['acme', 'staging'],
    ['acm', 'production'],
    ['acme-production', 'production'],
  ])('may change nothing of %s in %s', (pilot, environment) => {
    const calls = [...byName(pilot, environment), ...taggedBy(pilot, environment)];
    expect(allowed(calls, serviceRole('acme'))).toEqual([]);
  });

  it('may not change what nobody has tagged, but interfaces that are nobody’s', () => {
    const calls = BY_TAG.map(([action, resource]) => ({ action, resource }));
    expect(allowed(calls, serviceRole('acme')).map(({ action }) => action)).toEqual(['ec2:DeleteNetworkInterface']);
  });

  it('cannot make another’s resources look like acme’s', () => {
    const calls = TAGGING.map(([action, resource]) => ({
      action,
      resource,
      keys: {
        ...tags('RequestTag', 'acme', 'production'),
        ...tags('ResourceTag', 'acme-two', 'production'),
        'aws:TagKeys': ['pilotage:pilot', 'pilotage:environment'],
      },
    }));
    expect(allowed(calls, serviceRole('acme'))).toEqual([]);
  });

  it('marks as an entrance a group of acme’s that is there already, which stays acme’s', () => {
    const mark = (whose: string, type: string, keys: Call['keys']): Call => ({
      action: 'ec2:CreateTags',
      resource: `arn:aws:ec2:${HERE}:${type}/1`,
      keys: {
        ...tags('ResourceTag', whose, 'production'),
        'aws:TagKeys': Object.keys(keys ?? {}).map((key) => key.replace('aws:RequestTag/', '')),
        ...keys,
      },
    });
    const entrance = { 'aws:RequestTag/pilotage:edge': 'entrance' };
    const kept = { ...entrance, ...tags('RequestTag', 'acme', 'production') };
    const given = { ...entrance, ...tags('RequestTag', 'acme-two', 'production') };
    const group = 'security-group';
    expect(refused([mark('acme', group, entrance), mark('acme', group, kept)], serviceRole('acme'))).toEqual([]);
    const others = [mark('acme-two', group, entrance), mark('acme-two', group, kept)];
    const wrong = [mark('acme', group, given), mark('acme', group, tags('RequestTag', 'acme-two', 'production'))];
    expect(allowed([...others, ...wrong, mark('acme', 'vpc', kept)], serviceRole('acme'))).toEqual([]);
  });

  it('tags what it makes, with acme’s tags alone', () => {
    const calls = (pilot: string): Call[] =>
      (
        [
          ['ec2:CreateVpc', `arn:aws:ec2:${HERE}:vpc/vpc-1`],
          ['ec2:CreateTags', `arn:aws:ec2:${HERE}:vpc/vpc-1`, { 'ec2:CreateAction': 'CreateVpc' }],
          ['ecs:CreateCluster', `arn:aws:ecs:${HERE}:cluster/one`],
          ['ecs:TagResource', `arn:aws:ecs:${HERE}:cluster/one`, { 'ecs:CreateAction': 'CreateCluster' }],
          ['elasticloadbalancing:CreateLoadBalancer', `arn:aws:elasticloadbalancing:${HERE}:loadbalancer/app/one/1`],
          ['elasticfilesystem:CreateFileSystem', '*'],
          ['rds:CreateDBInstance', `arn:aws:rds:${HERE}:db:acme-production`],
          ['rds:CreateDBInstanceReadReplica', `arn:aws:rds:${HERE}:db:replica-1-acme-production-0abc`],
          ['rds:CreateDBParameterGroup', `arn:aws:rds:${HERE}:pg:one`],
          ['rds:CreateDBSubnetGroup', `arn:aws:rds:${HERE}:subgrp:one`],
          ['rds:AddTagsToResource', `arn:aws:rds:${HERE}:db:acme-production`],
          ['cloudfront:CreateDistribution', 'arn:aws:cloudfront::123456789012:distribution/*'],
          ['cloudfront:TagResource', 'arn:aws:cloudfront::123456789012:distribution/E1'],
          ['acm:RequestCertificate', `arn:aws:acm:${HERE}:certificate/1`],
          ['apigateway:POST', 'arn:aws:apigateway:eu-central-1::/apis'],
          [
            'iam:CreateRole',
            'arn:aws:iam::123456789012:role/acme-production--task',
            { 'iam:PermissionsBoundary': BOUNDARY },
          ],
        ] as [string, string, Record<string, string>?][]
      ).map(([action, resource, more]) => ({
        action,
        resource,
        keys: { ...tags('RequestTag', pilot, 'production'), ...more },
      }));
    expect(refused(calls('acme'), serviceRole('acme'))).toEqual([]);
    expect(allowed(calls('acme-two'), serviceRole('acme'))).toEqual([]);
  });

  it.each([
    ['AllocateAddress', 'elastic-ip', []],
    ['CreateInternetGateway', 'internet-gateway', []],
    ['CreateNatGateway', 'natgateway', ['subnet', 'elastic-ip']],
    ['CreateRouteTable', 'route-table', ['vpc']],
    ['CreateSecurityGroup', 'security-group', ['vpc']],
    ['CreateSubnet', 'subnet', ['vpc']],
    ['CreateVpc', 'vpc', []],
    ['CreateVpcEndpoint', 'vpc-endpoint', ['vpc', 'subnet', 'route-table', 'security-group']],
  ])('is let by the tags of what is new to make it, and not to make it in another’s: %s', (action, made, parents) => {
    const call = (type: string, keys: Call['keys']): Call => ({
      action: `ec2:${action}`,
      resource: `arn:aws:ec2:${HERE}:${type}/1`,
      keys: { ...tags('RequestTag', 'acme', 'production'), ...keys },
    });
    expect(refused([call(made, {})], serviceRole('acme'))).toEqual([]);
    const others = parents.map((type) => call(type, tags('ResourceTag', 'acme-two', 'production')));
    const nobodys = parents.map((type) => call(type, {}));
    expect(allowed([...others, ...nobodys], serviceRole('acme'))).toEqual([]);
  });

  it('changes no network interface, not even one that nobody has tagged', () => {
    const resource = `arn:aws:ec2:${HERE}:network-interface/eni-1`;
    expect(allowed([{ action: 'ec2:ModifyNetworkInterfaceAttribute', resource }], serviceRole('acme'))).toEqual([]);
  });

  it('cannot gain rights', () => {
    const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
    const own = role(`pilotage-dev/${serviceRoleOf('acme', 'production').name}`);
    const bounded = { 'iam:PermissionsBoundary': BOUNDARY };
    const made = tags('RequestTag', 'acme', 'production');
    const calls: Call[] = [
      ...['PutRolePolicy', 'TagRole', 'UntagRole', 'PassRole', 'UpdateAssumeRolePolicy', 'DeleteRole'].map(
        (action) => ({
          action: `iam:${action}`,
          resource: own,
          keys: { ...bounded, ...made, 'iam:PassedToService': 'ec2.amazonaws.com' },
        }),
      ),
      { action: 'iam:CreateRole', resource: role('acme-production--task'), keys: made },
      { action: 'iam:CreateRole', resource: role('acme-production--task'), keys: bounded },
      { action: 'iam:CreateRole', resource: role('anything'), keys: { ...bounded, ...made } },
      { action: 'iam:PutRolePolicy', resource: role('acme-production--task') },
      { action: 'iam:AttachRolePolicy', resource: role('acme-production--task'), keys: bounded },
      { action: 'iam:DeleteRolePermissionsBoundary', resource: role('acme-production--task'), keys: bounded },
      { action: 'iam:CreatePolicyVersion', resource: BOUNDARY },
      {
        action: 'iam:UntagRole',
        resource: role('acme-production--task'),
        keys: { 'aws:TagKeys': ['Name', 'pilotage:pilot'] },
      },
      {
        action: 'iam:PassRole',
        resource: role('acme-production--task'),
        keys: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      },
      { action: 'sts:AssumeRole', resource: role('acme-production--task') },
    ];
    expect(allowed(calls, serviceRole('acme'))).toEqual([]);
  });

  it.each(['acme', 'pilotage-dev'])('touches nothing of Pilotage’s own, whatever the pilot is called: %s', (pilot) => {
    const mine = tags('ResourceTag', pilot, 'production');
    const calls: [string, string][] = [
      ['s3:PutBucketPolicy', 'arn:aws:s3:::manifests'],
      ['cloudfront:UpdateDistribution', 'arn:aws:cloudfront::123456789012:distribution/EPILOTAGE'],
      ['sqs:DeleteQueue', `arn:aws:sqs:${HERE}:pilotage-dev-undelivered`],
      ['sqs:DeleteQueue', `arn:aws:sqs:${HERE}:pilotage-dev-production--undelivered`],
      ['cloudwatch:DeleteAlarms', `arn:aws:cloudwatch:${HERE}:alarm:pilotage-dev-watchdog-silent`],
      ['logs:DeleteLogGroup', `arn:aws:logs:${HERE}:log-group:/aws/lambda/pilotage-dev-deploy-shift`],
      ['iam:DeleteRole', 'arn:aws:iam::123456789012:role/pilotage-dev-DeployShiftRole'],
      ['dynamodb:DeleteItem', `arn:aws:dynamodb:${HERE}:table/pilotage-dev`],
      ['lambda:UpdateFunctionCode', `arn:aws:lambda:${HERE}:function:pilotage-dev-deploy-shift`],
      ['states:StartExecution', `arn:aws:states:${HERE}:stateMachine:pilotage-dev-deploy`],
      ['cloudformation:UpdateStack', `arn:aws:cloudformation:${HERE}:stack/pilotage-dev/1`],
    ];
    const made = calls.map(([action, resource]) => ({ action, resource, keys: mine }));
    expect(allowed(made, serviceRole(pilot))).toEqual([]);
  });

  it('knows the buckets whose names were cut', () => {
    const long = 'a'.repeat(32);
    const [bucket] = byName(long, 'b'.repeat(16)).filter(({ action }) => action.startsWith('s3:'));
    expect(bucket?.resource.length).toBeLessThanOrEqual('arn:aws:s3:::'.length + 63);
    expect(refused([bucket as Call], serviceRole(long, 'b'.repeat(16)))).toEqual([]);
    expect(allowed([bucket as Call], serviceRole(long, `${'b'.repeat(15)}c`))).toEqual([]);
  });

  it('makes a database of nothing that is another’s, whatever tags the new one is given', () => {
    const keys = { ...tags('RequestTag', 'acme', 'production'), ...tags('ResourceTag', 'acme-two', 'production') };
    const calls = ['subgrp:two', 'pg:two'].map((kind) => ({
      action: 'rds:CreateDBInstance',
      resource: `arn:aws:rds:${HERE}:${kind}`,
      keys,
    }));
    const copied = { action: 'rds:CreateDBInstanceReadReplica', resource: `arn:aws:rds:${HERE}:db:two`, keys };
    expect(allowed([...calls, copied], serviceRole('acme'))).toEqual([]);
    const usual = { action: 'rds:CreateDBInstance', resource: `arn:aws:rds:${HERE}:og:default:postgres-18` };
    expect(isAllowed(usual, serviceRole('acme'))).toBe(true);
  });

  it('has RDS make secrets, reads none that RDS made, and removes no snapshot', () => {
    const secret = `arn:aws:secretsmanager:${HERE}:secret:rds!db-0123-a1b2c3`;
    const call = (action: string, resource: string): Call => ({ action, resource });
    expect(
      refused(
        [call('secretsmanager:CreateSecret', secret), call('secretsmanager:TagResource', secret)],
        serviceRole('acme'),
      ),
    ).toEqual([]);
    expect(
      allowed(
        [
          call('secretsmanager:GetSecretValue', secret),
          call('secretsmanager:CreateSecret', `arn:aws:secretsmanager:${HERE}:secret:pilots/acme/production/db`),
          call('rds:DeleteDBSnapshot', `arn:aws:rds:${HERE}:snapshot:acme-production-snapshot-database-1`),
          call('rds:CreateDBSnapshot', `arn:aws:rds:${HERE}:snapshot:other`),
        ],
        serviceRole('acme'),
      ),
    ).toEqual([]);
    const last = call('rds:CreateDBSnapshot', `arn:aws:rds:${HERE}:snapshot:acme-production-snapshot-database-1`);
    expect(isAllowed(last, serviceRole('acme'))).toBe(true);
  });

  it('changes in a zone what visitors need, and not who the zone belongs to', () => {
    const resource = 'arn:aws:route53:::hostedzone/Z1';
    const change = (type: string): Call => ({
      action: 'route53:ChangeResourceRecordSets',
      resource,
      keys: { 'route53:ChangeResourceRecordSetsRecordTypes': [type] },
    });
    expect(refused(['A', 'AAAA', 'CNAME'].map(change), serviceRole('acme'))).toEqual([]);
    expect(allowed(['NS', 'SOA', 'MX', 'TXT', 'CAA'].map(change), serviceRole('acme'))).toEqual([]);
    expect(allowed([{ action: 'route53:DeleteHostedZone', resource }], serviceRole('acme'))).toEqual([]);
  });

  it('reaches in the operator’s network only what is made there', () => {
    const inside = { 'ec2:Vpc': `arn:aws:ec2:${HERE}:vpc/vpc-shared` };
    const other = { 'ec2:Vpc': `arn:aws:ec2:${HERE}:vpc/vpc-other` };
    const subnet = `arn:aws:ec2:${HERE}:subnet/subnet-1`;
    const call = (action: string, resource: string, keys = {}): Call => ({ action, resource, keys });
    expect(
      refused(
        [
          call('ec2:CreateSecurityGroup', `arn:aws:ec2:${HERE}:vpc/vpc-shared`),
          call('ec2:CreateNetworkInterface', subnet, inside),
        ],
        serviceRole('acme'),
      ),
    ).toEqual([]);
    expect(
      allowed(
        [
          call('ec2:DeleteVpc', `arn:aws:ec2:${HERE}:vpc/vpc-shared`),
          call('ec2:DeleteSubnet', subnet, inside),
          call('ec2:CreateNetworkInterface', subnet, other),
        ],
        serviceRole('acme'),
      ),
    ).toEqual([]);
  });
});

describe('the role that Elastic Beanstalk makes environments of acme under', () => {
  const operations = (): Caller => ({ ...rolesOf('acme'), boundary: policies.OperationsBoundary ?? [] });
  const changing = (pilot: string): Call[] =>
    (
      [
        ['cloudformation:DeleteStack', `arn:aws:cloudformation:${HERE}:stack/awseb-e-1-stack/1`],
        ['elasticloadbalancing:DeleteLoadBalancer', `arn:aws:elasticloadbalancing:${HERE}:loadbalancer/app/awseb/1`],
        ['ec2:TerminateInstances', `arn:aws:ec2:${HERE}:instance/i-1`],
        [
          'autoscaling:DeleteAutoScalingGroup',
          `arn:aws:autoscaling:${HERE}:autoScalingGroup:1:autoScalingGroupName/awseb-e-1`,
        ],
      ] as const
    ).map(([action, resource]) => ({ action, resource, keys: tags('ResourceTag', pilot, 'production') }));

  it('changes what is acme’s, and nothing of others', () => {
    expect(refused(changing('acme'), operations())).toEqual([]);
    expect(allowed(changing('acme-two'), operations())).toEqual([]);
  });

  it('passes on no roles but acme’s', () => {
    const pass = (role: string): Call => ({
      action: 'iam:PassRole',
      resource: `arn:aws:iam::123456789012:role/${role}`,
    });
    expect(refused([pass('acme-production--instance')], operations())).toEqual([]);
    expect(allowed([pass('acme-two-production--instance'), pass('admin')], operations())).toEqual([]);
  });

  it('is the only one that may do more than a pilot’s code', () => {
    const made = (role: string, bound: string): Call => ({
      action: 'iam:CreateRole',
      resource: `arn:aws:iam::123456789012:role/acme-production--${role}`,
      keys: { 'iam:PermissionsBoundary': bound, ...tags('RequestTag', 'acme', 'production') },
    });
    expect(refused([made('operations', OPERATIONS), made('instance', BOUNDARY)], serviceRole('acme'))).toEqual([]);
    expect(allowed([made('instance', OPERATIONS), made('task', OPERATIONS)], serviceRole('acme'))).toEqual([]);
  });
});

describe('a role of a pilot’s own', () => {
  const uses = (pilot: string, environment = 'production'): [string, string, object?][] => [
    ['logs:PutLogEvents', `arn:aws:logs:${HERE}:log-group:/pilots/${pilot}/${environment}:log-stream:one`],
    [
      'secretsmanager:GetSecretValue',
      `arn:aws:secretsmanager:${HERE}:secret:pilots/${pilot}/${environment}/smtp-a1b2c3`,
    ],
    ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${HERE}:secret:made/${pilot}/${environment}/db-a1b2c3`],
    ['ssm:GetParameters', `arn:aws:ssm:${HERE}:parameter/pilots/${pilot}/${environment}/mode`],
    ['sqs:SendMessage', `arn:aws:sqs:${HERE}:${pilot}-${environment}--failed-calls`],
    ['s3:PutObject', `arn:aws:s3:::${pilot}-${environment}--uploads--123456789012/a.png`],
    ['ecs:RegisterContainerInstance', `arn:aws:ecs:${HERE}:cluster/${pilot}-${environment}`],
    ['ecs:Poll', `arn:aws:ecs:${HERE}:container-instance/${pilot}-${environment}/0123`],
  ];
  const calls = (...of: Parameters<typeof uses>): Call[] =>
    uses(...of).map(
      ([action, resource, keys]) => ({ action, resource, ...(keys && { keys: keys as Call['keys'] }) }) as Call,
    );

  it('may use what is its pilot’s, whatever its own policy says nothing of another’s', () => {
    expect(refused(calls('acme'), rolesOf('acme'))).toEqual([]);
    expect(allowed(calls('acme-two'), rolesOf('acme'))).toEqual([]);
    expect(allowed(calls('acme', 'staging'), rolesOf('acme'))).toEqual([]);
  });

  it('reads in a preview what all the pilot’s previews share, and in no other environment', () => {
    const shared = (pilot: string) =>
      calls(pilot, 'preview').filter(
        ({ action, resource }) => /secretsmanager|ssm/.test(action) && resource.includes('pilots/'),
      );
    expect(shared('acme')).toHaveLength(2);
    expect(refused(shared('acme'), rolesOf('acme', 'pr12'))).toEqual([]);
    expect(allowed([...shared('acme-two'), ...calls('acme')], rolesOf('acme', 'pr12'))).toEqual([]);
    for (const environment of ['production', 'staging', 'preprod', 'prod'])
      expect(allowed(shared('acme'), rolesOf('acme', environment))).toEqual([]);
  });

  it('mounts the file system that its own policy names, of which EFS compares no tags, and no other', () => {
    const { Properties } = Object(TEMPLATES['ecs-volume']?.Resources.TaskRole);
    const [{ PolicyDocument }] = madeOut(Properties.Policies, { FileSystem: 'fs-1' }) as [
      { PolicyDocument: { Statement: Statement[] } },
    ];
    const task: Caller = { ...rolesOf('acme-shop'), policies: [PolicyDocument.Statement] };
    const mount = (id: string, action = 'ClientMount'): Call => ({
      action: `elasticfilesystem:${action}`,
      resource: `arn:aws:elasticfilesystem:${HERE}:file-system/${id}`,
      keys: { 'elasticfilesystem:AccessPointArn': `arn:aws:elasticfilesystem:${HERE}:access-point/fsap-1` },
    });
    expect(refused([mount('fs-1'), mount('fs-1', 'ClientWrite')], task)).toEqual([]);
    const beyond = [mount('fs-2'), mount('fs-2', 'ClientWrite'), mount('fs-1', 'ClientRootAccess')];
    expect(allowed([...beyond, { ...mount('fs-1'), keys: {} }], task)).toEqual([]);
    expect(
      allowed([mount('fs-1', 'ClientRootAccess'), mount('fs-1', 'DeleteFileSystem')], rolesOf('acme-shop')),
    ).toEqual([]);
  });

  it('reads the secret that RDS made for its pilot’s database, and no other', () => {
    const read = (database: string): Call => ({
      action: 'secretsmanager:GetSecretValue',
      resource: `arn:aws:secretsmanager:${HERE}:secret:rds!db-0123-a1b2c3`,
      keys: { 'aws:ResourceTag/aws:rds:primaryDBInstanceArn': `arn:aws:rds:${HERE}:db:${database}` },
    });
    const own = ['acme-production', `mysql-257f07-acme-production-0${'a'.repeat(16)}`];
    expect(refused(own.map(read), rolesOf('acme'))).toEqual([]);
    expect(allowed(['acme-two-production', 'acme-staging', 'other'].map(read), rolesOf('acme'))).toEqual([]);
    expect(allowed([{ ...read('acme-production'), keys: {} }], rolesOf('acme'))).toEqual([]);
  });

  it('is allowed nothing on everything that it is allowed on its pilot’s alone', () => {
    const statements = (policies.PilotBoundary ?? []).filter(
      ({ Effect, Condition }) => Effect === 'Allow' && !Condition,
    );
    const actions = (isAll: boolean) =>
      statements.filter(({ Resource }) => (Resource === '*') === isAll).flatMap(({ Action }) => Action);
    expect(actions(false).filter((action) => actions(true).includes(action))).toEqual([]);
  });

  it('has a network from Lambda itself, which its code cannot change', () => {
    const call = { action: 'ec2:DeleteNetworkInterface', resource: `arn:aws:ec2:${HERE}:network-interface/eni-1` };
    const keys = { 'lambda:SourceFunctionArn': `arn:aws:lambda:${HERE}:function:acme-production` };
    expect(isAllowed(call, rolesOf('acme'))).toBe(true);
    expect(isAllowed({ ...call, keys }, rolesOf('acme'))).toBe(false);
  });

  it('has all that the templates give', () => {
    const given = Object.values(TEMPLATES).flatMap(({ Resources }) =>
      Object.values(Resources)
        .filter(({ Type }) => Type === 'AWS::IAM::Role')
        .flatMap(
          ({ Properties }) =>
            (Properties?.Policies ?? []) as unknown as { PolicyDocument: { Statement: Statement[] } }[],
        )
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    );
    const bounds = [...(policies.PilotBoundary ?? []), ...(policies.OperationsBoundary ?? [])].flatMap(
      ({ Effect, Action }) => (Effect === 'Allow' ? Action : []),
    );
    const isBeyond = (action: string) =>
      !bounds.some((bound) => new RegExp(`^${bound.replaceAll('*', '.*')}$`).test(action));
    const beyond = given.flatMap(({ Action }) => Action).filter(isBeyond);
    expect([...new Set(beyond)]).toEqual([]);
  });
});
