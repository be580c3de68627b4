import { staticTarget } from '../../../shared/targets/static/static.ts';
import { leaseUnder } from '../../support/lease.ts';
import { openWorld, served, type World } from './world.ts';

// The pauses between tries grow to seconds; how many tries there are is what counts here.
jest.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }));

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('moving the pointer', () => {
  it('gives up after ten tries while others go on changing the store, and says so; nothing has moved', async () => {
    await world.deploy('acme', { 'index.html': 'blue' }, 1);
    const plan = await world.plan('acme', { 'index.html': 'green' });
    const before = await staticTarget.live(plan);
    const lease = leaseUnder(2);
    await staticTarget.prepare(plan, before, lease);
    let meddled = 0;
    world.kvs.trouble = () => {
      meddled += 1;
      world.kvs.set('other', String(meddled));
      return undefined;
    };
    await expect(staticTarget.shift(plan, before, 100, lease)).rejects.toThrow(
      'could not be moved in 10 tries: others kept changing the store',
    );
    expect(meddled).toBe(10);
    expect(served(world, 'acme')).toBe('blue');
  });
});
