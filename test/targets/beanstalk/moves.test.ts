import { setHealth } from '../../../local/beanstalk/account.ts';
import { OPERATIONS } from '../../../local/beanstalk/operations.ts';
import { Refusal } from '../../../local/beanstalk/refusal.ts';
import { PROMPT_MS, SWAP_MS } from '../../../shared/targets/beanstalk/mark.ts';
import { leaseUnder } from '../../support/lease.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let count = 0;
let pilot: string;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  count += 1;
  pilot = `moves-${count}`;
  world.pauses.length = 0;
});
afterEach(() => {
  jest.restoreAllMocks();
  world.service.trouble = () => undefined;
});
afterAll(() => world.close());

const notReady = (name: string) =>
  new Refusal(
    'InvalidParameterValue',
    `Environment named ${name} is in an invalid state for this operation. Must be Ready.`,
  );

/** Blue is live, green is prepared under fence 2. */
async function both() {
  const blue = await world.deploy(pilot, 'blue', 1);
  const plan = await world.plan(pilot, 'green');
  const before = await world.target.live(plan);
  await world.target.prepare(plan, before, leaseUnder(2));
  const swaps = world.asked('SwapEnvironmentCNAMEs');
  return { blue, plan, before, swaps, shift: () => world.target.shift(plan, before, 100, leaseUnder(2)) };
}

describe('a swap', () => {
  it('is asked for once, and leaves blue the CNAME that green was made with', async () => {
    const { shift, swaps } = await both();
    const [blue, green] = ['blue', 'green'].map((part) => world.environment(pilot, part));
    const [live, idle] = [blue?.cname, green?.cname];
    await shift();
    expect([green?.cname, blue?.cname]).toEqual([live, idle]);
    expect(world.asked('SwapEnvironmentCNAMEs') - swaps).toBe(1);
  });

  it('whose answer is lost is not asked for again: a second one would undo it', async () => {
    const { shift, swaps } = await both();
    world.service.trouble = (action) => (action === 'SwapEnvironmentCNAMEs' ? 'lost' : undefined);
    const first = await shift().catch(() => undefined);
    expect(first).toMatchObject({ outcome: 'done', facts: { weight: 100 } });
    expect(await shift()).toMatchObject({ outcome: 'done' });
    expect(world.asked('SwapEnvironmentCNAMEs') - swaps).toBe(1);
    expect(await world.served(pilot)).toBe('green');
  });

  it('that does not show yet is waited for, and not asked for again', async () => {
    const { shift, swaps, plan } = await both();
    await world.target.live(plan);
    world.service.trouble = (action) => (action === 'DescribeEnvironments' ? 'old' : undefined);
    for (let time = 0; time < 3; time += 1)
      expect(await shift()).toMatchObject({ outcome: 'growing', progress: expect.stringContaining('swap') });
    world.service.trouble = () => undefined;
    expect(await shift()).toMatchObject({ outcome: 'done', facts: { weight: 100 } });
    expect(world.asked('SwapEnvironmentCNAMEs') - swaps).toBe(1);
  });

  it('waits while an operation is in progress on the environment that is live', async () => {
    const { shift, swaps } = await both();
    const live = world.environment(pilot, 'blue');
    if (live) live.status = 'Updating';
    expect(await shift()).toEqual({
      outcome: 'growing',
      progress: `waiting for ${pilot}-production--blue, which is updating`,
    });
    expect(world.asked('SwapEnvironmentCNAMEs')).toBe(swaps);
    if (live) live.status = 'Ready';
    expect(await shift()).toMatchObject({ outcome: 'done' });
  });

  it('that Elastic Beanstalk refuses because an operation has begun meanwhile is waited for', async () => {
    const { shift } = await both();
    world.service.trouble = (action) => (action === 'SwapEnvironmentCNAMEs' ? notReady('one') : undefined);
    expect(await shift()).toMatchObject({ outcome: 'growing' });
    expect(await world.served(pilot)).toBe('blue');
  });

  it('is not asked for when green is no longer well, and says why', async () => {
    const { shift, swaps } = await both();
    const green = world.environment(pilot, 'green');
    if (green) {
      setHealth(green, 'Red', ['100.0 % of the requests are failing with HTTP 5xx.']);
      green.updatedAt = new Date(0);
    }
    expect(await shift()).toMatchObject({
      outcome: 'failed',
      code: 'NOT_HEALTHY',
      reason: expect.stringContaining('failing with HTTP 5xx'),
    });
    expect(world.asked('SwapEnvironmentCNAMEs')).toBe(swaps);
    expect(await world.served(pilot)).toBe('blue');
  });

  it('gives nobody a part of the traffic', async () => {
    const { plan, before } = await both();
    expect(await world.target.shift(plan, before, 20, leaseUnder(2))).toMatchObject({ code: 'ALL_AT_ONCE' });
    expect(await world.served(pilot)).toBe('blue');
  });
});

