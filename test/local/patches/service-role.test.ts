import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { AttachRolePolicyCommand, CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { followStack } from '../../../local/stack/follow.ts';
import { clientOf, runningEmulator } from '../emulator/running.ts';

type Running = Awaited<ReturnType<typeof runningEmulator>>;
type Statement = { Effect: string; Action: string | string[]; Resource: string | string[]; Condition?: object };

const POLICY = (name: string) => `arn:aws:iam::000000000000:policy/${name}`;
const managed = (ManagedPolicyName: string, ...Statement: Statement[]) => ({
  Type: 'AWS::IAM::ManagedPolicy',
  Properties: { ManagedPolicyName, PolicyDocument: { Version: '2012-10-17', Statement } },
});
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const ROLES = 'arn:aws:iam::000000000000:role/faults/*';

const template = {
  Resources: {
    Bounds: managed('bounds', { Effect: 'Allow', Action: ['s3:*', 'iam:*'], Resource: '*' }),
    NoBounds: managed('no-bounds', { Effect: 'Allow', Action: '*', Resource: '*' }),
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'faults-role',
        AssumeRolePolicyDocument: TRUST,
        PermissionsBoundary: POLICY('bounds'),
        Tags: [{ Key: 'team', Value: 'acme' }],
        Policies: [
          {
            PolicyName: 'faults',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: 's3:GetObject',
                  Resource: `arn:aws:s3:::faults/\${aws:PrincipalTag/team}/*`,
                },
                {
                  Effect: 'Allow',
                  Action: 'iam:CreateRole',
                  Resource: ROLES,
                  Condition: { StringEquals: { 'iam:PermissionsBoundary': POLICY('bounds') } },
                },
                {
                  Effect: 'Allow',
                  Action: 'iam:AttachRolePolicy',
                  Resource: ROLES,
                  Condition: { ArnEquals: { 'iam:PolicyARN': POLICY('bounds') } },
                },
              ],
            },
          },
        ],
      },
    },
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'faults' } },
    Who: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'faults-who',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: {
          ZipFile: `exports.handler = async () => ({
            accessKeyId: process.env.AWS_ACCESS_KEY_ID,
            secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
            sessionToken: process.env.AWS_SESSION_TOKEN,
          })`,
        },
      },
    },
  },
};
const outcome = (send: Promise<unknown>) =>
  send.then(
    () => 'allowed',
    (error: Error) => error.name,
  );

describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: undefined },
])('roles in the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Running;
  let root: ReturnType<typeof clientOf>;
  let role: { accessKeyId: string; secretAccessKey: string; sessionToken: string };

  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    root = clientOf(running.emulator);
    const client = new CloudFormationClient(root);
    await client.send(
      new CreateStackCommand({
        StackName: 'faults',
        TemplateBody: JSON.stringify(template),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    const follow = { stackName: 'faults', since: undefined, deadline: Date.now() + 20_000, onProgress: () => {} };
    expect(await followStack(client, follow)).toEqual({ ended: 'done' });
    const { Payload } = await new LambdaClient(root).send(new InvokeCommand({ FunctionName: 'faults-who' }));
    role = JSON.parse(Buffer.from(Payload ?? []).toString());
  }, 180_000);
  afterAll(() => running.end());

  test('policy_variables: a policy compares with the tags of its caller', async () => {
    const forcePathStyle = true;
    for (const Key of ['acme/a', 'other/a'])
      await new S3Client({ ...root, forcePathStyle }).send(new PutObjectCommand({ Bucket: 'faults', Key, Body: 'a' }));
    const s3 = new S3Client({ ...root, credentials: role, forcePathStyle });
    const read = (Key: string) => outcome(s3.send(new GetObjectCommand({ Bucket: 'faults', Key })));
    expect(await read('acme/a')).toBe(patched ? 'allowed' : 'AccessDenied');
    expect(await read('other/a')).toBe('AccessDenied');
  });

  test('iam_role_paths: a role may make roles below a path that are bounded, and give them one policy', async () => {
    const iam = new IAMClient({ ...root, credentials: role });
    const create = (RoleName: string, Path: string, bounds: string) =>
      outcome(
        iam.send(
          new CreateRoleCommand({
            ...{ RoleName, Path, PermissionsBoundary: POLICY(bounds) },
            AssumeRolePolicyDocument: JSON.stringify(TRUST),
          }),
        ),
      );
    expect(await create('one', '/faults/', 'bounds')).toBe(patched ? 'allowed' : 'AccessDenied');
    expect(await create('two', '/faults/', 'no-bounds')).toBe('AccessDenied');
    expect(await create('three', '/', 'bounds')).toBe('AccessDenied');
    const attach = (policy: string) =>
      outcome(iam.send(new AttachRolePolicyCommand({ RoleName: 'one', PolicyArn: POLICY(policy) })));
    expect(await attach('bounds')).toBe(patched ? 'allowed' : 'AccessDenied');
    expect(await attach('no-bounds')).toBe('AccessDenied');
  });

  test('cfn_service_role: a stack is made under a role that is there, and tells which', async () => {
    const client = new CloudFormationClient(root);
    const make = (name: string, RoleARN: string) =>
      outcome(
        client.send(
          new CreateChangeSetCommand({
            ...{ StackName: name, ChangeSetName: 'faults', ChangeSetType: 'CREATE', RoleARN },
            TemplateBody: JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue' } } }),
          }),
        ),
      );
    const known = 'arn:aws:iam::000000000000:role/faults-role';
    expect(await make('unknown', `${known}-other`)).toBe(patched ? 'ValidationError' : 'allowed');
    expect(await make('known', known)).toBe('allowed');
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: 'known' }));
    expect(stack?.RoleARN).toBe(patched ? known : undefined);
  });

  test('cfn_service_role: a role of a stack is bounded', async () => {
    const { Role } = await new IAMClient(root).send(new GetRoleCommand({ RoleName: 'faults-role' }));
    expect(Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(patched ? POLICY('bounds') : undefined);
  });
});
