import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AT_ONCE, setHealth, tell } from '../../../local/beanstalk/account.ts';
import { Refusal } from '../../../local/beanstalk/refusal.ts';
import { beanstalkTarget } from '../../../shared/targets/beanstalk/beanstalk.ts';
import { PATIENCE_MS } from '../../../shared/targets/beanstalk/next.ts';
import { leaseUnder } from '../../support/lease.ts';
import { openWorld, PLATFORM, stackOf, type World } from './world.ts';

let world: World;
let count = 0;
let pilot: string;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  count += 1;
  pilot = `bring-${count}`;
  world.service.journal.length = 0;
});
afterEach(() => {
  world.service.trouble = () => undefined;
  world.account.work = AT_ONCE;
  world.account.most = 200;
});
afterAll(() => world.close());

const never = () => new Promise<never>(() => {});
async function prepare(content: string, fence: number, more: Record<string, unknown> = {}) {
  const plan = await world.plan(pilot, content, more);
  const before = await world.target.live(plan);
  return { plan, before, outcome: await world.target.prepare(plan, before, leaseUnder(fence)) };
}
const asked = (action: string) => world.service.journal.filter((one) => one.action === action).map((one) => one.asked);

describe('the first release', () => {
  it('gets an environment beside one that holds the address and answers 503', async () => {
    const { plan, outcome } = await prepare('one', 1);
    expect(outcome).toMatchObject({
      outcome: 'done',
      facts: { environment: `${pilot}-production--blue`, platform: '6.10.0' },
    });
    const [standby, blue] = ['offline', 'blue'].map((part) => world.environment(pilot, part));
    expect(standby).toMatchObject({ cname: stackOf(pilot).LiveHost, status: 'Ready' });
    expect(blue).toMatchObject({ version: plan.release, status: 'Ready' });
    expect(await world.served(pilot)).toBeNull();
    // Both take minutes: one was not waited for before the other was begun.
    const [first, second] = asked('CreateEnvironment');
    expect([first, second].map((one) => one?.CNAMEPrefix).sort()).toEqual([
      `${pilot}-production--000000000000`,
      undefined,
    ]);
  });

  it('tells Elastic Beanstalk each time of other limits by its own name', async () => {
    await prepare('one', 1, { scaling: { schedule: [{ at: 'cron(0 7 ? * MON-FRI *)', min: 2 }] } });
    expect(world.environment(pilot, 'blue')?.settings).toMatchObject({
      'aws:autoscaling:scheduledaction:Time1:Recurrence': '0 7 * * MON-FRI',
      'aws:autoscaling:scheduledaction:Time1:MinSize': '2',
    });
  });

  it('is made with the pilot’s own roles and tags', async () => {
    await prepare('one', 1);
    const { OperationsRole, ServiceRole } = stackOf(pilot);
    for (const environment of asked('CreateEnvironment')) {
      expect(environment).toMatchObject({
        OperationsRole,
        Tags: expect.arrayContaining([{ Key: 'pilotage:pilot', Value: pilot }]),
        OptionSettings: expect.arrayContaining([
          { Namespace: 'aws:elasticbeanstalk:environment', OptionName: 'ServiceRole', Value: ServiceRole },
        ]),
      });
    }
    expect(asked('CreateApplicationVersion')).toContainEqual(expect.objectContaining({ Process: true }));
  });

  it('gives it the secrets by where they lie', async () => {
    const secrets = new SecretsManagerClient({});
    const { ARN } = await secrets.send(
      new CreateSecretCommand({ Name: `pilots/${pilot}/production/smtp`, SecretString: 'hidden' }),
    );
    await prepare('one', 1, { secrets: { SMTP: 'secret:smtp#password', MODE: 'ssm:mode' } });
    const settings = Object.values(asked('CreateEnvironment')).flatMap(
      ({ OptionSettings }) => OptionSettings as object[],
    );
    expect(settings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ OptionName: 'SMTP', Value: `${ARN}:password` }),
        expect.objectContaining({
          OptionName: 'MODE',
          Value: `arn:aws:ssm:us-east-1:000000000000:parameter/pilots/${pilot}/production/mode`,
        }),
      ]),
    );
    expect(JSON.stringify(world.service.journal)).not.toContain('hidden');
  });
});

