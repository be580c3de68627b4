import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { followStack } from '../../../local/stack/follow.ts';
import { tellImages } from '../../../local/tasks/images.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const point = (Path: string) => ({
  Type: 'AWS::EFS::AccessPoint',
  Properties: { FileSystemId: { Ref: 'System' }, RootDirectory: { Path } },
});
/** A function writes where it mounts a part of a file system; the rest of it is for tasks. */
const FILES = {
  Resources: {
    System: { Type: 'AWS::EFS::FileSystem', Properties: {} },
    Whole: point('/pilot'),
    Part: point('/settings/one'),
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
        ...{ FunctionName: 'write', Runtime: 'nodejs24.x', Handler: 'index.handler' },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        FileSystemConfigs: [{ Arn: { 'Fn::GetAtt': ['Part', 'Arn'] }, LocalMountPath: '/mnt/settings' }],
        Environment: { Variables: { FOLDER: '/mnt/settings' } },
        Code: {
          ZipFile: `exports.handler = async ({ text }) =>
            require('node:fs').writeFileSync(process.env.FOLDER + '/settings.json', text);`,
        },
      },
    },
  },
  Outputs: Object.fromEntries(['System', 'Whole', 'Part'].map((name) => [name, { Value: { Ref: name } }])),
};

/**
 * Each patch of the emulator for volumes, with and without it: when the first half of a test fails, a newer
 * release needs that patch no longer.
 */
describe.each([
  { patched: false, patches: ['ecs_processes', 'ecs_volumes'] },
  { patched: true, patches: undefined },
])('volumes in the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  let ecs: ECSClient;
  let lambda: LambdaClient;
  let outputs: Record<string, string>;
  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    const options = clientOf(running.emulator);
    ecs = new ECSClient(options);
    lambda = new LambdaClient(options);
    outputs = await made(new CloudFormationClient(options));
    await ecs.send(new CreateClusterCommand({ clusterName: 'files' }));
  }, 60_000);
  afterAll(() => running.end());

  async function made(client: CloudFormationClient) {
    const StackName = 'files';
    const asked = { TemplateBody: JSON.stringify(FILES), Capabilities: ['CAPABILITY_IAM' as const] };
    await client.send(new CreateStackCommand({ StackName, ...asked }));
    const follow = { stackName: StackName, since: undefined, deadline: Date.now() + 20_000, onProgress: () => {} };
    expect(await followStack(client, follow)).toEqual({ ended: 'done' });
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
    return Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map((one) => [one.OutputKey ?? '', one.OutputValue ?? '']));
  }

  /** How a task that mounts the whole, and within it the part for reading alone, ends that runs this. */
  async function run(script: string, base = '/mnt'): Promise<number | undefined> {
    await tellImages(running.emulator.url, {
      'acme/reads:1': { command: [process.execPath, '-e', script], cwd: __dirname },
    });
    const volume = (name: string, accessPointId: string | undefined) => ({
      name,
      efsVolumeConfiguration: { fileSystemId: outputs.System, authorizationConfig: { accessPointId } },
    });
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'reads',
        volumes: [
          volume('whole', outputs.Whole),
          volume('part', outputs.Part),
          { name: 'root', efsVolumeConfiguration: { fileSystemId: outputs.System, rootDirectory: '/settings' } },
        ],
        containerDefinitions: [
          {
            ...{ name: 'app', image: 'acme/reads:1' },
            environment: [
              { name: 'WHOLE', value: `${base}/efs` },
              { name: 'PART', value: `${base}/efs/config` },
              { name: 'ROOT', value: `${base}/root` },
            ],
            mountPoints: [
              { sourceVolume: 'part', containerPath: `${base}/efs/config`, readOnly: true },
              { sourceVolume: 'whole', containerPath: `${base}/efs` },
              { sourceVolume: 'root', containerPath: `${base}/root` },
            ],
          },
        ],
      }),
    );
    const asked = { cluster: 'files', taskDefinition: taskDefinition?.taskDefinitionArn };
    const { tasks = [] } = await ecs.send(new RunTaskCommand(asked));
    const ended = await until(async () => {
      const now = { cluster: 'files', tasks: tasks.map(({ taskArn = '' }) => taskArn) };
      const task = (await ecs.send(new DescribeTasksCommand(now))).tasks?.[0];
      return task?.lastStatus === 'STOPPED' && task;
    });
    return ended.containers?.[0]?.exitCode;
  }
  const write = (text: string) =>
    lambda.send(new InvokeCommand({ FunctionName: 'write', Payload: Buffer.from(JSON.stringify({ text })) }));
  const reads = (place: string, text: string, base?: string) =>
    run(
      `process.exitCode = require('fs').readFileSync(${place} + '/settings.json', 'utf8') === '${text}' ? 0 : 3`,
      base,
    );

  test('lambda_volumes: a function writes where it mounts a volume, and a task reads it there', async () => {
    const known = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'write' }));
    expect(known.FileSystemConfigs?.[0]?.LocalMountPath).toBe(patched ? '/mnt/settings' : undefined);
    const { FunctionError } = await write('one');
    expect(FunctionError).toBe(patched ? undefined : 'Unhandled');
    if (!patched) return;
    expect(await reads('process.env.PART', 'one')).toBe(0);
    expect(await reads(`process.env.ROOT + '/one'`, 'one')).toBe(0);
    // Where nothing can be mounted, the environment names the folders themselves.
    expect(await reads('process.env.PART', 'one', '/elsewhere')).toBe(0);
    await write('two');
    expect(await reads('process.env.PART', 'two')).toBe(0);
  }, 30_000);

  test('instance_volumes: what an instance mounts is what functions and tasks have', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'machine-'));
    const path = join(folder, 'mnt/efs');
    await mkdir(path, { recursive: true });
    await mkdir(join(folder, 'etc'));
    const options = `_netdev,tls,iam,accesspoint=${outputs.Part}`;
    await writeFile(join(folder, 'etc/fstab'), `${outputs.System}:/ ${path} efs ${options} 0 0\n`);
    const env = { ...process.env, MACHINE: folder, AWS_ENDPOINT_URL: running.emulator.url };
    const mounted = promisify(execFile)(join(__dirname, '../../../local/instances/bin/mount'), [path], { env });
    if (patched) {
      await mounted;
      await write('of a function');
      expect(await readFile(join(path, 'settings.json'), 'utf8')).toBe('of a function');
    } else await expect(mounted).rejects.toThrow();
    await rm(folder, { recursive: true });
  });

  test('ecs_volumes: a volume within another is seen where it is mounted, whoever asks', async () => {
    if (!patched || !(await mayMount())) return;
    await write('three');
    expect(await reads(`'/mnt/efs/config'`, 'three')).toBe(0);
    expect(await run(`require('fs').writeFileSync('/mnt/efs/other', '')`)).toBe(0);
    expect(await run(`process.exitCode = require('fs').existsSync(process.env.WHOLE + '/other') ? 0 : 3`)).toBe(0);
    expect(await run(`require('fs').writeFileSync('/mnt/efs/config/other', '')`)).toBe(1);
  }, 30_000);
});

/** Whether a program may have a view of the file system of its own; where not, its environment alone is changed. */
const mayMount = () =>
  promisify(execFile)('python3', [
    join(__dirname, '../../../local/volumes/within.py'),
    ...[`${tmpdir()}:/mnt/tried:ro`, '--', 'true'],
  ]).then(
    () => true,
    () => false,
  );
