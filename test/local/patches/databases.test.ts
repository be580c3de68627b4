import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  AddTagsToResourceCommand,
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds';
import { followStack } from '../../../local/stack/follow.ts';
import { ASKED, ask, instanceOf, kept, passwordIn, reached } from '../databases/rds.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const outcome = (send: Promise<unknown>) =>
  send.then(
    () => 'allowed',
    (error: Error) => error.name,
  );
const here = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;

/** What the user may do: what is theirs, by its tags and by its name. */
const POLICY = [
  {
    Action: ['rds:CreateDBSnapshot', 'rds:ModifyDBInstance'],
    Resource: here('rds', 'db:*'),
    Condition: { StringEquals: { 'rds:db-tag/whose': 'mine' } },
  },
  { Action: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'], Resource: here('rds', 'snapshot:mine-*') },
  {
    Action: 'rds:DeleteDBSnapshot',
    Resource: here('rds', 'snapshot:*'),
    Condition: { StringEquals: { 'aws:ResourceTag/whose': 'mine' } },
  },
];

/** Writes down, one line each, what the bus hears of RDS. */
const tellingTemplate = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    Write: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...{ FunctionName: 'telling', Runtime: 'nodejs24.x', Handler: 'index.handler' },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: {
          ZipFile: `exports.handler = async (event) =>
            require('node:fs').appendFileSync(require('node:os').tmpdir() + '/told', JSON.stringify(event) + '\\n');`,
        },
      },
    },
    Told: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.rds', 'faults'] },
        Targets: [{ Id: 'write', Arn: { 'Fn::GetAtt': ['Write', 'Arn'] } }],
      },
    },
  },
};

/**
 * Each patch of the emulator for databases, with and without it: when the first half of a test fails, a newer
 * release needs that patch no longer.
 */
describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: undefined },
])('databases in the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  let options: ReturnType<typeof clientOf>;
  let rds: RDSClient;
  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    options = clientOf(running.emulator);
    rds = new RDSClient(options);
    await make('first', { Tags: [{ Key: 'whose', Value: 'mine' }] });
    await reached(rds, 'first');
  }, 60_000);
  afterAll(() => running.end());

  const make = (DBInstanceIdentifier: string, more: object = {}) =>
    rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier, ...ASKED, ...more }));
  const snap = (name: string, more: object = {}, client = rds) =>
    client.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'first', DBSnapshotIdentifier: name, ...more }));
  const settings = (body: object) =>
    fetch(`${running.emulator.url}/_pilotage/databases`, { method: 'POST', body: JSON.stringify(body) });
  async function stack(stackName: string, template: object) {
    const client = new CloudFormationClient(options);
    const asked = { TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_IAM' as const] };
    await client.send(new CreateStackCommand({ StackName: stackName, ...asked }));
    const follow = { stackName, since: undefined, deadline: Date.now() + 20_000, onProgress: () => {} };
    return followStack(client, follow);
  }
  const settled = () => reached(rds, 'first');

  test('rds_instances: an instance is being created until there is a server', async () => {
    const { DBInstance } = await make('new');
    expect(DBInstance?.DBInstanceStatus).toBe(patched ? 'creating' : 'available');
    expect(DBInstance?.Endpoint === undefined).toBe(patched);
    expect((await reached(rds, 'new')).Endpoint?.Port).toEqual(expect.any(Number));
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'new' }));
    const asked = ask(options, DBInstances?.[0] ?? {}, 'password-1', 'SELECT 1 AS one');
    if (patched) expect(await asked).toEqual([{ one: 1 }]);
    else await expect(asked).rejects.toThrow();
  });

  test('rds_instances: only an instance that is there is snapped, and a protected one stays', async () => {
    if (!patched) return expect(await outcome(make('blank', { MasterUserPassword: undefined }))).toBe('allowed');
    expect(await outcome(make('blank', { MasterUserPassword: undefined }))).toBe('InvalidParameterValue');
    await settings({ states: { first: 'storage-full' } });
    expect(await outcome(snap('full'))).toBe('InvalidDBInstanceStateFault');
    await settings({ states: { first: 'available' } });
    const change = { DBInstanceIdentifier: 'first', ApplyImmediately: true };
    await rds.send(new ModifyDBInstanceCommand({ ...change, DeletionProtection: true }));
    const end = (more: object) =>
      outcome(rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'first', ...more })));
    expect(await end({ SkipFinalSnapshot: true })).toBe('InvalidParameterCombination');
    await rds.send(new ModifyDBInstanceCommand({ ...change, DeletionProtection: false }));
    expect(await end({})).toBe('InvalidParameterCombination');
  });

  test('rds_master_password: RDS manages a password, and changes it where it is told to', async () => {
    const asked = { ...ASKED, MasterUserPassword: undefined, ManageMasterUserPassword: true };
    const { DBInstance } = await rds.send(new CreateDBInstanceCommand({ DBInstanceIdentifier: 'managed', ...asked }));
    if (!patched) return expect(DBInstance?.MasterUserSecret).toBeUndefined();
    const managed = await reached(rds, 'managed');
    const first = await passwordIn(options, managed);
    expect(await ask(options, managed, first, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const change = { DBInstanceIdentifier: 'managed', ApplyImmediately: true };
    await rds.send(new ModifyDBInstanceCommand({ ...change, RotateMasterUserPassword: true }));
    const second = await passwordIn(options, managed);
    expect(second).not.toBe(first);
    expect(await ask(options, managed, second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const own = rds.send(new ModifyDBInstanceCommand({ ...change, MasterUserPassword: 'password-3' }));
    expect(await outcome(own)).toBe('InvalidParameterCombination');
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'managed', SkipFinalSnapshot: true }));
    expect(await outcome(passwordIn(options, managed))).not.toBe('allowed');
  });

  test('rds_snapshots: a snapshot is there when its files are, once, and has tags where they are asked for', async () => {
    const { DBSnapshot } = await snap('taken');
    expect(DBSnapshot?.Status).toBe(patched ? 'creating' : 'available');
    expect(DBSnapshot?.TagList).toEqual(patched ? [] : [{ Key: 'whose', Value: 'mine' }]);
    if (patched) expect(await outcome(snap('second'))).toBe('InvalidDBInstanceStateFault');
    await kept(rds, 'taken');
    await settled();
    expect(await outcome(snap('taken'))).toBe('DBSnapshotAlreadyExistsFault');
    const Tags = [{ Key: 'release', Value: 'one' }];
    await rds.send(new AddTagsToResourceCommand({ ResourceName: here('rds', 'snapshot:taken'), Tags }));
    const listed = await rds.send(new ListTagsForResourceCommand({ ResourceName: here('rds', 'snapshot:taken') }));
    expect(listed.TagList).toContainEqual(Tags[0]);
    const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'first' }));
    expect(DBSnapshots?.find((one) => one.DBSnapshotIdentifier === 'taken')?.TagList).toContainEqual(Tags[0]);
    await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'taken' }));
    const gone = rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: 'taken' }));
    expect(await outcome(gone)).toBe('DBSnapshotNotFoundFault');
  });

  test('rds_replicas: a replica is being created until it follows its source', async () => {
    await settled();
    const replica = { DBInstanceIdentifier: 'replica', SourceDBInstanceIdentifier: 'first' };
    const { DBInstance } = await rds.send(new CreateDBInstanceReadReplicaCommand(replica));
    expect(DBInstance?.DBInstanceStatus).toBe(patched ? 'creating' : 'available');
    const follows = ask(options, await reached(rds, 'replica'), 'password-1', 'SELECT pg_is_in_recovery() AS follows');
    if (patched) expect(await follows).toEqual([{ follows: true }]);
    else await expect(follows).rejects.toThrow();
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'replica', SkipFinalSnapshot: true }));
    const { ReadReplicaDBInstanceIdentifiers } = await reached(rds, 'first');
    expect(ReadReplicaDBInstanceIdentifiers).toEqual(patched ? [] : ['replica']);
  });

  test('rds_storage_quotas: there are no more snapshots and no more storage than the account may have', async () => {
    const { DBSnapshots = [] } = await rds.send(new DescribeDBSnapshotsCommand({}));
    await settings({ snapshots: DBSnapshots.length, storage: 100 });
    expect(await outcome(snap('more'))).toBe(patched ? 'SnapshotQuotaExceededFault' : 'allowed');
    expect(await outcome(make('large', { AllocatedStorage: 100 }))).toBe(
      patched ? 'StorageQuotaExceededFault' : 'allowed',
    );
    await settings({ snapshots: 100, storage: 100_000 });
  });

  test('rds_renaming: an instance gets another name', async () => {
    await reached(rds, 'new');
    const change = { DBInstanceIdentifier: 'new', NewDBInstanceIdentifier: 'newer', ApplyImmediately: true };
    await rds.send(new ModifyDBInstanceCommand(change));
    if (patched) expect((await reached(rds, 'newer')).DBInstanceArn).toBe(here('rds', 'db:newer'));
    else expect(await instanceOf(rds, 'newer')).toBeUndefined();
  });

  test('rds_events: the bus hears of a snapshot', async () => {
    expect(await stack('telling', tellingTemplate)).toEqual({ ended: 'done' });
    await settled();
    await snap('told');
    await kept(rds, 'told');
    const Entries = [{ Source: 'faults', DetailType: 'After it', Detail: '{}' }];
    await new EventBridgeClient(options).send(new PutEventsCommand({ Entries }));
    const lines = () => readFile(join(running.folder, 'tmp/told'), 'utf8').catch(() => '');
    await until(async () => (await lines()).includes('After it'));
    const told = async () => (await lines()).split('\n').find((line) => line.includes('RDS-EVENT-0042'));
    if (!patched) return expect(await told()).toBeUndefined();
    expect(JSON.parse(await until(told))).toMatchObject({
      ...{ source: 'aws.rds', 'detail-type': 'RDS DB Snapshot Event', resources: [here('rds', 'snapshot:told')] },
      detail: { SourceType: 'SNAPSHOT', SourceIdentifier: 'told', EventCategories: ['creation'] },
    });
  });

  test('rds_resource: what is allowed goes by the tags and the names of all that a call is about', async () => {
    const iam = new IAMClient(options);
    const Statement = POLICY.map((one) => ({ Effect: 'Allow', ...one }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateUserCommand({ UserName: 'one' }));
    await iam.send(new PutUserPolicyCommand({ UserName: 'one', PolicyName: 'all', PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'one' }));
    const [accessKeyId = '', secretAccessKey = ''] = [AccessKey?.AccessKeyId, AccessKey?.SecretAccessKey];
    const user = new RDSClient({ ...options, credentials: { accessKeyId, secretAccessKey } });
    const Tags = [{ Key: 'whose', Value: 'mine' }];
    await settled();
    expect(await outcome(snap('mine-1', { Tags }, user))).toBe(patched ? 'allowed' : 'AccessDenied');
    await settled();
    expect(await outcome(snap('other-1', { Tags }, user))).toBe('AccessDenied');
    const other = { DBInstanceIdentifier: 'other', DBSnapshotIdentifier: 'mine-2' };
    expect(await outcome(user.send(new CreateDBSnapshotCommand(other)))).toBe('AccessDenied');
    const remove = (DBSnapshotIdentifier: string) =>
      outcome(user.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier })));
    if (patched) expect(await remove('mine-1')).toBe('allowed');
    expect(await remove('told')).toBe('AccessDenied');
    const restore = { DBInstanceIdentifier: 'mine', DBSnapshotIdentifier: 'told' };
    expect(await outcome(user.send(new RestoreDBInstanceFromDBSnapshotCommand(restore)))).toBe('AccessDenied');
  });

  test('cfn_databases: the database of a stack is real, as is its secret, and it leaves a snapshot', async () => {
    const client = new CloudFormationClient(options);
    const Properties = {
      ...{ DBInstanceIdentifier: 'stacked', Engine: 'postgres', DBInstanceClass: 'db.t4g.micro' },
      ...{ AllocatedStorage: '20', DBName: 'app', MasterUsername: 'app', ManageMasterUserPassword: true, Port: '5432' },
      ...{ DBParameterGroupName: { Ref: 'Parameters' }, VPCSecurityGroups: ['sg-1'] },
      Tags: [{ Key: 'pilot', Value: 'shop' }],
    };
    const template = {
      Resources: {
        Parameters: {
          Type: 'AWS::RDS::DBParameterGroup',
          Properties: { Family: 'postgres18', Description: 'of the test', Parameters: { work_mem: '8192' } },
        },
        Database: { Type: 'AWS::RDS::DBInstance', DeletionPolicy: 'Snapshot', Properties },
        Replica: {
          Type: 'AWS::RDS::DBInstance',
          DeletionPolicy: 'Delete',
          Properties: {
            ...{ DBInstanceIdentifier: 'stacked-1', DBInstanceClass: 'db.t4g.micro' },
            SourceDBInstanceIdentifier: { Ref: 'Database' },
          },
        },
      },
      Outputs: {
        Address: { Value: { 'Fn::GetAtt': ['Database', 'Endpoint.Address'] } },
        Port: { Value: { 'Fn::GetAtt': ['Database', 'Endpoint.Port'] } },
        Arn: { Value: { 'Fn::GetAtt': ['Database', 'DBInstanceArn'] } },
        ...(patched && { Secret: { Value: { 'Fn::GetAtt': ['Database', 'MasterUserSecret.SecretArn'] } } }),
      },
    };
    const StackName = 'faults';
    expect(await stack(StackName, template)).toEqual({ ended: 'done' });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    const outputs = Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue]));
    expect(outputs.Arn).toBe(here('rds', 'db:stacked'));
    if (!patched) return expect(outputs.Address).toMatch(/\.rds\.amazonaws\.com$/);
    const stacked = await reached(rds, 'stacked');
    expect(outputs).toMatchObject({ Address: '127.0.0.1', Port: String(stacked.Endpoint?.Port) });
    expect(outputs.Secret).toBe(stacked.MasterUserSecret?.SecretArn);
    expect(stacked.TagList).toContainEqual({ Key: 'pilot', Value: 'shop' });
    expect(stacked.VpcSecurityGroups).toEqual([{ VpcSecurityGroupId: 'sg-1', Status: 'active' }]);
    const password = await passwordIn(options, stacked);
    expect(await ask(options, stacked, password, 'SHOW work_mem')).toEqual([{ work_mem: '8MB' }]);
    const replica = await reached(rds, 'stacked-1');
    expect(replica.ReadReplicaSourceDBInstanceIdentifier).toBe('stacked');
    expect(await ask(options, replica, password, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await client.send(new DeleteStackCommand({ StackName }));
    await until(async () => !(await instanceOf(rds, 'stacked')));
    expect(await kept(rds, 'stacked-final-snapshot')).toMatchObject({ DBInstanceIdentifier: 'stacked' });
  }, 30_000);

  test('cfn_last_snapshots: a database whose place another one takes leaves a snapshot, and what it was made from', async () => {
    const client = new CloudFormationClient(options);
    const templateOf = (DBInstanceIdentifier: string, content: object) => ({
      Resources: {
        Database: {
          Type: 'AWS::RDS::DBInstance',
          UpdateReplacePolicy: 'Snapshot',
          Properties: {
            ...{ DBInstanceIdentifier, Engine: 'postgres', DBInstanceClass: 'db.t4g.micro', AllocatedStorage: '20' },
            ManageMasterUserPassword: true,
            ...content,
          },
        },
      },
      Outputs: { Id: { Value: { Ref: 'Database' } } },
    });
    const StackName = 'replacing';
    const first = templateOf('replaced', { DBName: 'app', MasterUsername: 'app' });
    expect(await stack(StackName, first)).toEqual({ ended: 'done' });
    const asked = { DBInstanceIdentifier: 'replaced', DBSnapshotIdentifier: 'of-replaced' };
    await rds.send(new CreateDBSnapshotCommand(asked));
    await kept(rds, 'of-replaced');
    const second = templateOf('replacing', { DBSnapshotIdentifier: 'of-replaced', BackupRetentionPeriod: 7 });
    await client.send(new UpdateStackCommand({ StackName, TemplateBody: JSON.stringify(second) }));
    await until(async () => {
      const { Stacks: [now] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
      return now?.StackStatus === 'UPDATE_COMPLETE';
    });
    await until(async () => !(await instanceOf(rds, 'replaced')));
    const { DBSnapshots = [] } = await rds.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'replaced', SnapshotType: 'manual' }),
    );
    const names = DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier).sort();
    expect(names).toEqual(patched ? ['of-replaced', 'replaced-final-snapshot'] : ['of-replaced']);
    if (!patched) return;
    const replacing = await reached(rds, 'replacing');
    expect(replacing.BackupRetentionPeriod).toBe(7);
    const password = await passwordIn(options, replacing);
    expect(await ask(options, replacing, password, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 30_000);

  test('cfn_databases: a stack whose database cannot start fails, says why, and leaves nothing', async () => {
    if (!patched) return;
    const group = { Family: 'postgres18', Description: 'of the test', Parameters: { work_mem: 'much' } };
    const template = {
      Resources: {
        Parameters: { Type: 'AWS::RDS::DBParameterGroup', Properties: group },
        Database: {
          Type: 'AWS::RDS::DBInstance',
          Properties: {
            ...{ ...ASKED, DBInstanceIdentifier: 'broken', AllocatedStorage: '20' },
            DBParameterGroupName: { Ref: 'Parameters' },
          },
        },
      },
    };
    const ended = await stack('broken', template);
    expect(ended).toMatchObject({ ended: 'failed', reason: expect.stringMatching(/invalid value for parameter/) });
    await until(async () => !(await instanceOf(rds, 'broken')));
  }, 30_000);
});
