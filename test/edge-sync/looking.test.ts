import { bringList } from '../../shared/edge-sync/list.ts';
import { listsFor, syncLists } from '../../shared/edge-sync/lists.ts';
import { lookFor } from '../../shared/edge-sync/look.ts';
import { listStatus } from '../../shared/edge-sync/status.ts';
import { syncPilot } from '../../shared/edge-sync/sync.ts';
import { blocksOf, rangesOf, setWorld, some, type World } from './world.ts';

const SERVICE = 'CLOUDFRONT_ORIGIN_FACING';
const pause = async () => undefined;
let world: World;
beforeAll(async () => {
  world = await setWorld();
}, 60_000);
afterAll(() => world.end());
beforeEach(() => world.fresh());

describe('who only looks', () => {
  it('waits for no list that is being changed', async () => {
    const list = {
      id: 'pl-1',
      name: 'one',
      family: 4,
      version: 1,
      maxEntries: 10,
      state: 'changing',
      tags: {},
    } as const;
    const waited: number[] = [];
    const work = { may: async () => true, pause: async (ms: number) => void waited.push(ms), dryRun: true };
    expect(await bringList(list, blocksOf(some(1)), 'ours', work)).toMatchObject({ outcome: 'later' });
    expect([waited, world.calls]).toEqual([[], []]);
  });

  it('is told in time that EC2 does not tell of the lists', async () => {
    const ranges = rangesOf(1, some(3));
    await listsFor(SERVICE, [4], { ranges, pause });
    expect(await listStatus(lookFor(ranges, 10_000), [{ service: SERVICE }])).toMatchObject([{ outcome: 'same' }]);
    let answer = () => {};
    world.before = () => new Promise((resolve) => (answer = () => resolve(undefined)));
    const all = [{ service: SERVICE }, { service: SERVICE }] as const;
    expect(await listStatus(lookFor(ranges, 50), all)).toEqual([
      { service: SERVICE, outcome: 'later', reason: 'EC2 did not answer in time' },
    ]);
    answer();
  });

  it('goes by the quota that was asked for before', async () => {
    await listsFor(SERVICE, [4], { ranges: rangesOf(1, some(3)), pause });
    await world.quota(1);
    const look = { ranges: rangesOf(2, some(20)), check: 'drift', dryRun: true, pause } as const;
    expect(await syncLists(look)).toMatchObject([{ outcome: 'failed', problem: { code: 'EDGE_QUOTA' } }]);
    expect(await syncLists({ ...look, quota: 60 })).toMatchObject([{ outcome: 'would' }]);
  });
});

describe('what Pilotage may not do', () => {
  const denying = (action: string) => {
    world.before = (asked) => (asked === action ? { code: 'UnauthorizedOperation' } : undefined);
  };

  it('to a list names the mark that lists have', async () => {
    await listsFor(SERVICE, [4], { ranges: rangesOf(1, some(3)), pause });
    denying('ModifyManagedPrefixList');
    const [synced] = await syncLists({ ranges: rangesOf(2, some(4)), check: 'gate', pause });
    expect(synced).toMatchObject({
      problem: { code: 'EDGE_DENIED', expected: expect.stringMatching(/^the tag pilotage:installation/) },
    });
  });

  it.each([
    ['AuthorizeSecurityGroupIngress', /^the tags pilotage:pilot and pilotage:edge/],
    ['DescribeSecurityGroupRules', /^the rights that this installation’s functions/],
  ])('to a group says what is missing: %s', async (action, expected) => {
    const usual = { mode: 'rules', service: SERVICE, ipv6: true, port: 443 } as const;
    const opening = { ...usual, groups: [await world.group()], lists: [] };
    denying(action);
    const whose = { pilot: 'acme', environment: 'production' };
    const ranges = rangesOf(1, some(3));
    const synced = await syncPilot(whose, { ranges, check: 'gate', opening, pause });
    expect(synced).toMatchObject({ problem: { code: 'EDGE_DENIED', expected: expect.stringMatching(expected) } });
  });
});
