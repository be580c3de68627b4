import { setHealth } from '../../../local/beanstalk/account.ts';
import { createEnvironment } from '../../../shared/aws/beanstalk.ts';
import { KEEP_SECONDS, TTL_SECONDS } from '../../../shared/targets/beanstalk/rest.ts';
import { leaseUnder, lostLease } from '../../support/lease.ts';
import { openWorld, PLATFORM, REGION, type World } from './world.ts';

let world: World;
let count = 0;
let pilot: string;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  count += 1;
  pilot = `rest-${count}`;
  world.service.journal.length = 0;
});
afterAll(() => world.close());

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
const FORGOTTEN = TTL_SECONDS + KEEP_SECONDS;

/** Green has taken over from blue. */
async function swapped(more: Record<string, unknown> = {}) {
  await world.deploy(pilot, 'blue', 1, more);
  const { plan, before } = await world.deploy(pilot, 'green', 2, more);
  const rest = (since: Date, lease = leaseUnder(2)) => world.target.rest(plan, before, since, lease);
  return { plan, before, rest };
}

describe('the environment of a leader command', () => {
  const leftOver = async (description: string) => {
    const { rest, before } = await swapped();
    await createEnvironment({
      application: `${pilot}-production`,
      name: `${pilot}-production--task`,
      description,
      version: before.release ?? '',
      platform: `arn:aws:elasticbeanstalk:${REGION}::platform/${PLATFORM}/6.10.0`,
      settings: [],
      operationsRole: 'arn:aws:iam::000000000000:role/operations',
      tags: {},
    });
    await rest(ago(FORGOTTEN));
    return world.environment(pilot, 'task')?.status;
  };

  it('is terminated once it should have ended, where it was forgotten', async () => {
    expect(await leftOver('Pilotage: for one command, of at most 60 s, since 2026-01-05T10:00:00.000Z')).not.toBe(
      'Ready',
    );
  });

  it('is left alone while its command may still run', async () => {
    const since = new Date().toISOString();
    expect(await leftOver(`Pilotage: for one command, of at most 60 s, since ${since}`)).toMatch(/Launching|Ready/);
  });
});

describe('what served before', () => {
  it('is not terminated before every resolver has forgotten its address', async () => {
    const { rest } = await swapped();
    expect(TTL_SECONDS).toBe(60);
    for (const seconds of [0, TTL_SECONDS, FORGOTTEN - 1]) {
      const since = ago(seconds);
      expect(await rest(since)).toMatchObject({
        outcome: 'parked',
        wakeAt: new Date(since.getTime() + FORGOTTEN * 1000).toISOString(),
      });
    }
    expect(world.asked('TerminateEnvironment')).toBe(0);

    expect(await rest(ago(FORGOTTEN))).toMatchObject({ outcome: 'done', facts: { terminated: 2 } });
    expect(world.asked('TerminateEnvironment')).toBe(2);
    expect(await rest(ago(FORGOTTEN))).toMatchObject({ outcome: 'done' });
    expect(await world.served(pilot)).toBe('green');
    expect(world.environment(pilot, 'green')?.status).toBe('Ready');
  });

  it('is kept while what serves now is not well, and says why', async () => {
    const { rest, plan, before } = await swapped();
    const green = world.environment(pilot, 'green');
    if (green) setHealth(green, 'Red', ['Process default has been unhealthy for 3 minutes.']);
    expect(await rest(ago(FORGOTTEN))).toMatchObject({
      outcome: 'failed',
      code: 'NOT_HEALTHY',
      reason: expect.stringContaining('unhealthy for 3 minutes'),
    });
    expect(world.asked('TerminateEnvironment')).toBe(0);
    expect(await world.target.rollback(plan, before, leaseUnder(3))).toMatchObject({ facts: { rolledBack: true } });
    expect(await world.served(pilot)).toBe('blue');
  });

  it('stays where the manifest keeps it; what answered while nothing was live goes', async () => {
    const { rest } = await swapped({
      beanstalk: { platform: 'Node.js 24 running on 64bit Amazon Linux 2023', idle: 'keep' },
    });
    expect(await rest(ago(FORGOTTEN))).toMatchObject({ facts: { terminated: 1 } });
    expect(world.environment(pilot, 'blue')).toMatchObject({ status: 'Ready' });
    expect(world.environment(pilot, 'offline')).toBeUndefined();
  });

  it('is left alone once the lock is somebody else’s, or the pointer a newer deployment’s', async () => {
    const { rest, plan, before } = await swapped();
    expect(await rest(ago(FORGOTTEN), lostLease(2))).toMatchObject({ code: 'FENCED' });
    await world.target.rollback(plan, before, leaseUnder(3));
    expect(await rest(ago(FORGOTTEN))).toMatchObject({ code: 'FENCED' });
    expect(world.asked('TerminateEnvironment')).toBe(0);
  });

  it('is waited for while an operation on it is in progress', async () => {
    const { rest } = await swapped();
    const blue = world.environment(pilot, 'blue');
    if (blue) blue.status = 'Updating';
    expect(await rest(ago(FORGOTTEN))).toMatchObject({ outcome: 'parked' });
    if (blue) blue.status = 'Ready';
    expect(await rest(ago(FORGOTTEN))).toMatchObject({ outcome: 'done' });
    expect(world.environment(pilot, 'blue')).toBeUndefined();
  });
});

describe('what is no longer kept', () => {
  it('goes with its bundle', async () => {
    const { plan, before, rest } = await swapped();
    await rest(ago(FORGOTTEN));
    const old = before.release ?? '';
    const versions = world.account.applications.get(`${pilot}-production`)?.versions;
    expect(versions?.has(old)).toBe(true);
    expect(await world.target.retire(plan, [old], leaseUnder(2))).toMatchObject({ outcome: 'done' });
    expect(versions?.has(old)).toBe(false);
  });

  it('stays while something is done to its environment', async () => {
    const { plan, before } = await swapped();
    const blue = world.environment(pilot, 'blue');
    if (blue) blue.status = 'Updating';
    expect(await world.target.retire(plan, [before.release ?? ''], leaseUnder(2))).toMatchObject({
      code: 'RELEASE_IN_USE',
      reason: expect.stringContaining('blue still runs'),
    });
    if (blue) blue.status = 'Ready';
  });

  it('stays while its environment is still being terminated, so that the next deployment removes it', async () => {
    const { plan, before } = await swapped();
    const { work } = world.account;
    world.account.work = { ...work, terminate: () => new Promise(() => {}) };
    const old = before.release ?? '';
    expect(await world.target.retire(plan, [old], leaseUnder(2))).toMatchObject({ code: 'RELEASE_IN_USE' });
    world.account.work = work;
  });
});
