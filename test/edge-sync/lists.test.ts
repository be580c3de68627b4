import {
  AuthorizeSecurityGroupIngressCommand,
  DeleteTagsCommand,
  GetManagedPrefixListEntriesCommand,
} from '@aws-sdk/client-ec2';
import { findPrefixLists, type PrefixListNow } from '../../shared/aws/prefix-lists.ts';
import { isWithin, sharedBy } from '../../shared/edge/aggregate.ts';
import type { Ranges } from '../../shared/edge/ranges.ts';
import { listsFor, type SyncingLists, syncLists } from '../../shared/edge-sync/lists.ts';
import { listName } from '../../shared/edge-sync/own-lists.ts';
import { claimEdge, findEdge } from '../../shared/ledger/edge.ts';
import { blocksOf, rangesOf, setWorld, some, some6, type World } from './world.ts';

const SERVICE = 'CLOUDFRONT_ORIGIN_FACING';
let world: World;
let time: number;
beforeAll(async () => {
  world = await setWorld();
}, 60_000);
afterAll(() => world.end());
beforeEach(async () => {
  await world.fresh();
  time = Date.parse('2026-01-02T03:04:05Z');
});

const more = { now: () => new Date(time), pause: async () => undefined };
const make = (ranges: Ranges) => listsFor(SERVICE, [4, 6], { ranges, ...more });
const sync = (ranges: Ranges, other: Partial<SyncingLists> = {}) =>
  syncLists({ ranges, check: 'gate', ...more, ...other });
const calls = () => world.calls.splice(0);
const MODIFY = 'ModifyManagedPrefixList';

const listNow = async (family: 4 | 6 = 4): Promise<PrefixListNow> => {
  const [list] = await findPrefixLists({ names: [listName(SERVICE, family)] });
  if (!list) throw new Error('there is no such list');
  return list;
};
async function entries(family: 4 | 6 = 4): Promise<string[]> {
  const { id } = await listNow(family);
  const { Entries = [] } = await world.ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: id }));
  return Entries.map(({ Cidr = '' }) => Cidr).sort();
}

