import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The template as osls packages it: what would be deployed, not what was written. */
interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}
type Statement = { Sid?: string; Effect: string; Action: string | string[]; Resource: unknown; Condition?: object };

const root = join(__dirname, '..', '..');
let resources: [string, Resource][];

const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);
const isInlineRole = (resource: Resource) =>
  resource.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[];
const statements = () =>
  ofType('AWS::IAM::Role').flatMap(([role, resource]) =>
    isInlineRole(resource).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.map((statement) => ({ role, ...statement })),
    ),
  );
/** Characters of a policy as IAM has it, where names are no longer spelt out; the longest that they may be. */
const asIamCounts = (policies: unknown): number =>
  JSON.stringify(policies)
    .replace(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
    .replaceAll('\u0024{AWS::Partition}', 'aws-us-gov')
    .replaceAll('\u0024{AWS::Region}', 'ap-southeast-2')
    .replaceAll('\u0024{AWS::AccountId}', '123456789012').length;
const asList = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

beforeAll(() => {
  const target = mkdtempSync(join(tmpdir(), 'pilotage-'));
  execFileSync('npx', ['osls', 'package', '--package', target], { cwd: root, stdio: 'pipe' });
  const template = JSON.parse(readFileSync(join(target, 'cloudformation-template-update-stack.json'), 'utf8'));
  resources = Object.entries(template.Resources as Record<string, Resource>);
  rmSync(target, { recursive: true });
}, 60_000);

describe('roles', () => {
  it('are one for each function, and no function shares one', () => {
    const roles = ofType('AWS::Lambda::Function').map(([, { Properties }]) => JSON.stringify(Properties.Role));
    expect(new Set(roles).size).toBe(roles.length);
    expect(roles.length).toBeGreaterThan(0);
  });

  it('name their resources, except where the service knows none', () => {
    const KNOW_NO_RESOURCES =
      /^(xray:|ssm:(?:CancelCommand|DescribeInstanceInformation|DescribeParameters|GetCommandInvocation|ListCommands)$|logs:(\w+LogDelivery|ListLogDeliveries|PutResourcePolicy|Describe\w+)|elasticloadbalancing:Describe|ecs:(Describe|Deregister)TaskDefinition$|ecs:List|ec2:Describe|autoscaling:Describe|cloudwatch:Describe|acm:ListCertificates$|route53:ListHostedZonesByName$)/;
    for (const { role, Action, Resource, Condition } of statements()) {
      if (!asList(Resource).includes('*')) continue;
      // What is made for pilots has names of the pilots' own: their tags say whose it is.
      if (JSON.stringify(Condition ?? '').includes('Tag/pilotage:pilot')) continue;
      expect([role, asList(Action).filter((action) => !KNOW_NO_RESOURCES.test(action))]).toEqual([role, []]);
    }
  });

  it('grant no whole service, and pass on only roles of pilots, and those that make their stacks and build their code', () => {
    const allowed = statements().filter(({ Effect }) => Effect === 'Allow');
    const actions = allowed.flatMap(({ Action }) => asList(Action));
    expect(actions.filter((action) => /:\*$/.test(action))).toEqual([]);
    const passing = allowed.filter(({ Action }) => asList(Action).includes('iam:PassRole'));
    const passed = passing.map(({ role, Condition, Resource }) => [role, Condition, JSON.stringify(Resource)]);
    expect(passed.sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)))).toEqual([
      [
        'DeployBuildRole',
        { StringEquals: { 'iam:PassedToService': 'codebuild.amazonaws.com' } },
        expect.stringContaining('role/pilotage-dev-builds/*'),
      ],
      [
        'DeployMigrateRole',
        { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
        expect.stringMatching(/role\/\*--instance/),
      ],
      [
        'DeployMigrateRole',
        { StringEquals: { 'iam:PassedToService': 'elasticbeanstalk.amazonaws.com' } },
        expect.stringMatching(/role\/\*--health.*role\/\*--operations/),
      ],
      [
        'DeployMigrateRole',
        { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'] } },
        expect.stringMatching(/role\/\*--function.*role\/\*--execution.*role\/\*--task/),
      ],
      [
        'DeployPrepareRole',
        { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
        expect.stringMatching(/role\/\*--instance/),
      ],
      [
        'DeployPrepareRole',
        { StringEquals: { 'iam:PassedToService': 'elasticbeanstalk.amazonaws.com' } },
        expect.stringMatching(/role\/\*--health.*role\/\*--operations/),
      ],
      [
        'DeployPrepareRole',
        { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'] } },
        expect.stringMatching(/role\/\*--function.*role\/\*--execution.*role\/\*--task/),
      ],
      [
        'DeployProvisionRole',
        { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
        expect.stringContaining('role/pilotage-dev/*'),
      ],
      [
        'DeployRemoveStackRole',
        { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
        expect.stringContaining('role/pilotage-dev/*'),
      ],
      [
        'DeployRevertRole',
        { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
        expect.stringMatching(/role\/\*--instance/),
      ],
      [
        'DeployRevertRole',
        { StringEquals: { 'iam:PassedToService': 'elasticbeanstalk.amazonaws.com' } },
        expect.stringMatching(/role\/\*--health.*role\/\*--operations/),
      ],
      [
        'DeployRevertRole',
        { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'] } },
        expect.stringMatching(/role\/\*--function.*role\/\*--execution.*role\/\*--task/),
      ],
    ]);
  });

  it('of pilots are bounded by what stack/pilots.cjs says, and Provision knows all of it', async () => {
    const made = await require('../../stack/pilots.cjs').resources({ resolveVariable: async () => 'pilotage-dev' });
    const { BuildBoundary } = await require('../../stack/builds.cjs').resources({ resolveVariable: async () => '' });
    const managed = ofType('AWS::IAM::ManagedPolicy');
    expect(Object.fromEntries(managed)).toEqual({ ...made, BuildBoundary });
    const [, provision] = ofType('AWS::Lambda::Function').find(([name]) => name.startsWith('DeployProvision')) ?? [];
    const { Variables } = (provision?.Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
    const policies = managed.map(([Ref]) => ({ Ref })).filter(({ Ref }) => !Ref.endsWith('Boundary'));
    expect(Variables).toMatchObject({
      PROVISION_PATH: '/pilotage-dev/',
      PROVISION_BOUNDARY: { Ref: 'ProvisionBoundary' },
      PROVISION_POLICIES: { 'Fn::Join': [',', expect.arrayContaining(policies)] },
    });
  });

  it('are made by Provision, Build and whoever deletes under them alone, below a path of each, and bounded', () => {
    const makers = statements().filter(({ Action }) =>
      asList(Action).some((action) => /^iam:(Create|Attach|Put)/.test(action)),
    );
    const linked = makers.filter(({ Action }) => !asList(Action).includes('iam:CreateServiceLinkedRole'));
    expect(linked.map(({ role, Action, Resource }) => [role, Action, JSON.stringify(Resource)])).toEqual([
      ['DeployBuildRole', ['iam:CreateRole'], expect.stringContaining('role/pilotage-dev-builds/*')],
      ['DeployBuildRole', ['iam:AttachRolePolicy'], expect.stringContaining('role/pilotage-dev-builds/*')],
      ['DeployProvisionRole', ['iam:CreateRole'], expect.stringContaining('role/pilotage-dev/*')],
      ['DeployProvisionRole', ['iam:AttachRolePolicy'], expect.stringContaining('role/pilotage-dev/*')],
      ['DeployRemoveStackRole', ['iam:CreateRole'], expect.stringContaining('role/pilotage-dev/*')],
      ['DeployRemoveStackRole', ['iam:AttachRolePolicy'], expect.stringContaining('role/pilotage-dev/*')],
    ]);
    const boundedBy = (Ref: string) => ({ StringEquals: { 'iam:PermissionsBoundary': { Ref } } });
    expect(linked[0]?.Condition).toEqual(boundedBy('BuildBoundary'));
    expect(linked[1]?.Condition).toEqual({ ArnEquals: { 'iam:PolicyARN': { Ref: 'BuildBoundary' } } });
    for (const made of [linked[2], linked[4]]) expect(made?.Condition).toEqual(boundedBy('ProvisionBoundary'));
  });

  it('take things away for good in previews alone', () => {
    const removing: Record<string, string[]> = {
      DeployWithdrawRole: [
        ...['ecs:DeleteService', 'ecs:DeleteTaskDefinitions', 'lambda:DeleteFunction'],
        's3:DeleteObject',
      ],
      DeployRemoveStackRole: [
        ...['cloudformation:DeleteStack', 'dynamodb:DeleteItem', 'ecr:DeleteRepository', 'iam:DeleteRole'],
        's3:DeleteObject',
      ],
      DeployForgetRole: ['dynamodb:DeleteItem'],
    };
    const deletes = /:Delete(?!Alarms|Rule$)|events:DeleteRule/;
    for (const [role, expected] of Object.entries(removing)) {
      const own = statements().filter(
        (one) =>
          one.role === role && one.Effect === 'Allow' && asList(one.Action).some((action) => deletes.test(action)),
      );
      const actions = own.flatMap(({ Action }) => asList(Action)).filter((action) => deletes.test(action));
      expect([role, actions.filter((action) => action !== 'elasticloadbalancing:DeleteRule').sort()]).toEqual([
        role,
        expected.toSorted(),
      ]);
      for (const { Action, Resource, Condition } of own)
        expect([Action, isOfPreviews(Resource, Condition)]).toEqual([Action, true]);
    }
  });

  it('never change a function or a rule of Pilotage’s own, whatever pilots are called', () => {
    const denied = (action: string) =>
      statements()
        .filter(({ Effect, Action }) => Effect === 'Deny' && asList(Action).includes(action))
        .map(({ role }) => role)
        .sort();
    expect(denied('lambda:*')).toEqual([
      'DeployFinishRole',
      'DeployMigrateRole',
      'DeployPrepareRole',
      'DeployRevertRole',
      'DeployRollbackRole',
      'DeployShiftRole',
      'DeployVerifyRole',
      'DeployWithdrawRole',
    ]);
    expect(denied('events:PutRule')).toEqual(['DeployFinishRole', 'DeployPrepareRole']);
  });

  it('change environments of pilots alone: Shift their size, Rollback whether they are there', () => {
    const allowing = (action: string) =>
      statements()
        .filter(({ Action }) => asList(Action).includes(action))
        .map(({ role, Resource, Condition }) => [role, JSON.stringify(Resource), Condition]);
    const pilots = { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } };
    expect(allowing('autoscaling:SetDesiredCapacity')).toEqual([
      ['DeployShiftRole', expect.stringMatching(/autoScalingGroupName\/awseb-e-\*"\}\]?$/), pilots],
    ]);
    const terminating = allowing('elasticbeanstalk:TerminateEnvironment');
    const tasks = { StringLike: { 'aws:ResourceTag/pilotage:task': '*' } };
    expect(terminating.map(([role, , condition]) => [role, condition]).sort()).toEqual([
      ['DeployFinishRole', pilots],
      ['DeployMigrateRole', tasks],
      ['DeployPrepareRole', pilots],
      ['DeployRevertRole', tasks],
      ['DeployRollbackRole', pilots],
    ]);
  });

  it('stay within what a role may have of policies', () => {
    const sizes = ofType('AWS::IAM::Role').map(([name, { Properties }]) => [
      name,
      asIamCounts(Properties.Policies) < 10_240,
    ]);
    expect(sizes.filter(([, fits]) => !fits)).toEqual([]);
  });

  it('that scale services keep the alarms that doing so makes, and no others', () => {
    const withAction = (wanted: string) => statements().filter(({ Action }) => asList(Action).includes(wanted));
    const scaling = withAction('application-autoscaling:PutScalingPolicy').map(({ role }) => role);
    expect(scaling.sort()).toEqual(['DeployFinishRole', 'DeployPrepareRole', 'DeployRollbackRole', 'DeployShiftRole']);
    for (const action of ['PutMetricAlarm', 'DeleteAlarms']) {
      const keeping = withAction(`cloudwatch:${action}`);
      const ending = action === 'DeleteAlarms' ? ['DeployWithdrawRole'] : [];
      expect(keeping.map(({ role }) => role).sort()).toEqual([...scaling, ...ending]);
      for (const { Resource } of keeping)
        expect(asList(Resource)).toEqual([{ 'Fn::Sub': expect.stringMatching(/:alarm:TargetTracking-service\/\*$/) }]);
    }
  });

  it('tag certificates of CloudFront’s that have no pilot yet, and no others', () => {
    const tagging = statements().filter(({ Action }) => asList(Action).includes('acm:AddTagsToCertificate'));
    expect(tagging.map(({ role, Resource, Condition }) => [role, JSON.stringify(Resource), Condition])).toEqual([
      [
        'DeployProvisionRole',
        expect.stringContaining(':acm:us-east-1:'),
        {
          StringLike: { 'aws:RequestTag/pilotage:pilot': '*' },
          Null: { 'aws:ResourceTag/pilotage:pilot': 'true' },
        },
      ],
    ]);
  });

  it('let the api look for what a plan’s change set takes, and make nothing of it', () => {
    const actions = statements()
      .filter(({ role }) => role === 'ApiApiRole')
      .flatMap(({ Action }) => asList(Action));
    const looking = ['acm:ListCertificates', 'route53:ListHostedZonesByName', 'ec2:DescribeManagedPrefixLists'];
    expect(actions).toEqual(expect.arrayContaining(looking));
    expect(actions.filter((action) => /^(?:acm:Request|ec2:(?:Create|Modify)|route53:Change)/.test(action))).toEqual(
      [],
    );
    const needed = ['PILOT_BOUNDARY', 'OPERATIONS_BOUNDARY', 'CLOUDFRONT_PREFIX_LIST', 'SHARED_VPC', 'INSTALLATION'];
    const given = ofType('AWS::Lambda::Function')
      .filter(([name]) => name === 'ApiApiLambdaFunction')
      .flatMap(([, { Properties }]) => Object.keys((Properties.Environment as { Variables: object }).Variables));
    expect(given).toEqual(expect.arrayContaining(needed));
  });

  it('call their statements by what IAM takes: letters and digits alone', () => {
    const policies = JSON.stringify(resources.filter(([, { Type }]) => Type.startsWith('AWS::IAM::')));
    const called = [...policies.matchAll(/"Sid":"([^"]*)"/g)].map(([, sid = '']) => sid);
    expect(called.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
    expect(called.length).toBeGreaterThan(0);
  });

  it('let only Shift and Rollback move the pointer, and Withdraw take it away', () => {
    const movers = statements().filter(({ Action }) => asList(Action).includes('cloudfront-keyvaluestore:UpdateKeys'));
    expect(movers.map(({ role }) => role).sort()).toEqual([
      ...['DeployRollbackRole', 'DeployShiftRole', 'DeployWithdrawRole'],
    ]);
  });

  it('let only those that judge manifests look for what they name, and read no value', () => {
    const judging = ['ApiApiRole', 'DeployValidateRole', 'GitPlanPullRequestRole'];
    // A plan of Elastic Beanstalk names secrets by their ARNs, and Build makes the plan of what it built.
    const looking = { 'secretsmanager:DescribeSecret': ['DeployBuildRole'], 'ssm:DescribeParameters': [] };
    for (const [action, also] of Object.entries(looking)) {
      const lookers = statements().filter(({ Action }) => asList(Action).includes(action));
      expect([action, lookers.map(({ role }) => role).sort()]).toEqual([action, [...judging, ...also].sort()]);
    }
    const reading = /^(secretsmanager:GetSecretValue|ssm:GetParameters?|ssm:GetParametersByPath)$/;
    const readers = statements().filter(({ Action }) => asList(Action).some((action) => reading.test(action)));
    // Those of AWS itself are everybody's.
    const isPublic = (Resource: unknown) => JSON.stringify(Resource).includes('::parameter/aws/service/*');
    const own = readers.filter(({ Resource }) => !isPublic(Resource));
    // Those of git are the connections' (shared/git/secrets.ts), and no pilot's.
    expect(new Set(own.map(({ role }) => role))).toEqual(
      new Set([
        'DeployBuildRole',
        'EntrancesWebhookRole',
        'GitPlanPullRequestRole',
        'GitKeepPreviewsRole',
        'GitPollRole',
        'GitPreviewRole',
        'GitReadPushRole',
        'NotifyCommitsRole',
        'NotifySlackRole',
      ]),
    );
  });

  it('let nobody write the operator’s file', () => {
    const onManifests = statements().filter(({ Resource }) => JSON.stringify(Resource).includes('ManifestsBucket'));
    const reading = /^s3:(?:GetObject|GetObjectVersion|ListBucket)$/;
    const writing = onManifests.filter(({ Action }) => !asList(Action).every((action) => reading.test(action)));
    const written = writing.map(({ role, Resource }) => [role, ...asList(Resource).map(folderOf)]);
    expect(written.sort((one, other) => String(one).localeCompare(String(other)))).toEqual([
      ['ApiApiRole', 'templates/*'],
      ['DeployBuildRole', 'builds/*/source.zip'],
      ['DeployConfigureRole', 'releases/*'],
      ['DeployFinishRole', 'releases/*'],
      ['DeployMigrateRole', 'releases/*'],
      ['DeployMigrateRole', 'releases/*'],
      ['DeployPrepareRole', 'releases/*'],
      ['DeployProvisionRole', 'templates/*'],
      ['DeployRemoveStackRole', ...PREVIEWS.flatMap((preview) => [`builds/*/${preview}/*`, `pushes/*/${preview}/*`])],
      ['DeployRevertRole', 'releases/*'],
      ['DeployRevertRole', 'releases/*'],
      ['GitKeepPreviewsRole', 'pushes/*'],
      ['GitPollRole', 'pushes/*'],
      ['GitPreviewRole', 'pushes/*'],
      ['GitReadPushRole', 'pushes/*'],
    ]);
  });

  it('let nobody delete from the append-only area of a site, unless all of it goes', () => {
    const removal = ['DeployWithdrawRole', 'DeployRemoveStackRole'];
    const deleting = statements().filter(
      ({ role, Action }) => asList(Action).includes('s3:DeleteObject') && !removal.includes(role),
    );
    const paths = deleting.flatMap(({ Resource }) => asList(Resource)).map((resource) => JSON.stringify(resource));
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths)
      expect(path).toMatch(/sites\/\*\/(r\/\?{20}\/\*|releases\/\*\.json)|ManifestsBucket.Arn}\/releases\/\*/);
  });
});

const PREVIEWS = [...'123456789'].map((digit) => `pr${digit}*`);

/** Whether a statement is about environments of pull requests and no others, by its condition or by the names of its resources. */
function isOfPreviews(resource: unknown, condition: unknown): boolean {
  const told = JSON.stringify(condition ?? {});
  const byTag = JSON.stringify({ 'aws:ResourceTag/pilotage:environment': PREVIEWS }).slice(1, -1);
  const byKey = PREVIEWS.every((preview) => told.includes(`PILOT#*#${preview}`));
  const names = asList(resource).map((one) => JSON.stringify(one));
  return told.includes(byTag) || byKey || names.every((name) => /[-/]pr[1-9]\*/.test(name));
}

describe('events', () => {
  it('that cannot be delivered, or whose function fails, are kept', () => {
    for (const [rule, { Properties }] of ofType('AWS::Events::Rule')) {
      for (const target of Properties.Targets as { DeadLetterConfig?: object; RetryPolicy?: object }[]) {
        expect([rule, target.DeadLetterConfig, target.RetryPolicy]).toEqual([
          rule,
          expect.anything(),
          expect.anything(),
        ]);
      }
    }
    const invoked = ofType('AWS::Events::Rule').map(([, { Properties }]) =>
      JSON.stringify((Properties.Targets as { Arn: object }[])[0]?.Arn),
    );
    const told = ofType('AWS::SNS::Subscription').map(([, { Properties }]) => JSON.stringify(Properties.Endpoint));
    expect(ofType('AWS::Lambda::EventInvokeConfig')).toHaveLength(new Set([...invoked, ...told]).size);
  });

  it('may invoke exactly the function that their rule names', () => {
    for (const [rule, { Properties }] of ofType('AWS::Events::Rule')) {
      const { Arn } = (Properties.Targets as { Arn: object }[])[0] ?? {};
      const permission = ofType('AWS::Lambda::Permission').find(
        ([, given]) => JSON.stringify(given.Properties.SourceArn) === JSON.stringify({ 'Fn::GetAtt': [rule, 'Arn'] }),
      );
      expect([rule, permission?.[1].Properties.FunctionName]).toEqual([rule, Arn]);
    }
  });
});

describe('what is kept', () => {
  it('survives the stack: buckets, table and pointers are retained', () => {
    const kept = ['ManifestsBucket', 'SiteBucket', 'Table', 'Pointers'];
    const found = resources.filter(([name]) => kept.includes(name)) as [
      string,
      Resource & { DeletionPolicy?: string },
    ][];
    expect(Object.fromEntries(found.map(([name, { DeletionPolicy }]) => [name, DeletionPolicy]))).toEqual(
      Object.fromEntries(kept.map((name) => [name, 'Retain'])),
    );
  });

  it('is private, versioned and encrypted', () => {
    for (const name of ['ManifestsBucket', 'SiteBucket']) {
      const bucket = resources.find(([found]) => found === name)?.[1].Properties;
      expect(bucket).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: expect.anything(),
      });
    }
  });
});

describe('functions', () => {
  it('run on arm64 with node 24, traced, with logs that end some day', () => {
    for (const [name, { Properties }] of ofType('AWS::Lambda::Function')) {
      expect([name, Properties]).toEqual([
        name,
        expect.objectContaining({ Runtime: 'nodejs24.x', Architectures: ['arm64'], TracingConfig: { Mode: 'Active' } }),
      ]);
    }
    for (const [name, { Properties }] of ofType('AWS::Logs::LogGroup')) {
      expect([name, Properties.RetentionInDays]).toEqual([name, expect.any(Number)]);
    }
  });

  it('mark their calls with their own name', () => {
    for (const [, { Properties }] of ofType('AWS::Lambda::Function')) {
      const { FunctionName, Environment } = Properties as unknown as {
        FunctionName: string;
        Environment: { Variables: Record<string, string> };
      };
      expect(FunctionName.endsWith(Environment.Variables.AWS_SDK_UA_APP_ID ?? '?')).toBe(true);
    }
  });
});

/** `templates/*` of `${ManifestsBucket.Arn}/templates/*` */
const folderOf = (resource: unknown): string => (resource as { 'Fn::Sub': string })['Fn::Sub'].replace(/^[^/]+\//, '');
