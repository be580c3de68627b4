import { textOf } from '../../shared/edge/cidr.ts';
import type { Ranges } from '../../shared/edge/ranges.ts';
import { lookFor } from '../../shared/edge-sync/look.ts';
import { edgeStatus } from '../../shared/edge-sync/status.ts';
import { openingOf } from '../../shared/edge-sync/subject.ts';
import { syncPilot } from '../../shared/edge-sync/sync.ts';
import { keepRanges } from '../../shared/ledger/edge-ranges.ts';
import { resolve, SMALL } from '../preview/samples.ts';
import { rangesOf, setWorld, some, type World } from './world.ts';

const WHOSE = { pilot: 'acme-shop', environment: 'production' };
let world: World;
beforeAll(async () => {
  world = await setWorld();
}, 60_000);
afterAll(() => world.end());
beforeEach(() => world.fresh());

const edge = (text: string) => resolve(`${SMALL.ecs}edge: ${text}\n`).edge;
const know = ({ token, blocks }: Ranges) => {
  const texts = (blocks.CLOUDFRONT ?? []).map(textOf);
  const readAt = '2026-01-02T03:04:05.000Z';
  return keepRanges({ token, readAt, blocks: { CLOUDFRONT: texts, CLOUDFRONT_ORIGIN_FACING: texts } });
};

describe('what of a pilot is kept open', () => {
  it('is what its stack tells, whatever the manifest of an older release says', () => {
    const outputs = { EdgeGroups: 'sg-1,sg-2', EdgePort: '443', EdgeRanges: 'CLOUDFRONT IPv4' };
    const opening = {
      mode: 'rules',
      service: 'CLOUDFRONT',
      ipv6: false,
      groups: ['sg-1', 'sg-2'],
      lists: [],
      port: 443,
    };
    for (const said of ['{mode: rules}', '{mode: vpc-origin}', '{mode: prefix-list}'])
      expect(openingOf(edge(said), outputs)).toEqual(opening);
    expect(
      openingOf(edge('{mode: rules}'), { EdgeLists: 'pl-1', EdgePort: '80', EdgeRanges: 'CLOUDFRONT IPv4 IPv6' }),
    ).toEqual({ mode: 'prefix-list', service: 'CLOUDFRONT', ipv6: true, groups: [], lists: ['pl-1'], port: 80 });
  });

  it('is nothing in the other modes, and for pilots without a load balancer', () => {
    expect(openingOf(edge('{mode: managed-prefix-list}'), {})).toMatchObject({
      mode: 'managed-prefix-list',
      groups: [],
    });
    expect(openingOf(edge('{mode: rules}'), {})).toMatchObject({ mode: 'vpc-origin', groups: [], lists: [] });
    expect(openingOf(undefined, {})).toBeUndefined();
  });
});

describe('how it stands', () => {
  it('is not known of a pilot that was never deployed', async () => {
    expect(await edgeStatus(WHOSE, lookFor(rangesOf(7, some(3)), 10_000))).toBeUndefined();
  });

  it('is told from what was found last, or by a look at AWS: how full the groups are, and what differs', async () => {
    const groups = [await world.group()];
    const outputs = { EdgeGroups: groups.join(), EdgePort: '443', EdgeRanges: 'CLOUDFRONT_ORIGIN_FACING IPv4' };
    const opening = openingOf(undefined, outputs);
    await know(rangesOf(7, some(3)));
    await syncPilot(WHOSE, { ranges: rangesOf(7, some(3)), check: 'gate', opening });
    await world.open(groups[0] ?? '', ['8.8.8.0/24'], 'Pilotage: by hand');
    world.calls.length = 0;
    const found = await edgeStatus(WHOSE);
    expect(found).toMatchObject({
      ...opening,
      token: 7,
      known: { token: 7 },
      uses: [{ id: groups[0], ipv4: 3, ipv6: 0 }],
    });
    expect(found).not.toHaveProperty('drift');
    expect(world.calls).toEqual([]);
    expect(await edgeStatus(WHOSE, lookFor(rangesOf(7, some(3)), 10_000))).toMatchObject({
      uses: [{ ipv4: 4, allowed: 60 }],
      drift: { missing: [], extra: [{ group: groups[0], cidrs: ['8.8.8.0/24'] }] },
    });
  });

  it('is told from what was found last where EC2 does not answer in time, and nobody is asked any more', async () => {
    const groups = [await world.group()];
    const outputs = { EdgeGroups: groups.join(), EdgePort: '443', EdgeRanges: 'CLOUDFRONT_ORIGIN_FACING IPv4' };
    const ranges = rangesOf(7, some(3));
    await syncPilot(WHOSE, { ranges, check: 'gate', opening: openingOf(undefined, outputs) });
    world.calls.length = 0;
    let answer = () => {};
    world.before = () => new Promise((resolve) => (answer = () => resolve(undefined)));
    const look = lookFor(ranges, 1_500);
    const views = [await edgeStatus(WHOSE, look), await edgeStatus(WHOSE, look)];
    answer();
    for (const view of views) {
      expect(view).toMatchObject({ token: 7, uses: [{ id: groups[0], ipv4: 3 }] });
      expect(view).not.toHaveProperty('drift');
    }
    expect(world.calls).toHaveLength(1);
  });

  it('asks once how many rules a group may have, also for many that have no room', async () => {
    const all = ['one', 'other'].map((pilot) => ({ pilot, environment: 'production' }));
    const ranges = rangesOf(7, some(61));
    for (const whose of all) {
      const outputs = { EdgeGroups: await world.group(), EdgePort: '443', EdgeRanges: 'CLOUDFRONT_ORIGIN_FACING IPv4' };
      await syncPilot(whose, { ranges, check: 'gate', opening: openingOf(undefined, outputs) });
    }
    const look = lookFor(ranges, 10_000);
    for (const whose of all) {
      expect(await edgeStatus(whose, look)).toMatchObject({ trouble: { code: 'EDGE_QUOTA' } });
      // What was asked for this look counts for all of it.
      await world.quota(300);
    }
    for (const whose of all)
      expect(await edgeStatus(whose, lookFor(ranges, 10_000))).toMatchObject({ drift: { extra: [] } });
  });

  it('says what is wrong', async () => {
    const groups = [await world.group()];
    const outputs = { EdgeGroups: groups.join(), EdgePort: '443', EdgeRanges: 'CLOUDFRONT_ORIGIN_FACING IPv4' };
    await syncPilot(WHOSE, { ranges: rangesOf(7, some(61)), check: 'gate', opening: openingOf(undefined, outputs) });
    expect(await edgeStatus(WHOSE)).toMatchObject({ trouble: { code: 'EDGE_QUOTA' } });
  });
});
