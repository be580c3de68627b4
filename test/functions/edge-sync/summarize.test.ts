import { handler } from '../../../functions/edge-sync/summarize.ts';
import type { Synced } from '../../../shared/edge-sync/run.ts';
import type { EdgeReason } from '../../../shared/events.ts';
import { claimEdge, leaveEdge } from '../../../shared/ledger/edge.ts';
import { listFailures, noteFailure } from '../../../shared/ledger/edge-failures.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const of = (pilot: string) => ({ pilot, environment: 'production' });
const LISTS = { pilot: '*', environment: '*' };
const ended = (reason: EdgeReason, ...synced: Synced[]) =>
  handler({
    execution: 'run',
    attempt: 0,
    input: { reason, read: { value: { token: 1_795_000_000, check: 'gate', pilots: [] } }, synced },
  });
const told = () => stage.events.filter(({ name }) => name === 'EdgeSynced').map(({ detail }) => detail);
const failures = async () => (await listFailures()).map(({ pilot, tries }) => [pilot, tries]).sort();

async function failedBefore(pilot: string, code: string, reason: string): Promise<void> {
  const claim = await claimEdge(of(pilot), 1, new Date());
  if (!claim) throw new Error('somebody else has it');
  await leaveEdge(claim, { at: new Date().toISOString(), outcome: 'failed', code, reason });
}

describe('a summary', () => {
  it('counts those that were looked at, changed and failed, and says why from their rows', async () => {
    await failedBefore('gone', 'EDGE_GROUP_GONE', 'there is no group sg-1');
    const summary = await ended(
      'announced',
      { ...LISTS, outcome: 'changed', added: 2, removed: 0 },
      { ...of('a'), outcome: 'changed', added: 3, removed: 1 },
      { ...of('b'), outcome: 'same' },
      { ...of('c'), outcome: 'nothing' },
      { ...of('gone'), outcome: 'failed', code: 'EDGE_GROUP_GONE' },
    );
    expect(summary).toEqual({
      ...{ reason: 'announced', token: 1_795_000_000, pilots: 3, changed: 1, failing: 1, mended: 0, lists: 'changed' },
      changes: [
        { added: 2, removed: 0 },
        { ...of('a'), added: 3, removed: 1 },
      ],
      failed: [{ ...of('gone'), code: 'EDGE_GROUP_GONE', reason: 'there is no group sg-1' }],
    });
    expect(told()).toEqual([{ deployment: 'edge_run', ...summary }]);
  });

  it('says where the log is, of one whose function failed', async () => {
    const { failed } = await ended('daily', { ...of('broken'), outcome: 'failed', code: 'Lambda.Unknown' });
    expect(failed).toEqual([
      { ...of('broken'), code: 'Lambda.Unknown', reason: expect.stringContaining('edge-sync-sync-pilot') },
    ]);
  });

  it('names ten at most, and fits into an event', async () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      ...{ ...of(`pilot-${index}`), outcome: 'failed' as const, code: 'EDGE_DENIED' },
    }));
    const summary = await ended('daily', ...many);
    expect([summary.failing, summary.failed.length]).toEqual([500, 10]);
  });
});

describe('what failed', () => {
  it('is noted to be tried again, each time later; what is mended is no more', async () => {
    await ended(
      'announced',
      { ...of('a'), outcome: 'failed', code: 'x' },
      { ...of('b'), outcome: 'failed', code: 'x' },
    );
    await ended('again', { ...of('a'), outcome: 'failed', code: 'x' }, { ...of('b'), outcome: 'same' });
    expect(await failures()).toEqual([['a', 2]]);
  });

  it('is told again by the day’s check, and not at every try that fails as before', async () => {
    await noteFailure(of('a'), new Date());
    await ended('again', { ...of('a'), outcome: 'failed', code: 'x' });
    expect(told()).toEqual([]);
    await ended('daily', { ...of('a'), outcome: 'failed', code: 'x' });
    expect(told()).toMatchObject([{ reason: 'daily', failing: 1 }]);
  });

  it('and is mended is told', async () => {
    await noteFailure(of('a'), new Date());
    await ended('again', { ...of('a'), outcome: 'changed' });
    expect(told()).toMatchObject([{ reason: 'again', changed: 1, failing: 0, mended: 1 }]);
    expect(await failures()).toEqual([]);
  });

  it('is tried again, too, of the prefix lists', async () => {
    await ended('announced', { ...LISTS, outcome: 'failed', code: 'EDGE_QUOTA', reason: 'no room' });
    expect(told()).toMatchObject([
      { lists: 'failed', failing: 0, failed: [{ code: 'EDGE_QUOTA', reason: 'no room' }] },
    ]);
    expect(await failures()).toEqual([['*', 1]]);
  });
});