/** Elastic Beanstalk takes its time for so many announcements, by the clock. @returns what ends that. */
function slowly(times: number, took = PROMPT_MS + 1): () => void {
  const real = Date.now;
  let [slow, left] = [0, times];
  const now = jest.spyOn(Date, 'now').mockImplementation(() => real() + slow);
  world.service.trouble = (action, asked) => {
    if (action !== 'UpdateTagsForResource' || !asked.TagsToAdd || left === 0) return undefined;
    left -= 1;
    slow += took;
    return undefined;
  };
  return () => now.mockRestore();
}

describe('what is announced', () => {
  const tagsOf = () => world.account.applications.get(`${pilot}-production`)?.tags ?? {};

  it('is carried out late, and lowers no fence', async () => {
    const { plan, before, shift } = await both();
    world.service.trouble = (action) =>
      action === 'UpdateTagsForResource' ? new Refusal('ServiceUnavailable', 'later') : undefined;
    await shift().catch(() => undefined);
    const late = world.service.journal.findLast(({ action }) => action === 'UpdateTagsForResource');
    world.service.trouble = () => undefined;
    await world.target.rollback(plan, before, leaseUnder(3));
    const tags = Object.keys(tagsOf()).length;
    OPERATIONS.UpdateTagsForResource?.(world.account, late?.asked ?? {});
    expect(Object.keys(tagsOf())).toHaveLength(tags + 1);
    expect(await world.target.live(plan)).toMatchObject({ release: before.release, fence: 3 });
    expect(await shift()).toMatchObject({ code: 'FENCED' });
  });

  it('leaves the tags that say whose the application is', async () => {
    const { shift } = await both();
    const before = tagsOf();
    await shift();
    expect(tagsOf()).not.toEqual(before);
    expect(tagsOf()).toMatchObject({ 'pilotage:pilot': pilot, 'pilotage:environment': 'production' });
  });

  it('too slowly is not followed by the swap, and taken back: the next try waits for nothing', async () => {
    const { shift, swaps } = await both();
    const before = tagsOf();
    const restore = slowly(1);
    const outcome = await shift();
    restore();
    expect(outcome).toEqual({ outcome: 'growing', progress: expect.stringContaining('answer at once') });
    expect(world.asked('SwapEnvironmentCNAMEs')).toBe(swaps);
    expect(await world.served(pilot)).toBe('blue');
    expect(Object.keys(before)).toEqual(expect.arrayContaining(Object.keys(tagsOf())));
    expect(await shift()).toMatchObject({ outcome: 'done', facts: { weight: 100 } });
  });

  it('is not followed by the swap where somebody else has the lock by then', async () => {
    const { plan, before, swaps } = await both();
    let asked = 0;
    const lease = { ...leaseUnder(2), mayMove: async () => ++asked < 2 };
    expect(await world.target.shift(plan, before, 100, lease)).toMatchObject({ code: 'FENCED' });
    expect([asked, world.asked('SwapEnvironmentCNAMEs')]).toEqual([2, swaps]);
    expect(await world.served(pilot)).toBe('blue');
  });

  it('at once is followed by the swap, however long the lock took before', async () => {
    const { plan, before } = await both();
    const real = Date.now;
    let slow = 0;
    const now = jest.spyOn(Date, 'now').mockImplementation(() => real() + slow);
    const lease = {
      ...leaseUnder(2),
      mayMove: async () => {
        slow ||= PROMPT_MS + 1;
        return true;
      },
    };
    const outcome = await world.target.shift(plan, before, 100, lease);
    now.mockRestore();
    expect(outcome).toMatchObject({ outcome: 'done', facts: { weight: 100 } });
  });

  it.each([
    ['waits', 'another operation is in progress', 'OperationInProgressFailure', { outcome: 'growing' }],
    ['says so', 'there is no room for another tag', 'TooManyTagsException', { code: 'TAG_QUOTA' }],
  ])('%s where %s, and swaps nothing', async (_does, _why, code, outcome) => {
    const { shift, swaps } = await both();
    world.service.trouble = (action) => (action === 'UpdateTagsForResource' ? new Refusal(code, 'no') : undefined);
    expect(await shift()).toMatchObject(outcome);
    expect(world.asked('SwapEnvironmentCNAMEs')).toBe(swaps);
    expect(await world.served(pilot)).toBe('blue');
    world.service.trouble = () => undefined;
    expect(await shift()).toMatchObject({ outcome: 'done' });
  });
});

