import { DeleteSecurityGroupCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { update } from '../../shared/aws/table.ts';
import { isWithin, sharedBy } from '../../shared/edge/aggregate.ts';
import { textOf } from '../../shared/edge/cidr.ts';
import type { Ranges } from '../../shared/edge/ranges.ts';
import { type Syncing, syncPilot } from '../../shared/edge-sync/sync.ts';
import { claimEdge, findEdge, type Opening } from '../../shared/ledger/edge.ts';
import { rangesOf, setWorld, some, some6, type World } from './world.ts';

const WHOSE = { pilot: 'acme-shop', environment: 'production' };
let world: World;
let groups: string[];
let opening: Opening;
let time: number;

beforeAll(async () => {
  world = await setWorld();
}, 60_000);
afterAll(() => world.end());
beforeEach(async () => {
  await world.fresh();
  groups = [await world.group(), await world.group()];
  opening = { mode: 'rules', service: 'CLOUDFRONT_ORIGIN_FACING', ipv6: true, groups, lists: [], port: 443 };
  time = Date.parse('2026-01-02T03:04:05Z');
});

const sync = (ranges: Ranges, more: Partial<Syncing> = {}) =>
  syncPilot(WHOSE, {
    ranges,
    check: 'gate',
    opening,
    now: () => new Date(time),
    pause: async () => undefined,
    ...more,
  });
const texts = async (...of: string[]) => (await world.allowed(...of)).map(textOf).sort();
const calls = () => world.calls.splice(0);
const [READ, ADD, REMOVE] = [
  'DescribeSecurityGroupRules',
  'AuthorizeSecurityGroupIngress',
  'RevokeSecurityGroupIngress',
];

describe('a first sync', () => {
  it('lets in the ranges of both families, in one call for the group, and says how full it is', async () => {
    const wanted = [...some(46), ...some6(20)];
    expect(await sync(rangesOf(1, wanted))).toMatchObject({
      outcome: 'changed',
      added: 66,
      removed: 0,
      groups: [{ ipv4: 46, ipv6: 20 }, { ipv4: 0 }],
    });
    expect(await texts(...groups)).toEqual([...wanted].sort());
    expect(calls()).toEqual([READ, ADD, READ]);
    expect(
      (await world.rules(groups[0] ?? '')).every(
        ({ FromPort, ToPort, IpProtocol, Description }) =>
          FromPort === 443 &&
          ToPort === 443 &&
          IpProtocol === 'tcp' &&
          Description === 'Pilotage: CLOUDFRONT_ORIGIN_FACING',
      ),
    ).toBe(true);
    expect(await findEdge(WHOSE)).toMatchObject({ token: 1, outcome: 'done', opening });
  });

  it('leaves IPv6 out where it is not wanted', async () => {
    opening.ipv6 = false;
    await sync(rangesOf(1, [...some(3), ...some6(2)]));
    expect(await texts(...groups)).toEqual(some(3));
  });

  it('spreads them over the groups where one is not enough', async () => {
    expect(await sync(rangesOf(1, some(100)))).toMatchObject({ outcome: 'changed', added: 100 });
    expect((await world.rules(groups[0] ?? '')).length).toBe(60);
    expect((await world.rules(groups[1] ?? '')).length).toBe(40);
    expect(calls()).toEqual([READ, ADD, ADD, READ]);
  });

  it('does nothing for a pilot that has no groups to keep', async () => {
    opening = { ...opening, mode: 'managed-prefix-list', groups: [] };
    expect(await sync(rangesOf(1, some(2)))).toEqual({ outcome: 'nothing' });
    expect(
      await syncPilot({ pilot: 'other', environment: 'ci' }, { ranges: rangesOf(1, some(2)), check: 'drift' }),
    ).toEqual({ outcome: 'nothing' });
    expect(calls()).toEqual([]);
  });

  it('never makes a group let in nobody', async () => {
    await sync(rangesOf(1, some(2)));
    expect(await sync(rangesOf(2, []))).toMatchObject({ outcome: 'failed', problem: { code: 'EDGE_EMPTY' } });
    expect(await texts(...groups)).toEqual(some(2));
  });

  it('never makes a group let in nobody of IPv4, however many there are of IPv6', async () => {
    await sync(rangesOf(1, [...some(2), ...some6(2)]));
    for (const dryRun of [true, false])
      expect(await sync(rangesOf(2, some6(3)), { dryRun })).toMatchObject({ problem: { code: 'EDGE_EMPTY' } });
    expect(await texts(...groups)).toEqual([...some(2), ...some6(2)].sort());
  });
});

describe('a sync of what is as it was', () => {
  it('asks AWS nothing, also when a newer list has the same ranges', async () => {
    await sync(rangesOf(1, some(5)));
    calls();
    expect(await sync(rangesOf(1, some(5)), { opening: undefined })).toMatchObject({ outcome: 'same' });
    expect(await sync(rangesOf(2, some(5)))).toMatchObject({ outcome: 'same' });
    expect(calls()).toEqual([]);
    expect((await findEdge(WHOSE))?.token).toBe(2);
  });

  it('looks once for drift, and puts right what somebody changed', async () => {
    await sync(rangesOf(1, some(5)));
    calls();
    expect(await sync(rangesOf(1, some(5)), { check: 'drift' })).toMatchObject({ outcome: 'same' });
    expect(calls()).toEqual([READ]);
    await world.open(groups[1] ?? '', ['8.8.8.0/24'], 'Pilotage: by hand');
    expect(await sync(rangesOf(1, some(5)), { check: 'drift' })).toMatchObject({ added: 0, removed: 1 });
    expect(await texts(...groups)).toEqual(some(5));
  });
});

describe('a change', () => {
  it('adds, looks, and removes, in as many calls', async () => {
    await sync(rangesOf(1, some(20)));
    calls();
    expect(await sync(rangesOf(2, some(20, 3)))).toMatchObject({ outcome: 'changed', added: 3, removed: 3 });
    expect(calls()).toEqual([READ, ADD, READ, REMOVE]);
    expect(await texts(...groups)).toEqual(some(20, 3).sort());
  });

  it('leaves the rules of others alone, and does not double them', async () => {
    await world.open(groups[0] ?? '', [...some(1), '8.8.8.0/24']);
    await sync(rangesOf(1, some(3)));
    await sync(rangesOf(2, some(1, 9)));
    const others = (await world.rules(...groups)).filter(({ Description }) => Description === 'somebody else');
    expect(others.map(({ CidrIpv4 }) => CidrIpv4)).toEqual([...some(1), '8.8.8.0/24']);
    expect(await texts(...groups)).toEqual([...some(1), ...some(1, 9), '8.8.8.0/24'].sort());
  });

  it('shows what it would do, and does nothing of it', async () => {
    await sync(rangesOf(1, some(2)));
    const would = await sync(rangesOf(2, some(2, 1)), { dryRun: true });
    expect(would).toMatchObject({
      outcome: 'would',
      add: [{ group: groups[0], cidrs: some(1, 2) }],
      remove: [{ group: groups[0], cidrs: some(1) }],
    });
    expect(await texts(...groups)).toEqual(some(2));
    expect((await findEdge(WHOSE))?.token).toBe(1);
  });

  it('shows what others let in beside it, but not what is let in anyhow', async () => {
    await sync(rangesOf(1, some(2)));
    await world.open(groups[0] ?? '', ['8.8.8.0/24', ...some(3, 2).slice(0, 1)], 'somebody else');
    const wanted = rangesOf(2, some(3));
    const would = await sync(wanted, { dryRun: true });
    expect(would).toMatchObject({
      others: [{ group: groups[0], rules: [expect.stringMatching(/8\.8\.8\.0\/24 \(sgr-/)] }],
    });
    const fewer = await sync(rangesOf(2, some(2)), { dryRun: true, check: 'drift' });
    expect(fewer).toMatchObject({ others: [{ rules: [expect.anything(), expect.anything()] }] });
  });

  it('does nothing for a list that is older than the one that was synced', async () => {
    await sync(rangesOf(5, some(3)));
    calls();
    for (const check of ['gate', 'drift'] as const)
      expect(await sync(rangesOf(4, some(2, 50)), { check })).toEqual({ outcome: 'overtaken' });
    expect(calls()).toEqual([]);
    expect(await texts(...groups)).toEqual(some(3));
  });
});

describe('the quota', () => {
  it('is asked before anything is changed: sixty rules of others leave no room', async () => {
    for (const group of groups) await world.open(group, some(60, 200));
    const before = await texts(...groups);
    expect(await sync(rangesOf(1, some(3)))).toMatchObject({ outcome: 'failed', problem: { code: 'EDGE_QUOTA' } });
    expect(calls()).toEqual([READ]);
    expect(await texts(...groups)).toEqual(before);
    expect(await findEdge(WHOSE)).toMatchObject({ outcome: 'failed', code: 'EDGE_QUOTA' });
  });

  it('counts when it was raised, and when it was lowered', async () => {
    groups.length = 1;
    expect(await sync(rangesOf(1, some(80)))).toMatchObject({ outcome: 'failed' });
    await world.quota(100);
    expect(await sync(rangesOf(1, some(80)))).toMatchObject({ outcome: 'changed', added: 80 });
    await world.quota(60);
    // What is there stays, and nothing can come beside it.
    expect(await sync(rangesOf(2, some(80, 1)))).toMatchObject({ problem: { code: 'EDGE_QUOTA' } });
    expect(await texts(...groups)).toEqual(some(80).sort());
    // Fewer of the same fit in.
    expect(await sync(rangesOf(3, some(40)))).toMatchObject({ outcome: 'changed', added: 0, removed: 40 });
  });

  it('is asked for once an hour, unless what is remembered is not enough', async () => {
    const asked = async () => (await findEdge(WHOSE))?.quota;
    const [first, soon, later] = [0, 59, 61].map((minutes) => new Date(time + minutes * 60_000).toISOString());
    await sync(rangesOf(1, some(40)));
    expect(await asked()).toEqual({ rules: 60, at: first });
    time = Date.parse(soon ?? '');
    await sync(rangesOf(2, some(40, 1)));
    expect(await asked()).toEqual({ rules: 60, at: first });
    await world.quota(90);
    groups.length = 1;
    await sync(rangesOf(3, some(70, 1)));
    expect(await asked()).toEqual({ rules: 90, at: soon });
    time = Date.parse(later ?? '');
    await sync(rangesOf(4, some(72, 1)));
    expect(await asked()).toEqual({ rules: 90, at: soon });
  });

  it('is asked for anew where EC2 says that it is reached: what is remembered was lowered', async () => {
    await sync(rangesOf(1, some(40)));
    await world.quota(45);
    expect(await sync(rangesOf(2, some(50)))).toMatchObject({ outcome: 'changed', added: 10 });
    expect(await findEdge(WHOSE)).toMatchObject({ quota: { rules: 45 }, groups: [{ ipv4: 45 }, { ipv4: 5 }] });
  });

  it('is believed when EC2 itself says that it is reached', async () => {
    world.before = (action) => (action === ADD ? { code: 'RulesPerSecurityGroupLimitExceeded' } : undefined);
    expect(await sync(rangesOf(1, some(3)))).toMatchObject({ problem: { code: 'EDGE_QUOTA' } });
  });
});

describe('trouble', () => {
  it('says which group is gone', async () => {
    await world.ec2.send(new DeleteSecurityGroupCommand({ GroupId: groups[0] ?? '' }));
    expect(await sync(rangesOf(1, some(3)))).toMatchObject({
      outcome: 'failed',
      problem: { code: 'EDGE_GROUP_GONE', message: expect.stringContaining(groups[0] ?? '') },
    });
  });

  it('says what Pilotage may not do, at once', async () => {
    for (const action of [READ, ADD]) {
      world.before = (asked) => (asked === action ? { code: 'UnauthorizedOperation' } : undefined);
      expect(await sync(rangesOf(1, some(3)))).toMatchObject({ outcome: 'failed', problem: { code: 'EDGE_DENIED' } });
    }
  });

  it('is read again where somebody adds the same at the same moment', async () => {
    let once = true;
    world.before = async (action) => {
      if (action === ADD && once) {
        once = false;
        await world.open(groups[0] ?? '', some(1));
      }
      return undefined;
    };
    expect(await sync(rangesOf(1, some(3)))).toMatchObject({ outcome: 'changed', added: 2 });
    expect(await texts(...groups)).toEqual(some(3));
    expect(calls()).toEqual([READ, ADD, READ, ADD, READ]);
  });

  it('is told as changed where the answer was lost', async () => {
    const lost = (action: string, code: string) => {
      let isFirst = true;
      world.before = (asked) => {
        if (asked !== action || !isFirst) return undefined;
        isFirst = false;
        return { code, after: true };
      };
    };
    lost(ADD, 'InvalidPermission.Duplicate');
    expect(await sync(rangesOf(1, some(5)))).toMatchObject({ outcome: 'changed', added: 5, removed: 0 });
    lost(REMOVE, 'InvalidSecurityGroupRuleId.NotFound');
    expect(await sync(rangesOf(2, some(3)))).toMatchObject({ outcome: 'changed', added: 0, removed: 2 });
  });

  it('is told where somebody always does', async () => {
    world.before = (action) => (action === ADD ? { code: 'InvalidPermission.Duplicate' } : undefined);
    expect(await sync(rangesOf(1, some(3)))).toMatchObject({ problem: { code: 'EDGE_CONTENDED' } });
    expect(calls().filter((action) => action === ADD)).toHaveLength(5);
  });

  it('is waited for where EC2 throttles, and nothing is removed meanwhile', async () => {
    await sync(rangesOf(1, some(5)));
    world.before = (action) => (action === ADD ? { code: 'RequestLimitExceeded' } : undefined);
    expect(await sync(rangesOf(2, some(5, 2)))).toMatchObject({
      outcome: 'later',
      reason: expect.stringContaining('RequestLimitExceeded'),
    });
    expect(await texts(...groups)).toEqual(some(5));
    expect(await findEdge(WHOSE)).toMatchObject({ outcome: 'waiting', token: 1 });
    world.before = () => undefined;
    expect(await sync(rangesOf(2, some(5, 2)))).toMatchObject({ outcome: 'changed' });
  }, 30_000);

  it('keeps everything where what was added is not seen', async () => {
    await sync(rangesOf(1, some(5)));
    world.before = (action) => (action === ADD ? 'ignored' : undefined);
    expect(await sync(rangesOf(2, some(5, 2)))).toMatchObject({ outcome: 'later' });
    expect(calls()).not.toContain(REMOVE);
    expect(await texts(...groups)).toEqual(some(5));
  });

  it('waits for whoever is at it, until the claim is over', async () => {
    await claimEdge(WHOSE, 1, new Date(time));
    expect(await sync(rangesOf(1, some(3)))).toEqual({ outcome: 'busy' });
    time += 121_000;
    expect(await sync(rangesOf(1, some(3)))).toMatchObject({ outcome: 'changed' });
  });

  it('removes nothing once somebody else has taken over', async () => {
    await sync(rangesOf(1, some(5)));
    world.before = async (action) => {
      if (action !== ADD) return undefined;
      // It hung for longer than it had the claim, and another one with newer ranges began.
      time += 121_000;
      await claimEdge(WHOSE, 3, new Date(time));
      return undefined;
    };
    expect(await sync(rangesOf(2, some(5, 2)))).toEqual({ outcome: 'overtaken' });
    expect(await texts(...groups)).toEqual(some(7).sort());
  });

  it.each([
    [ADD, 5, 100],
    [REMOVE, 100, 5],
  ])('goes on with no further group once somebody else has taken over: %s', async (action, from, to) => {
    await sync(rangesOf(1, some(from)));
    calls();
    world.before = async (asked) => {
      if (asked !== action) return undefined;
      time += 121_000;
      await claimEdge(WHOSE, 2, new Date(time));
      return undefined;
    };
    expect(await sync(rangesOf(2, some(to)))).toEqual({ outcome: 'overtaken' });
    expect(calls()).toEqual([READ, action]);
  });

  it('keeps nobody else from it where a newer list was synced all the same', async () => {
    const key = { pk: 'PILOT#acme-shop#production', sk: 'EDGE' };
    world.before = async (action) => {
      if (action === READ)
        await update({ key, update: 'SET #token = :new', names: { '#token': 'token' }, values: { ':new': 7 } });
      return undefined;
    };
    expect(await sync(rangesOf(2, some(3)))).toEqual({ outcome: 'overtaken' });
    world.before = () => undefined;
    expect(await sync(rangesOf(7, some(3)))).toMatchObject({ outcome: 'changed' });
  });

  it('is looked after by whoever comes next where a rule was added too late', async () => {
    const [wanted, late] = [[...some(5), ...some(1, 90)], some(1, 50)];
    await sync(rangesOf(1, some(5)));
    let other: unknown;
    world.before = async (action) => {
      if (action !== ADD || other) return undefined;
      other = 'at it';
      time += 121_000;
      other = await sync(rangesOf(3, wanted));
      return undefined;
    };
    expect(await sync(rangesOf(2, [...some(5), ...late]))).toEqual({ outcome: 'overtaken' });
    expect(other).toMatchObject({ outcome: 'changed', added: 1 });
    expect(await texts(...groups)).toEqual([...wanted, ...late].sort());
    expect(await findEdge(WHOSE)).toMatchObject({ token: 3, outcome: 'done' });
    expect(await sync(rangesOf(3, wanted))).toMatchObject({ outcome: 'changed', removed: 1 });
    expect(await texts(...groups)).toEqual([...wanted].sort());
    calls();
    expect(await sync(rangesOf(3, wanted))).toMatchObject({ outcome: 'same' });
    expect(calls()).toEqual([]);
  });

  it('lets nobody say that all is well while the work is under way, and the token never falls', async () => {
    await sync(rangesOf(1, some(5)));
    let other: unknown;
    world.before = async (action) => {
      if (action === REMOVE && !other) other = await sync(rangesOf(3, some(5)));
      return undefined;
    };
    expect(await sync(rangesOf(2, some(4)))).toMatchObject({ outcome: 'changed' });
    expect(other).toEqual({ outcome: 'busy' });
    expect(await findEdge(WHOSE)).toMatchObject({ token: 2 });
    expect(await sync(rangesOf(3, some(5)))).toMatchObject({ outcome: 'changed', added: 1 });
  });

  it('is looked at again where whoever was at it was cut off, whatever was done before that', async () => {
    await sync(rangesOf(1, some(5)));
    await claimEdge(WHOSE, 2, new Date(time));
    const [{ GroupId = '', SecurityGroupRuleId = '' } = {}] = await world.rules(...groups);
    await world.ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId] }),
    );
    time += 121_000;
    expect(await sync(rangesOf(3, some(5)))).toMatchObject({ outcome: 'changed', added: 1 });
    expect(await texts(...groups)).toEqual(some(5));
  });
});

