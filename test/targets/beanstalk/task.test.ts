import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AT_ONCE } from '../../../local/beanstalk/account.ts';
import { type Processes, runProcesses } from '../../../local/beanstalk/processes.ts';
import { Refusal } from '../../../local/beanstalk/refusal.ts';
import { createEnvironment } from '../../../shared/aws/beanstalk.ts';
import { listObjects } from '../../../shared/aws/objects.ts';
import { task } from '../../../shared/targets/beanstalk/task.ts';
import type { Plan, Task, TaskLook } from '../../../shared/targets/target.ts';
import { eventually } from '../../e2e/installation.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { leaseUnder } from '../../support/lease.ts';
import { zipOf } from '../../support/zip.ts';
import { taskContract } from '../contract-task.ts';
import { MANIFESTS, s3Of } from '../lambda/world.ts';
import { openWorld, REGION, type World } from './world.ts';

/** Environments are folders here in which leader commands really run, and tell the emulator's CloudWatch Logs. */
let folder: string;
let work: Processes;
let world: World;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pilotage-leading-'));
  world = await openWorld();
  work = runProcesses(s3Of(), folder, { emulatorUrl: emulatorUrl(), region: REGION });
  const logs = new CloudWatchLogsClient({ endpoint: emulatorUrl(), region: REGION });
  for (const pilot of ['contract', 'shop', 'live', 'unwell', 'known', 'quota', 'early'])
    await logs.send(
      new CreateLogGroupCommand({ logGroupName: `/aws/elasticbeanstalk/${pilot}-production--task/pilotage` }),
    );
}, 60_000);
beforeEach(() => {
  world.account.work = work;
  world.service.trouble = () => undefined;
});
afterAll(async () => {
  await work.stop();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

taskContract('beanstalk', async () => ({ runner: task, plan: () => world.plan('contract', 'one') }));

const asked = (command: string[], isFirst = true): Task & { claimed: number } => {
  const one = {
    id: randomUUID().replaceAll('-', ''),
    command,
    timeout: 60,
    claimed: 0,
    claim: async () => {
      one.claimed += 1;
      return { isFirst: isFirst && one.claimed === 1, since: new Date() };
    },
  };
  return one;
};
const start = (plan: Plan, one: Task) => task.start(plan, one, leaseUnder(1));

async function started(plan: Plan, one: Task): Promise<string> {
  const begun = await eventually(async () => {
    const outcome = await start(plan, one);
    return outcome.outcome === 'parked' ? undefined : outcome;
  }, 'it was not started');
  if (begun.outcome !== 'started') throw new Error(JSON.stringify(begun));
  return begun.handle;
}

const ended = (plan: Plan, handle: string): Promise<TaskLook> =>
  eventually(async () => {
    const seen = await task.look(plan, handle);
    return seen.state === 'running' ? undefined : seen;
  }, 'it did not end');

const run = async (plan: Plan, one: Task): Promise<TaskLook> => ended(plan, await started(plan, one));

const environmentsOf = (pilot: string) => world.account.environments.filter(({ name }) => name.startsWith(`${pilot}-`));
const noted = () => join(folder, randomUUID());
const notes = (file: string) => ['sh', '-c', `printf x >> ${file}`];
const timesIn = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').length : 0);

describe('a leader command in an environment of its own', () => {
  it('runs before any other environment is there, in the folder of the release, with its properties, each word as it was given', async () => {
    const said = 'it’s "quoted" $5';
    const secrets = new SecretsManagerClient({ endpoint: emulatorUrl(), region: REGION });
    await secrets.send(
      new CreateSecretCommand({
        Name: 'pilots/shop/production/words',
        SecretString: JSON.stringify({ one: 'between us' }),
      }),
    );
    const plan = await world.plan('shop', 'one', {
      config: { values: { SAYS: said, AWS_ACCESS_KEY_ID: 'other' } },
      secrets: { WORD: 'secret:words#one' },
    });
    const look = await run(
      plan,
      asked(['sh', '-c', 'cat content-one.txt; echo; printf "%s|%s|%s\\n" "$SAYS" "$1" "$WORD"', 'sh', "it's `id`"]),
    );
    expect(look).toMatchObject({ state: 'ended', exitCode: 0, log: ['one', `${said}|it's \`id\`|between us`] });
    expect(environmentsOf('shop').map(({ name }) => name)).toEqual(['shop-production--task']);
  });

  it('starts no release there, and ends the environment', async () => {
    const plan = await world.plan('shop', 'one');
    await run(plan, asked(['true']));
    const environment = await eventually(
      async () => environmentsOf('shop').find(({ status }) => status === 'Terminated'),
      'it was not terminated',
    );
    expect(work.portOf(environment)).toBeUndefined();
  });

  it('has no load balancer, no address that anybody is led to, and reaches what only the pilot’s instances reach', async () => {
    const plan = await world.plan('shop', 'one', {
      beanstalk: { platform: 'Node.js 24 running on 64bit Amazon Linux 2023', loadBalancer: 'application' },
    });
    await run(plan, asked(['true']));
    const { asked: wanted } =
      world.service.journal.findLast(({ action }) => action === 'CreateEnvironment') ?? Object.create(null);
    const options = wanted.OptionSettings as { Namespace: string; OptionName: string; Value: string }[];
    const valuesOf = (name: string) => options.filter((one) => one.OptionName === name).map(({ Value }) => Value);
    expect(wanted.CNAMEPrefix).toBeUndefined();
    expect([valuesOf('EnvironmentType'), valuesOf('SecurityGroups'), valuesOf('MaxSize')]).toEqual([
      ['SingleInstance'],
      ['sg-instances'],
      ['1'],
    ]);
    expect(options.filter(({ Namespace }) => /^aws:elb/.test(Namespace))).toEqual([]);
    expect(wanted.Tags).toEqual(expect.arrayContaining([{ Key: 'pilotage:task', Value: expect.any(String) }]));
  });

  it('leaves alone what serves, and the bundle that serves', async () => {
    world.account.work = AT_ONCE;
    const { plan } = await world.deploy('live', 'one', 1);
    const { id, version } = world.holder('live') ?? {};
    const before = world.service.journal.length;
    world.account.work = work;
    expect(await run(plan, asked(['true']))).toMatchObject({ state: 'ended', exitCode: 0 });
    expect(world.holder('live')).toMatchObject({ id, version, status: 'Ready', health: 'Green' });
    expect(await world.served('live')).toBe('one');
    const changes = world.service.journal.slice(before).filter(({ action }) => !/^(?:Describe|List)/.test(action));
    expect(changes.map(({ action }) => action)).toEqual([
      'CreateApplicationVersion',
      'CreateEnvironment',
      'TerminateEnvironment',
    ]);
  });

  it('runs once, also where another environment is made of its version', async () => {
    const plan = await world.plan('shop', 'two');
    const file = noted();
    const one = asked(notes(file));
    await run(plan, one);
    await createEnvironment({
      application: 'shop-production',
      name: 'shop-production--again',
      description: '',
      version: `task-${one.id}`,
      platform: `arn:aws:elasticbeanstalk:${REGION}::platform/Node.js 24 running on 64bit Amazon Linux 2023/6.10.0`,
      settings: [],
      operationsRole: 'arn:aws:iam::000000000000:role/shop-production--operations',
      tags: {},
    });
    await eventually(
      async () => environmentsOf('shop').find(({ name, status }) => /again/.test(name) && status === 'Ready'),
      'it was not launched',
    );
    expect(timesIn(file)).toBe(1);
  });

  it('takes what an earlier one left away', async () => {
    const plan = await world.plan('contract', 'one');
    const first = asked(['true']);
    await run(plan, first);
    const second = asked(['true']);
    await run(plan, second);
    const labels = [...(world.account.applications.get('contract-production')?.versions.keys() ?? [])];
    expect(labels.filter((label) => label.startsWith('task-'))).toEqual([`task-${second.id}`]);
    const kept = await listObjects(MANIFESTS, 'releases/contract/production/task-');
    expect([...kept.keys()]).toEqual([`${second.id}.zip`]);
  });
});

describe('a leader command that never ran', () => {
  it('is known not to have, and why, where its environment does not come to it', async () => {
    const request = await world.request('unwell', 'one');
    const Body = await zipOf({
      'package.json': '{}',
      '.ebextensions/own.config': 'container_commands: { 01_own: { command: "exit 7" } }',
    });
    await s3Of().send(new PutObjectCommand({ Bucket: MANIFESTS, Key: 'pilots/unwell/release-one.zip', Body }));
    const plan = await world.target.plan(request);
    if ('outcome' in plan) throw new Error(JSON.stringify(plan));
    const file = noted();
    expect(await run(plan, asked(notes(file)))).toEqual({
      state: 'never-ran',
      code: 'TASK_NOT_STARTED',
      reason: expect.stringContaining('01_own failed on instance. Return code: 7'),
    });
    expect(timesIn(file)).toBe(0);
  });

  it('is known not to have where it was ended before it began', async () => {
    world.account.work = { ...work, deploy: () => new Promise(() => {}) };
    const plan = await world.plan('early', 'one');
    const handle = await started(plan, asked(['true']));
    expect(await task.look(plan, handle)).toEqual({ state: 'running', progress: 'its environment to be launched' });
    await task.stop(plan, handle);
    await task.stop(plan, handle);
    expect(await ended(plan, handle)).toMatchObject({ state: 'never-ran' });
  });

  it('is told as that where the account may have no more environments', async () => {
    const plan = await world.plan('quota', 'one');
    world.service.trouble = (action) =>
      action === 'CreateEnvironment' ? new Refusal('TooManyEnvironmentsException', 'the limit') : undefined;
    expect(await eventually(async () => unlessParked(await start(plan, asked(['true']))), 'it parks')).toMatchObject({
      outcome: 'failed',
      code: 'ENVIRONMENT_QUOTA',
    });
    // An earlier call may have launched it all the same.
    const again = asked(['true'], false);
    await eventually(async () => {
      await start(plan, again);
      return again.claimed > 0 || undefined;
    }, 'it was not claimed');
    expect(await start(plan, again)).toMatchObject({ outcome: 'parked', awaits: 'its environment to be seen' });
  });
});

describe('the environment of a leader command', () => {
  it('that somebody terminates while it runs leaves nobody who knows what became of it', async () => {
    const plan = await world.plan('known', 'one');
    const file = noted();
    const handle = await started(plan, asked(['sh', '-c', `printf x >> ${file}; sleep 60`]));
    await eventually(async () => timesIn(file) || undefined, 'it did not begin');
    const [environment] = environmentsOf('known');
    if (!environment) throw new Error('there is none');
    await work.terminate(environment);
    environment.status = 'Terminated';
    expect(await ended(plan, handle)).toEqual({
      state: 'lost',
      reason: 'its instance ended before its command did',
    });
  });

  it('is not ended for another command while that may still run, and is once it should have ended', async () => {
    const plan = await world.plan('known', 'two');
    const file = noted();
    await started(plan, asked(['sh', '-c', `printf x >> ${file}; sleep 60`]));
    await eventually(async () => timesIn(file) || undefined, 'it did not begin');
    const other = asked(['true']);
    expect(await start(plan, other)).toMatchObject({
      outcome: 'parked',
      awaits: 'known-production--task, which an earlier command ran in, to be terminated',
    });
    const environment = environmentsOf('known').find(({ status }) => status !== 'Terminated');
    if (!environment) throw new Error('it was ended');
    expect(environment.status).toBe('Launching');
    environment.description = environment.description.replace(/since .+$/, 'since 2026-01-05T10:00:00.000Z');
    await start(plan, other);
    expect(environment.status).not.toBe('Launching');
    expect(await run(plan, other)).toMatchObject({ state: 'ended', exitCode: 0 });
  });
});

const unlessParked = <Some extends { outcome: string }>(outcome: Some): Some | undefined =>
  outcome.outcome === 'parked' ? undefined : outcome;