describe('a later release', () => {
  it('gets the other environment, with an address that nobody else has', async () => {
    await world.deploy(pilot, 'blue', 1);
    const { outcome } = await prepare('green', 2);
    expect(outcome).toMatchObject({ outcome: 'done' });
    const green = asked('CreateEnvironment').find(
      ({ EnvironmentName }) => EnvironmentName === `${pilot}-production--green`,
    );
    expect(green).not.toHaveProperty('CNAMEPrefix');
    expect(await world.served(pilot)).toBe('blue');
  });

  it('is deployed to the idle environment where that is configured alike', async () => {
    await world.deploy(pilot, 'one', 1);
    await world.deploy(pilot, 'two', 2);
    const made = asked('CreateEnvironment').length;
    await world.deploy(pilot, 'three', 3);
    expect(asked('CreateEnvironment')).toHaveLength(made);
    expect(asked('UpdateEnvironment')).toHaveLength(1);
  });

  it('replaces the idle environment where that is configured otherwise', async () => {
    await world.deploy(pilot, 'one', 1);
    await world.deploy(pilot, 'two', 2);
    const idle = world.environment(pilot, 'blue')?.id;
    await world.deploy(pilot, 'three', 3, { config: { values: { MODE: 'new' } } });
    expect(world.environment(pilot, 'blue')?.id).not.toBe(idle);
    expect(asked('UpdateEnvironment')).toHaveLength(0);
  });

  it('is replaced where it runs the same release for another database', async () => {
    const plan = await world.plan(pilot, 'one');
    const told = { DatabasePort: '5432', DatabaseName: 'app', DatabaseUser: 'app', DatabaseSecret: 'arn' };
    const detail = { ...(plan.detail as object), database: { engine: 'postgres', managed: false } };
    const to = async (DatabaseHost: string, fence: number) => {
      const own = { ...plan, detail, stack: { ...plan.stack, ...told, DatabaseHost } };
      const outcome = await world.target.prepare(own, await world.target.live(own), leaseUnder(fence));
      expect(outcome).toMatchObject({ outcome: 'done' });
      return world.environment(pilot, 'blue')?.id;
    };
    const first = await to('old', 1);
    expect(await to('old', 2)).toBe(first);
    expect(await to('new', 3)).not.toBe(first);
  });

  it('says that the platform is another version', async () => {
    await world.deploy(pilot, 'one', 1);
    world.account.platforms.push({ name: PLATFORM, version: '6.11.0', branch: 'Supported' });
    const { outcome } = await prepare('two', 2);
    world.account.platforms.pop();
    expect(outcome).toMatchObject({ facts: { platform: '6.11.0, 6.10.0 before' } });
  });

  it('is prepared once, however often it is asked for, and also where answers are lost or old', async () => {
    await world.deploy(pilot, 'blue', 1);
    let times = 0;
    world.service.trouble = (action) => {
      times += 1;
      if (/^(?:Create|Update)/.test(action) && times % 2 === 0) return 'lost';
      return action === 'DescribeEnvironments' && times % 5 === 0 ? 'old' : undefined;
    };
    const { plan } = await prepare('green', 2);
    world.service.trouble = () => undefined;
    expect(await world.target.prepare(plan, await world.target.live(plan), leaseUnder(2))).toMatchObject({
      outcome: 'done',
    });
    const names = world.account.environments.map(({ name }) => name).filter((name) => name.startsWith(`${pilot}-`));
    expect(names.sort()).toEqual(['blue', 'green', 'offline'].map((part) => `${pilot}-production--${part}`));
  });
});