describe('another mode', () => {
  it('clears away what was kept in groups that are used for something else now', async () => {
    await sync(rangesOf(1, some(70)));
    await world.open(groups[1] ?? '', ['8.8.8.0/24']);
    opening = { ...opening, mode: 'managed-prefix-list', groups: [] };
    expect(await sync(rangesOf(1, some(70)))).toEqual({ outcome: 'nothing' });
    expect(await texts(...groups)).toEqual(['8.8.8.0/24']);
    calls();
    expect(await sync(rangesOf(1, some(70)))).toEqual({ outcome: 'nothing' });
    expect(calls()).toEqual([]);
  });
});

/** From one list to another, some of which is in both, over two groups. */
describe('a run that is cut off', () => {
  const [OLD, NEW] = [rangesOf(1, some(70)), rangesOf(2, [...some(60, 20), ...some6(5)])];

  it.each(['before', 'after'] as const)(
    '%s any call lets in what both lists have, and the next one completes it',
    async (when) => {
      for (let cut = 1; ; cut += 1) {
        await world.fresh();
        groups = [await world.group(), await world.group()];
        opening = { ...opening, groups };
        await sync(OLD);
        calls();
        const [old = [], wanted = []] = [OLD, NEW].map(({ blocks }) => blocks.CLOUDFRONT_ORIGIN_FACING ?? []);
        world.after = async () => {
          const now = await world.allowed(...groups);
          expect(isWithin(sharedBy(old, wanted), now)).toBe(true);
          expect(isWithin(now, [...old, ...wanted])).toBe(true);
        };
        world.before = (_, number) =>
          number === cut ? { code: 'CutOff', ...(when === 'after' && { after: true as const }) } : undefined;
        const first = await sync(NEW);
        expect(world.wrong).toEqual([]);
        if (first.outcome === 'changed') {
          expect(cut).toBeGreaterThan(5);
          return;
        }
        expect(first).toMatchObject({ outcome: 'later' });
        world.before = () => undefined;
        // As if the run had been ended, and its claim with it.
        time += 121_000;
        expect(['changed', 'same']).toContain((await sync(NEW)).outcome);
        expect(await world.allowed(...groups)).toEqual(wanted);
      }
    },
    60_000,
  );
});
