import {
  bringForward,
  claimEdge,
  clearFailure,
  findEdge,
  findRanges,
  type KnownRanges,
  keepRanges,
  leaveEdge,
  listFailures,
  noteFailure,
  stillClaimed,
} from '../../shared/ledger/edge.ts';
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
    // The same one was seen again, without a tag.
    expect(await keepRanges(list(2, { readAt: at(9).toISOString() }))).toBe(true);
    expect(await findRanges()).toMatchObject({ readAt: at(9).toISOString() });
    expect(await findRanges()).not.toHaveProperty('etag');
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