describe('on bad days', () => {
  it.each([
    ['Updating', 'updating'],
    ['Launching', 'launching'],
  ] as const)('waits for an environment that is %s, and gives up in words', async (status, words) => {
    await world.deploy(pilot, 'blue', 1);
    world.account.work = { ...AT_ONCE, deploy: never };
    const { plan, before, outcome } = await prepare('green', 2);
    const green = world.environment(pilot, 'green');
    if (!green) throw new Error('green was not begun');
    green.status = status;
    expect(outcome).toMatchObject({ outcome: 'parked', awaits: expect.stringContaining('green') });
    green.updatedAt = new Date(Date.now() - PATIENCE_MS - 1000);
    expect(await world.target.prepare(plan, before, leaseUnder(2))).toMatchObject({
      outcome: 'failed',
      code: 'ENVIRONMENT_STUCK',
      reason: expect.stringContaining(`green has been ${words} since`),
    });
    expect(await world.served(pilot)).toBe('blue');
  });

  it('fails with the first event that tells why a launch failed, and terminates what is of no use', async () => {
    await world.deploy(pilot, 'blue', 1);
    world.account.work = { ...AT_ONCE, deploy: async () => 'npm ERR! Missing script: "start"' };
    const { outcome } = await prepare('green', 2);
    expect(outcome).toMatchObject({
      outcome: 'failed',
      code: 'RELEASE_BROKEN',
      reason: expect.stringContaining('Missing script'),
    });
    expect(world.environment(pilot, 'green')).toBeUndefined();
    expect(await world.served(pilot)).toBe('blue');
  });

  it('takes no failure for the release’s that was told before it came', async () => {
    const more = { beanstalk: { platform: PLATFORM, idle: 'keep' } };
    await world.deploy(pilot, 'one', 1, more);
    await world.deploy(pilot, 'two', 2, more);
    const idle = world.environment(pilot, 'blue');
    if (!idle) throw new Error('blue is gone');
    tell(world.account, 'ERROR', 'Failed long ago.', { application: idle.application, environment: idle });
    const told = world.account.events.at(-1);
    if (told) told.at = new Date(Date.now() - 60_000);
    const { plan } = await prepare('three', 3, more);
    expect(asked('UpdateEnvironment')).toHaveLength(1);
    idle.healthStatus = 'Warning';
    expect(await world.target.look(plan)).toMatchObject({ state: 'waiting' });
    tell(world.account, 'ERROR', 'Failed now.', { application: idle.application, environment: idle });
    expect(await world.target.look(plan)).toMatchObject({
      state: 'broken',
      reason: expect.stringMatching(/^Failed now/),
    });
  });

  it('keeps what failed where the manifest keeps idle environments, and the next deployment begins anew', async () => {
    const more = { beanstalk: { platform: PLATFORM, idle: 'keep' } };
    await world.deploy(pilot, 'blue', 1, more);
    world.account.work = { ...AT_ONCE, deploy: async () => 'it does not start' };
    const { plan } = await prepare('green', 2, more);
    const failed = world.environment(pilot, 'green');
    expect(failed).toMatchObject({ health: 'Red' });
    world.account.work = AT_ONCE;
    expect(await world.target.prepare(plan, await world.target.live(plan), leaseUnder(3))).toMatchObject({
      outcome: 'done',
    });
    expect(world.environment(pilot, 'green')?.id).not.toBe(failed?.id);
  });

  it('never calls a release well whose instances still run another one', async () => {
    await world.deploy(pilot, 'blue', 1);
    const { plan } = await prepare('green', 2);
    const [instance] = world.environment(pilot, 'green')?.instances ?? [];
    if (instance) instance.version = 'older';
    expect(await world.target.look(plan)).toMatchObject({
      state: 'waiting',
      progress: expect.stringContaining('0 of 1 instances run it'),
    });
  });

  it('replaces what runs the release since long ago and is not well any more', async () => {
    const { plan } = await world.deploy(pilot, 'blue', 1);
    await world.deploy(pilot, 'green', 2);
    const idle = world.environment(pilot, 'blue');
    if (!idle) throw new Error('blue is gone');
    idle.updatedAt = new Date(0);
    idle.healthStatus = 'Warning';
    expect(await world.target.prepare(plan, await world.target.live(plan), leaseUnder(3))).toMatchObject({
      outcome: 'done',
    });
    expect(world.environment(pilot, 'blue')?.id).not.toBe(idle.id);
    expect(await world.served(pilot)).toBe('green');
  });

  it('tells the causes when health is red for longer than the grace', async () => {
    await world.deploy(pilot, 'blue', 1);
    const { plan } = await prepare('green', 2);
    const green = world.environment(pilot, 'green');
    if (green) setHealth(green, 'Red', ['ELB health is failing or not available for all instances.']);
    expect(await world.target.look(plan)).toMatchObject({ state: 'waiting' });
    if (green) green.updatedAt = new Date(Date.now() - 61_000);
    expect(await world.target.look(plan)).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('ELB health is failing'),
    });
  });

  it.each<[what: string, happens: () => void, code: string, words: string]>([
    [
      'the name of the environment is taken by another application',
      () => {
        const [first] = world.account.environments;
        const name = `${pilot}-production--green`;
        if (first)
          world.account.environments.push({ ...first, id: 'e-foreign', name, application: 'others', cname: name });
      },
      'ENVIRONMENT_TAKEN',
      'the application others has an environment',
    ],
    [
      'the platform’s version was retired since it was planned',
      () => {
        const [platform] = world.account.platforms.splice(1, 1);
        retired = platform;
      },
      'PLATFORM_MISSING',
      'gone since it was planned',
    ],
    [
      'the account may have no more environments',
      () => {
        world.account.most = 0;
      },
      'ENVIRONMENT_QUOTA',
      'ask AWS for a higher quota',
    ],
    [
      'Elastic Beanstalk does not take the configuration files of the bundle',
      () => {
        world.account.work = {
          ...AT_ONCE,
          process: async () => 'The configuration file .ebextensions/a.config contains invalid YAML.',
        };
      },
      'BUNDLE_REFUSED',
      'invalid YAML',
    ],
  ])('fails in words when %s; blue serves', async (_what, happens, code, words) => {
    await world.deploy(pilot, 'blue', 1);
    const plan = await world.plan(pilot, 'green');
    const before = await world.target.live(plan);
    happens();
    const outcome = await world.target.prepare(plan, before, leaseUnder(2));
    if (retired) world.account.platforms.splice(1, 0, retired);
    retired = undefined;
    expect(outcome).toMatchObject({ outcome: 'failed', code, reason: expect.stringContaining(words) });
    expect(await world.served(pilot)).toBe('blue');
    expect(await world.target.live(plan)).toEqual(before);
  });
  let retired: World['account']['platforms'][number] | undefined;

  it('waits while Elastic Beanstalk throttles', async () => {
    await world.deploy(pilot, 'blue', 1);
    const plan = await world.plan(pilot, 'green');
    const before = await world.target.live(plan);
    world.service.trouble = (action) =>
      action === 'CreateEnvironment' ? new Refusal('Throttling', 'Rate exceeded') : undefined;
    const run = await beanstalkTarget.prepare(plan, before, leaseUnder(2));
    expect(run).toMatchObject({ outcome: 'parked', awaits: 'Elastic Beanstalk to take calls again' });
    // Not for ever: after a while it is for the workflow to try again, and to give up.
    const version = world.account.applications.get(`${pilot}-production`)?.versions.get(plan.release);
    if (version) version.createdAt = new Date(0);
    await expect(beanstalkTarget.prepare(plan, before, leaseUnder(2))).rejects.toThrow('Rate exceeded');
    expect(await world.served(pilot)).toBe('blue');
  }, 30_000);

  it('leaves an application alone that is not the pilot’s', async () => {
    const tags = { 'pilotage:pilot': 'another' };
    const name = `${pilot}-production`;
    world.account.applications.set(name, { name, description: '', tags, versions: new Map() });
    expect((await prepare('one', 1)).outcome).toMatchObject({ code: 'APPLICATION_TAKEN' });
  });

  it('takes an application that is not known by its ARN yet for one that was made a moment ago', async () => {
    const plan = await world.plan(pilot, 'one');
    const name = `${pilot}-production`;
    const tags = { 'pilotage:pilot': pilot, 'pilotage:environment': 'production' };
    world.account.applications.set(name, { name, description: '', tags, versions: new Map() });
    let looks = 0;
    world.service.trouble = (action) => {
      if (action !== 'ListTagsForResource' || looks > 1) return undefined;
      looks += 1;
      return new Refusal('ResourceNotFoundException', 'not yet');
    };
    expect(await world.target.prepare(plan, { weights: {}, fence: 0 }, leaseUnder(1))).toMatchObject({
      outcome: 'done',
    });
    expect(looks).toBe(2);
  });

  it('touches nothing under a lock that a newer deployment has taken over', async () => {
    await world.deploy(pilot, 'blue', 5);
    world.service.journal.length = 0;
    const { outcome } = await prepare('green', 2);
    expect(outcome).toMatchObject({ code: 'FENCED' });
    expect(asked('CreateEnvironment')).toEqual([]);
  });
});