describe('an application whose tags cannot be read', () => {
  const unread = () => {
    world.service.trouble = (action) =>
      action === 'ListTagsForResource' ? new Refusal('ResourceNotFoundException', 'not yet') : undefined;
  };

  it('is not taken for one in which nothing is live, where it has environments', async () => {
    const { plan, before, shift, swaps } = await both();
    unread();
    await expect(world.target.live(plan)).rejects.toThrow('cannot be read');
    await expect(shift()).rejects.toThrow('cannot be read');
    await expect(world.target.rollback(plan, before, leaseUnder(3))).rejects.toThrow('cannot be read');
    expect(world.asked('SwapEnvironmentCNAMEs')).toBe(swaps);
    world.service.trouble = () => undefined;
    expect(await shift()).toMatchObject({ outcome: 'done' });
  });

  it('was made a moment ago, where it has none', async () => {
    const name = `${pilot}-production`;
    const plan = await world.plan(pilot, 'one');
    world.account.applications.set(name, { name, description: '', tags: {}, versions: new Map() });
    unread();
    expect(await world.target.live(plan)).toEqual({ weights: {}, fence: 0 });
  });
});

describe('a rollback', () => {
  it('looks again once a swap that was asked for before it can no longer be on its way', async () => {
    const { plan, before } = await both();
    const [blue, green] = ['blue', 'green'].map((part) => world.environment(pilot, part));
    // It was sent under the lock, and arrives after the fence has risen.
    let isSent = true;
    world.service.trouble = (action) => {
      if (action !== 'UpdateTagsForResource' || !isSent || !blue || !green) return undefined;
      [blue.cname, green.cname] = [green.cname, blue.cname];
      isSent = false;
      return undefined;
    };
    const late = world.target.rollback(plan, before, leaseUnder(3));
    expect(await late).toMatchObject({ facts: { rolledBack: true, serving: before.release } });
    expect(world.pauses).toContain(SWAP_MS);
    expect(await world.served(pilot)).toBe('blue');
  });

  it('gives the traffic back within its time, also where Elastic Beanstalk was slow several times', async () => {
    const { plan, before, shift } = await both();
    await shift();
    const restore = slowly(3);
    const outcome = await world.target.rollback(plan, before, leaseUnder(3));
    restore();
    expect(outcome).toMatchObject({ facts: { rolledBack: true, serving: before.release } });
    expect(world.pauses).toEqual([2_000, 2_000, 2_000]);
    expect(await world.served(pilot)).toBe('blue');
  });

  it('is not at it for longer than its function may be, where all takes long', async () => {
    const { plan, before, shift } = await both();
    await shift();
    const restore = slowly(1_000, 10_000);
    const outcome = world.target.rollback(plan, before, leaseUnder(3));
    await expect(outcome).rejects.toThrow(/cannot be given back yet/);
    restore();
    expect(world.pauses.length).toBeLessThan(5);
    expect(await world.served(pilot)).toBe('green');
  });

  it('waits for an operation that is in progress, and gives up loudly', async () => {
    const { plan, before, shift } = await both();
    await shift();
    const green = world.environment(pilot, 'green');
    if (green) green.status = 'Updating';
    await expect(world.target.rollback(plan, before, leaseUnder(3))).rejects.toThrow(/cannot be given back yet/);
    expect(world.pauses.length).toBeGreaterThan(5);
    if (green) green.status = 'Ready';
    expect(await world.target.rollback(plan, before, leaseUnder(3))).toMatchObject({ facts: { rolledBack: true } });
    expect(await world.served(pilot)).toBe('blue');
  });

  it('brings blue back when green turns red after the swap', async () => {
    const { plan, before, shift } = await both();
    await shift();
    const green = world.environment(pilot, 'green');
    if (green) setHealth(green, 'Red', ['Process default has been unhealthy for 3 minutes.']);
    expect(await world.target.rollback(plan, before, leaseUnder(3))).toMatchObject({ facts: { rolledBack: true } });
    expect(await world.served(pilot)).toBe('blue');
  });

  it('gives nothing to what is red, while the other one answers', async () => {
    const { plan, before, shift } = await both();
    await shift();
    const blue = world.environment(pilot, 'blue');
    if (blue) setHealth(blue, 'Red');
    expect(await world.target.rollback(plan, before, leaseUnder(3))).toMatchObject({ code: 'NOT_HEALTHY' });
    expect(await world.served(pilot)).toBe('green');
  });

  it('says so when what was live is not there any more', async () => {
    const { plan, before, shift } = await both();
    await shift();
    const blue = world.environment(pilot, 'blue');
    if (blue) blue.status = 'Terminated';
    expect(await world.target.rollback(plan, before, leaseUnder(3))).toMatchObject({ code: 'POINTER_UNKNOWN' });
    expect(await world.served(pilot)).toBe('green');
  });
});
