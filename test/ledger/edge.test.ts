import { get, update } from '../../shared/aws/table.ts';
import { bringForward, claimEdge, findEdge, leaveEdge, stillClaimed, stirEdge } from '../../shared/ledger/edge.ts';
import { clearFailure, listFailures, noteFailure } from '../../shared/ledger/edge-failures.ts';
import {
  findAnnounced,
  findRanges,
  type KnownRanges,
  keepAnnounced,
  keepRanges,
  seeRanges,
} from '../../shared/ledger/edge-ranges.ts';
import { type Stage, setStage } from '../support/stage.ts';

const WHOSE = { pilot: 'acme-shop', environment: 'production' };
const START = Date.parse('2026-01-02T03:04:05Z');
const at = (seconds: number) => new Date(START + seconds * 1000);
let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.fresh());

const list = (token: number, more: Partial<KnownRanges> = {}): KnownRanges => ({
  token,
  readAt: at(token).toISOString(),
  blocks: { CLOUDFRONT: ['13.0.0.0/24'], CLOUDFRONT_ORIGIN_FACING: [] },
  ...more,
});

describe('the ranges that are known', () => {
  it('are those of the newest list, whatever comes later', async () => {
    expect(await findRanges()).toBeUndefined();
    expect(await keepRanges(list(2, { etag: '"2"' }))).toBe(true);
    expect(await keepRanges(list(1))).toBe(false);
    expect(await findRanges()).toMatchObject({ token: 2, etag: '"2"' });
  });

  it('stay what they were when the list is seen again', async () => {
    await keepRanges(list(2, { etag: '"2"' }));
    const seen = list(2, { readAt: at(9).toISOString(), blocks: { CLOUDFRONT: [], CLOUDFRONT_ORIGIN_FACING: [] } });
    expect(await keepRanges(seen)).toBe(false);
    expect(await seeRanges(seen)).toBe(true);
    expect(await findRanges()).toMatchObject({ token: 2, readAt: at(9).toISOString(), blocks: list(2).blocks });
    expect(await findRanges()).not.toHaveProperty('etag');
    expect([await seeRanges(list(1)), await seeRanges(list(3))]).toEqual([false, false]);
    expect(await findRanges()).toMatchObject({ token: 2, readAt: at(9).toISOString() });
  });

  it('have the digest of the newest list that was announced', async () => {
    expect(await findAnnounced()).toBeUndefined();
    await keepAnnounced({ token: 2, md5: 'b' });
    await keepAnnounced({ token: 1, md5: 'a' });
    await keepAnnounced({ token: 2, md5: 'c' });
    expect(await findAnnounced()).toMatchObject({ token: 2, md5: 'b' });
  });
});

