import { leaseUnder } from '../../support/lease.ts';
import { openWorld, PLATFORM, type World } from './world.ts';

let world: World;
let count = 0;
let pilot: string;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  count += 1;
  pilot = `idle-${count}`;
});
afterAll(() => world.close());

/** Prepared and never live. */
async function unserved(more: Record<string, unknown> = {}) {
  const plan = await world.plan(pilot, 'green', more);
  await world.target.prepare(plan, await world.target.live(plan), leaseUnder(2));
  return () => world.target.stopIdle?.(plan, leaseUnder(3));
}

describe('an environment whose release never got any traffic', () => {
  it('is terminated, and the one that answers while nothing is live goes on', async () => {
    const stop = await unserved();
    await stop();
    expect(world.environment(pilot, 'blue')?.status ?? 'Terminating').toBe('Terminating');
    expect(world.holder(pilot)).toMatchObject({ name: `${pilot}-production--offline`, status: 'Ready' });
  });

  it('stays where the manifest keeps it, to be looked at', async () => {
    const stop = await unserved({ beanstalk: { platform: PLATFORM, idle: 'keep' } });
    await stop();
    expect(world.environment(pilot, 'blue')).toMatchObject({ status: 'Ready' });
  });

  it('stays while nobody can tell who gets the traffic', async () => {
    const stop = await unserved();
    const holder = world.holder(pilot);
    if (holder) holder.status = 'Terminated';
    await stop();
    expect(world.environment(pilot, 'blue')).toMatchObject({ status: 'Ready' });
  });
});