describe('the lists of a service', () => {
  it('are made filled, one for each family, with room for what comes, and found again', async () => {
    const made = await make(rangesOf(1, [...some(46), ...some6(12)]));
    expect(made).toEqual({ ids: { 4: (await listNow(4)).id, 6: (await listNow(6)).id } });
    expect([await entries(4), await entries(6)]).toEqual([some(46).sort(), some6(12).sort()]);
    expect(await listNow()).toMatchObject({
      maxEntries: 56,
      tags: { 'pilotage:installation': process.env.INSTALLATION },
    });
    calls();
    expect(await make(rangesOf(1, [...some(46), ...some6(12)]))).toEqual(made);
    expect(calls()).toEqual(['DescribeManagedPrefixLists']);
  });

  it('are those of that service alone, also of one besides CloudFront’s', async () => {
    const accelerator = (from: number): Ranges => {
      const { token, blocks } = rangesOf(from, some(5));
      return { token, blocks: { ...blocks, GLOBALACCELERATOR: blocksOf(some(3, 50 + from)) } };
    };
    await make(accelerator(1));
    const { ids } = (await listsFor('GLOBALACCELERATOR', [4], { ranges: accelerator(1), ...more })) as { ids: object };
    expect(Object.values(ids)).not.toContain((await listNow()).id);
    expect(await sync(accelerator(2))).toEqual([
      { service: SERVICE, outcome: 'same' },
      { service: 'GLOBALACCELERATOR', outcome: 'changed', added: 1, removed: 1 },
    ]);
  });

  it('are made in full where one call cannot take all of it', async () => {
    await world.quota(300);
    await make(rangesOf(1, some(211)));
    expect(await entries()).toEqual(some(211).sort());
  });

  it('are not made where they do not fit into a group', async () => {
    expect(await make(rangesOf(1, some(61)))).toMatchObject({ outcome: 'failed', problem: { code: 'EDGE_QUOTA' } });
    expect(await findPrefixLists({ names: [listName(SERVICE, 4)] })).toEqual([]);
  });

  it('are made once, whatever answer is lost, and by one deployment at a time', async () => {
    const ranges = rangesOf(1, some(5));
    world.before = (action) => (action === 'CreateManagedPrefixList' ? { code: 'CutOff', after: true } : undefined);
    expect(await make(ranges)).toMatchObject({ outcome: 'later' });
    world.before = () => undefined;
    expect(await make(ranges)).toHaveProperty('ids');
    expect(await findPrefixLists({ names: [listName(SERVICE, 4)] })).toHaveLength(1);

    await world.fresh();
    await claimEdge({ lists: SERVICE }, 1, new Date(time));
    expect(await make(ranges)).toEqual({ service: SERVICE, outcome: 'busy' });
  });

  it('of somebody else with the same name are left alone', async () => {
    const { INSTALLATION } = process.env;
    await make(rangesOf(1, some(5)));
    process.env.INSTALLATION = 'another';
    expect(await sync(rangesOf(2, some(6)))).toMatchObject([{ problem: { code: 'EDGE_GROUP_GONE' } }]);
    process.env.INSTALLATION = INSTALLATION;
    expect(await entries()).toEqual(some(5));
  });

  it('are waited for where EC2 does not show them yet', async () => {
    let isMade = false;
    world.before = (action) => {
      isMade ||= action === 'CreateManagedPrefixList';
      return isMade && action === 'DescribeManagedPrefixLists' ? 'ignored' : undefined;
    };
    expect(await make(rangesOf(1, some(5)))).toMatchObject({ outcome: 'later' });
    world.before = () => undefined;
    expect(await make(rangesOf(1, some(5)))).toHaveProperty('ids');
    expect(await findPrefixLists({ names: [listName(SERVICE, 4)] })).toHaveLength(1);
  });

  it.each([4, 6] as const)(
    'of which one is not to be found any more are not as they should be: IPv%s',
    async (family) => {
      const ranges = rangesOf(1, [...some(5), ...some6(2)]);
      await make(ranges);
      const { id } = await listNow(family);
      await world.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'pilotage:installation' }] }));
      const lost = [{ outcome: 'failed', problem: { code: 'EDGE_GROUP_GONE', message: expect.stringContaining(id) } }];
      const newer = rangesOf(2, [...some(9), ...some6(2)]);
      expect(await sync(newer, { check: 'drift', dryRun: true })).toMatchObject(lost);
      expect(await sync(newer, { check: 'drift' })).toMatchObject(lost);
      expect(await findEdge({ lists: SERVICE })).toMatchObject({ token: 1, outcome: 'failed' });
      // It is no gate either, until a deployment has made another one.
      expect(await sync(ranges)).toMatchObject(lost);
      const made = await make(ranges);
      expect(made).toHaveProperty('ids');
      expect(JSON.stringify(made)).not.toContain(id);
      expect(await sync(ranges, { check: 'drift' })).toMatchObject([{ outcome: 'same' }]);
    },
  );

  it('are those that a pilot’s groups name, or nobody keeps what those let in', async () => {
    const ranges = rangesOf(1, some(5));
    const made = await make(ranges);
    const lists = 'ids' in made ? Object.values(made.ids) : [];
    calls();
    expect(await sync(ranges, { named: { service: SERVICE, lists } })).toMatchObject([{ outcome: 'same' }]);
    expect(calls()).toEqual([]);
    expect(await sync(ranges, { named: { service: SERVICE, lists: [...lists, 'pl-other'] } })).toMatchObject([
      { problem: { code: 'EDGE_GROUP_GONE', message: expect.stringContaining('pl-other') } },
    ]);
    expect(await sync(ranges, { named: { service: 'CLOUDFRONT', lists: ['pl-other'] } })).toMatchObject([
      { outcome: 'same' },
    ]);
  });
});

