import { staticTarget } from '../../../shared/targets/static/static.ts';
import { leaseUnder } from '../../support/lease.ts';
import { openWorld, served, type World } from './world.ts';

let world: World;
let pilot = '';
let count = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  count += 1;
  pilot = `acme-${count}`;
  world.kvs.trouble = () => undefined;
  world.kvs.reading = () => undefined;
});

/** A site with one release live and the next one stored. */
async function waiting() {
  await world.deploy(pilot, { 'index.html': 'blue' }, 1);
  const plan = await world.plan(pilot, { 'index.html': 'green' });
  const before = await staticTarget.live(plan);
  await staticTarget.prepare(plan, before, leaseUnder(2));
  return { plan, before };
}

describe('moving the pointer', () => {
  it('tries again when another pilot changed the store meanwhile', async () => {
    const { plan, before } = await waiting();
    let meddled = 0;
    world.kvs.trouble = () => {
      meddled += 1;
      if (meddled <= 3) world.kvs.set('other', String(meddled));
      return undefined;
    };
    expect(await staticTarget.shift(plan, before, 100, leaseUnder(2))).toMatchObject({ outcome: 'done' });
    expect(meddled).toBe(4);
    expect(served(world, pilot)).toBe('green');
    expect(world.kvs.keys.get('other')).toBe('3');
  });

  it('takes a write whose answer was lost for what it is', async () => {
    const { plan, before } = await waiting();
    const updates = world.kvs.updates;
    let writes = 0;
    world.kvs.trouble = () => {
      writes += 1;
      return writes === 1 ? 'lost' : undefined;
    };
    expect(await staticTarget.shift(plan, before, 100, leaseUnder(2))).toMatchObject({ outcome: 'done' });
    expect(served(world, pilot)).toBe('green');
    expect(world.kvs.updates - updates).toBe(1);
  });

  it('gives way when a newer deployment writes between its reading and its writing', async () => {
    const { plan, before } = await waiting();
    const pointer = JSON.parse(world.kvs.keys.get(pilot) ?? '');
    world.kvs.trouble = () => {
      world.kvs.set(pilot, JSON.stringify({ ...pointer, f: 9 }));
      return undefined;
    };
    expect(await staticTarget.shift(plan, before, 100, leaseUnder(2))).toMatchObject({
      outcome: 'failed',
      code: 'FENCED',
    });
    expect(served(world, pilot)).toBe('blue');
  });

  it('fails only when several looks say that the traffic is elsewhere: one of them may be an old answer', async () => {
    const { plan, before } = await waiting();
    const pointer = world.kvs.keys.get(pilot) ?? '';
    world.kvs.set(pilot, pointer.replaceAll(before.release ?? '', 'elsewhere'));
    let looks = 0;
    world.kvs.reading = () => {
      looks += 1;
      if (looks === 3) world.kvs.set(pilot, pointer);
      return undefined;
    };
    expect(await staticTarget.shift(plan, before, 100, leaseUnder(2))).toMatchObject({ facts: { weight: 100 } });
    expect(served(world, pilot)).toBe('green');
  });

  it('replaces a pointer that cannot be read', async () => {
    const plan = await world.plan(pilot, { 'index.html': 'one' });
    world.kvs.set(pilot, 'not a pointer');
    const before = await staticTarget.live(plan);
    expect(before).toEqual({ weights: {}, fence: 0 });
    await staticTarget.prepare(plan, before, leaseUnder(1));
    expect(await staticTarget.shift(plan, before, 100, leaseUnder(1))).toMatchObject({ outcome: 'done' });
    expect(served(world, pilot)).toBe('one');
  });

  it('refuses a site whose prefixes would not fit into the pointer', async () => {
    const folders = Array.from({ length: 8 }, (_, i) => `${'x'.repeat(90)}${i}/`);
    await expect(world.plan(pilot, { 'index.html': 'one' }, { immutable: folders })).rejects.toThrow(
      'POINTER_TOO_LARGE',
    );
  });

  it('fails where both releases together do not fit into the pointer, and moves nothing', async () => {
    const { plan, before } = await waiting();
    const arm = { ...(plan.detail as { arm: object }).arm, immutable: ['x'.repeat(1_000)] };
    const wide = { ...plan, detail: { ...(plan.detail as object), arm } };
    expect(await staticTarget.shift(wide, before, 50, leaseUnder(2))).toMatchObject({
      outcome: 'failed',
      code: 'POINTER_TOO_LARGE',
    });
    expect(served(world, pilot)).toBe('blue');
  });
});
