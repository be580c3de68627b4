import type { Migration } from '../../shared/ledger/migrations.ts';
import { lostStart, refusedStart, tailOf, verdictOn } from '../../shared/migrating/verdict.ts';

const NOW = new Date('2026-01-05T12:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString();
const migration = (since = 30, stopped?: number): Migration => ({
  release: '1',
  status: 'running',
  at: ago(since),
  deployment: 'd',
  command: ['up'],
  reversible: false,
  timeout: 600,
  run: { id: 'r', by: 'b', since: ago(since), handle: 'h', ...(stopped !== undefined && { stoppedAt: ago(stopped) }) },
});
const ended = (exitCode: number) => ({ state: 'ended' as const, exitCode, log: [] });
const running = (since?: number) => ({ state: 'running' as const, progress: 'p', ...(since && { since: ago(since) }) });
const up = (one: Migration, look: Parameters<typeof verdictOn>[2]) => verdictOn(one, 'up', look, NOW);

describe('a run', () => {
  it('that ends well is done, any other end is a failure', () => {
    expect([0, 1, 137].map((code) => up(migration(), ended(code)))).toMatchObject([
      { to: 'done', conclusion: { exitCode: 0 } },
      { to: 'failed', conclusion: { exitCode: 1 } },
      { to: 'failed', conclusion: { exitCode: 137 } },
    ]);
  });

  it('has its time from when the command began, and twenty minutes to begin', () => {
    expect(up(migration(1_000), running(599))).toMatchObject({ verdict: 'wait' });
    expect(up(migration(1_000), running(601))).toMatchObject({ verdict: 'stop' });
    expect(up(migration(1_199), running())).toMatchObject({ verdict: 'wait' });
    expect(up(migration(1_201), running())).toMatchObject({ verdict: 'stop' });
  });

  it('that is not to be seen for a moment is left alone, also long after it began', () => {
    const unseen = { state: 'unseen' as const, progress: 'to be seen' };
    expect(up(migration(1_700), unseen)).toMatchObject({ verdict: 'wait' });
    expect(up(migration(1_801), unseen)).toMatchObject({ to: 'unknown' });
    expect(up(migration(2_000, 10), unseen)).toMatchObject({ verdict: 'wait' });
    expect(up(migration(2_000, 601), unseen)).toMatchObject({ to: 'unknown' });
  });

  it('that was ended has failed, also when it says that all is well', () => {
    expect(up(migration(700, 10), ended(0))).toMatchObject({
      to: 'failed',
      conclusion: { trouble: { code: 'MIGRATION_TIMEOUT' } },
    });
  });

  it('that was ended and goes on is told to end again, and is unknown after a while', () => {
    expect(up(migration(700, 10), running(700))).toMatchObject({ verdict: 'stop' });
    expect(up(migration(2_000, 601), running(2_000))).toMatchObject({ to: 'unknown' });
  });

  it('that never ran can be tried again; what is lost cannot', () => {
    expect(up(migration(), { state: 'never-ran', code: 'C', reason: 'no image' })).toMatchObject({
      to: 'wanted',
      conclusion: { trouble: { code: 'C', reason: 'it was not started: no image' } },
    });
    expect(up(migration(), { state: 'lost', reason: 'gone' })).toMatchObject({ to: 'unknown' });
    expect([lostStart('up').to, refusedStart('up', 'C', 'r').to]).toEqual(['unknown', 'wanted']);
  });

  it('of the command that migrates back comes to its own ends', () => {
    const down = (look: Parameters<typeof verdictOn>[2]) => verdictOn(migration(), 'down', look, NOW);
    expect(
      [ended(0), ended(1), { state: 'lost', reason: '' }, { state: 'never-ran', code: '', reason: '' }].map((look) =>
        down(look as never),
      ),
    ).toMatchObject(['reverted', 'revert-failed', 'revert-failed', 'done'].map((to) => ({ to })));
  });
});

describe('the last lines', () => {
  it('are those that fit', () => {
    const lines = Array.from({ length: 100 }, (_, n) => `${n} ${'x'.repeat(1_000)}`);
    const kept = tailOf(lines);
    expect(kept.at(-1)).toMatch(/^99 x+$/);
    expect(Buffer.byteLength(kept.join(''))).toBeLessThanOrEqual(2_000);
    expect(kept.every((line) => line.length <= 200)).toBe(true);
  });

  it('hold no credential, not half of one either', () => {
    const kept = tailOf([`${'x'.repeat(170)} postgres://app:hunter2-hunter2-hunter2@db/app`, 'password=hunter2']);
    expect(kept.join(' ')).not.toContain('hunter2');
  });
});