describe('a claim', () => {
  it('is had by one at a time, and for two minutes by who was cut off', async () => {
    const mine = await claimEdge(WHOSE, 1, at(0));
    expect(mine).toBeDefined();
    expect(await claimEdge(WHOSE, 1, at(119))).toBeUndefined();
    // Those of others are not meant by it.
    expect(await claimEdge({ lists: 'CLOUDFRONT' }, 1, at(0))).toBeDefined();
    const next = await claimEdge(WHOSE, 1, at(121));
    expect(next).toBeDefined();
    if (!mine || !next) return;
    expect([await stillClaimed(mine, at(122)), await stillClaimed(next, at(122))]).toEqual([false, true]);
    expect(await leaveEdge(mine, { at: at(123).toISOString(), outcome: 'done', digest: 'mine' })).toBe(false);
    expect(await leaveEdge(next, { at: at(123).toISOString(), outcome: 'done', digest: 'next' })).toBe(true);
    expect(await findEdge(WHOSE)).toMatchObject({ digest: 'next', token: 1 });
    expect(await claimEdge(WHOSE, 1, at(124))).toBeDefined();
  });

  it('lasts longer when it is asked for again', async () => {
    const mine = await claimEdge(WHOSE, 1, at(0));
    if (mine) await stillClaimed(mine, at(100));
    expect(await claimEdge(WHOSE, 1, at(219))).toBeUndefined();
  });

  it('is nobody’s whose list is older than the one that was synced', async () => {
    const first = await claimEdge(WHOSE, 5, at(0));
    if (first) await leaveEdge(first, { digest: 'd', at: at(0).toISOString(), outcome: 'done' });
    expect(await claimEdge(WHOSE, 4, at(1))).toBeUndefined();
    await bringForward(WHOSE, 'another', 9);
    expect((await findEdge(WHOSE))?.token).toBe(5);
    await bringForward(WHOSE, 'd', 9);
    await bringForward(WHOSE, 'd', 7);
    expect((await findEdge(WHOSE))?.token).toBe(9);
  });

  it('leaves nothing to go by until the work is noted: whoever has it may be cut off at any of it', async () => {
    const first = await claimEdge(WHOSE, 5, at(0));
    if (first) await leaveEdge(first, { digest: 'd', at: at(0).toISOString(), outcome: 'done' });
    expect(await claimEdge(WHOSE, 6, at(1))).toBeDefined();
    expect(await findEdge(WHOSE)).not.toHaveProperty('digest');
    await bringForward(WHOSE, 'd', 9);
    expect((await findEdge(WHOSE))?.token).toBe(5);
  });

  it('never brings the token down, nor does whoever notes something without one', async () => {
    const [first, key] = [await claimEdge(WHOSE, 5, at(0)), { pk: 'PILOT#acme-shop#production', sk: 'EDGE' }];
    if (!first) throw new Error('somebody else has it');
    await update({ key, update: 'SET #token = :new', names: { '#token': 'token' }, values: { ':new': 7 } });
    expect(await leaveEdge(first, { digest: 'd', at: at(1).toISOString(), outcome: 'done' })).toBe(false);
    expect(await findEdge(WHOSE)).toMatchObject({ token: 7 });
    expect(await leaveEdge(first, { at: at(1).toISOString(), outcome: 'waiting', reason: 'x' })).toBe(true);
    expect(await findEdge(WHOSE)).toMatchObject({ token: 7, outcome: 'waiting' });
    expect(await get(key)).not.toHaveProperty('claimed');
    // As after a reply that was lost: it was noted.
    expect(await leaveEdge(first, { at: at(1).toISOString(), outcome: 'waiting', reason: 'x' })).toBe(true);
  });

  it('counts those who went on after they had lost it', async () => {
    const first = await claimEdge(WHOSE, 5, at(0));
    const next = await claimEdge(WHOSE, 5, at(121));
    if (!first || !next) throw new Error('somebody else has it');
    await stirEdge(first);
    await leaveEdge(next, { digest: 'd', at: at(122).toISOString(), outcome: 'done' });
    await stirEdge(first);
    expect(await findEdge(WHOSE)).toMatchObject({ outcome: 'done', stirred: 2 });
  });

  it('leaves no token and no digest behind where it came to nothing', async () => {
    const first = await claimEdge(WHOSE, 5, at(0));
    if (first) await leaveEdge(first, { digest: 'd', at: at(0).toISOString(), outcome: 'done' });
    const second = await claimEdge(WHOSE, 6, at(1));
    if (second) await leaveEdge(second, { at: at(1).toISOString(), outcome: 'failed', code: 'X', reason: 'x' });
    const state = await findEdge(WHOSE);
    expect(state).toMatchObject({ token: 5, outcome: 'failed', code: 'X' });
    expect(state).not.toHaveProperty('digest');
  });
});

describe('a pilot whose groups could not be brought to the list', () => {
  it('is tried again after ever longer pauses of at most six hours, until it is well', async () => {
    const pauses: number[] = [];
    for (let tries = 0; tries < 9; tries += 1) {
      await noteFailure(WHOSE, at(tries));
      const [failure] = await listFailures();
      pauses.push((Date.parse(failure?.next ?? '') - at(tries).getTime()) / 60_000);
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 360, 360]);
    expect(await listFailures()).toMatchObject([{ ...WHOSE, tries: 9, since: at(0).toISOString() }]);
    await clearFailure(WHOSE);
    await clearFailure(WHOSE);
    expect(await listFailures()).toEqual([]);
  });
});