describe('a sync of lists', () => {
  it('has nothing to do where no pilot uses any, or nothing has changed', async () => {
    expect(await sync(rangesOf(1, some(3)))).toEqual([]);
    expect(calls()).toEqual([]);
    await make(rangesOf(1, some(3)));
    calls();
    expect(await sync(rangesOf(2, some(3)))).toEqual([{ service: SERVICE, outcome: 'same' }]);
    expect(calls()).toEqual([]);
  });

  it('is one change for all groups that name a list', async () => {
    await make(rangesOf(1, some(20)));
    calls();
    expect(await sync(rangesOf(2, some(20, 5)))).toEqual([
      { service: SERVICE, outcome: 'changed', added: 5, removed: 5 },
    ]);
    expect(calls().filter((action) => action === MODIFY)).toHaveLength(1);
    expect(await entries()).toEqual(some(20, 5).sort());
  });

  it('makes the list larger first where it has to', async () => {
    await make(rangesOf(1, some(5)));
    expect(await sync(rangesOf(2, some(30)))).toMatchObject([{ outcome: 'changed', added: 25 }]);
    expect((await listNow()).maxEntries).toBe(36);
  });

  it('says which group has no room for a larger list, and leaves it as it is', async () => {
    await make(rangesOf(1, some(5)));
    const group = await world.group();
    await world.open(group, some(50, 300));
    await world.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: group,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId: (await listNow()).id }] },
        ],
      }),
    );
    expect(await sync(rangesOf(2, some(30)))).toMatchObject([
      { outcome: 'failed', problem: { code: 'EDGE_LIST_REFUSED', message: expect.stringContaining(group) } },
    ]);
    expect(await entries()).toEqual(some(5));
    expect(await sync(rangesOf(3, some(10)))).toMatchObject([{ outcome: 'changed' }]);
  });

  it('puts right what somebody changed, and begins again where they do it at the same moment', async () => {
    await make(rangesOf(1, some(5)));
    let isFirst = true;
    world.before = async (action) => {
      if (action !== MODIFY || !isFirst) return undefined;
      isFirst = false;
      return { code: 'PrefixListVersionMismatch' };
    };
    expect(await sync(rangesOf(2, some(6)))).toMatchObject([{ outcome: 'changed', added: 1 }]);
    world.before = (action) => (action === MODIFY ? { code: 'PrefixListVersionMismatch' } : undefined);
    expect(await sync(rangesOf(3, some(7)))).toMatchObject([{ problem: { code: 'EDGE_CONTENDED' } }]);
  });

  it('is told as changed where the answer was lost', async () => {
    await make(rangesOf(1, some(5)));
    let isFirst = true;
    world.before = (action) => {
      if (action !== MODIFY || !isFirst) return undefined;
      isFirst = false;
      return { code: 'PrefixListVersionMismatch', after: true };
    };
    expect(await sync(rangesOf(2, some(5, 2)))).toMatchObject([{ outcome: 'changed', added: 2, removed: 2 }]);
  });

  it('is not over before EC2 shows the new version', async () => {
    await make(rangesOf(1, some(5)));
    world.before = (action) => (action === MODIFY ? 'ignored' : undefined);
    expect(await sync(rangesOf(2, some(6)))).toMatchObject([{ outcome: 'later' }]);
    expect(await findEdge({ lists: SERVICE })).toMatchObject({ token: 1, outcome: 'waiting' });
    expect(await sync(rangesOf(2, some(30)))).toMatchObject([{ outcome: 'later' }]);
    expect(await entries()).toEqual(some(5));
  });

  it('changes nothing more once somebody else has taken over', async () => {
    await world.quota(300);
    await make(rangesOf(1, some(5)));
    calls();
    world.before = async (action) => {
      if (action !== MODIFY) return undefined;
      time += 121_000;
      await claimEdge({ lists: SERVICE }, 2, new Date(time));
      return undefined;
    };
    expect(await sync(rangesOf(2, some(150)))).toEqual([{ service: SERVICE, outcome: 'overtaken' }]);
    expect(calls().filter((action) => action === MODIFY)).toHaveLength(1);
    expect(await findEdge({ lists: SERVICE })).toMatchObject({ stirred: 1 });
  });

  it('does nothing for an older list, and empties none', async () => {
    await make(rangesOf(5, some(5)));
    calls();
    expect(await sync(rangesOf(4, some(3)), { check: 'drift' })).toEqual([{ service: SERVICE, outcome: 'overtaken' }]);
    expect(calls()).toEqual([]);
    expect(await sync(rangesOf(6, some6(3)))).toMatchObject([{ problem: { code: 'EDGE_EMPTY' } }]);
    expect(await entries()).toEqual(some(5));
  });

  it('shows what it would do', async () => {
    await make(rangesOf(1, some(5)));
    expect(await sync(rangesOf(2, some(5, 1)), { dryRun: true })).toMatchObject([
      { outcome: 'would', add: [{ cidrs: some(1, 5) }], remove: [{ cidrs: some(1) }] },
    ]);
    expect(await entries()).toEqual(some(5));
  });

  it.each(['before', 'after'] as const)(
    'that is cut off %s any call lets in what both lists have, and the next one completes it',
    async (when) => {
      const [old, wanted] = [some(150), some(150, 120)].map(blocksOf) as [
        ReturnType<typeof blocksOf>,
        ReturnType<typeof blocksOf>,
      ];
      for (let cut = 1; ; cut += 1) {
        await world.fresh();
        await world.quota(300);
        await make(rangesOf(1, some(150)));
        calls();
        const id = (await listNow()).id;
        const entriesNow = async () => {
          const asked = new GetManagedPrefixListEntriesCommand({ PrefixListId: id });
          return ((await world.ec2.send(asked)).Entries ?? []).map(({ Cidr = '' }) => Cidr);
        };
        world.after = async () => {
          const now = blocksOf(await entriesNow());
          expect(isWithin(sharedBy(old, wanted), now)).toBe(true);
          expect(isWithin(now, [...old, ...wanted])).toBe(true);
        };
        calls();
        world.before = (_, number) =>
          number === cut ? { code: 'CutOff', ...(when === 'after' && { after: true as const }) } : undefined;
        const [first] = await sync(rangesOf(2, some(150, 120)));
        expect(world.wrong).toEqual([]);
        if (first?.outcome === 'changed') {
          expect(cut).toBeGreaterThan(5);
          return;
        }
        expect(first).toMatchObject({ outcome: 'later' });
        world.before = () => undefined;
        time += 121_000;
        await sync(rangesOf(2, some(150, 120)));
        expect((await entriesNow()).sort()).toEqual(some(150, 120).sort());
      }
    },
    60_000,
  );
});
