import type { Migration, MigrationStatus } from '../../shared/ledger/migrations.ts';
import type { Release } from '../../shared/ledger/releases.ts';
import { laterThan, takenAwayFrom } from '../../shared/migrating/later.ts';
import { nextMove } from '../../shared/migrating/move.ts';

const ASKING = { deployment: 'now', pilot: 'acme', brings: 'new' as const };
const row = (status: MigrationStatus, more: Partial<Migration> = {}): Migration => ({
  release: 'r',
  status,
  at: '2026-01-05T12:00:00Z',
  deployment: 'now',
  command: ['up'],
  reversible: false,
  timeout: 600,
  ...more,
});

describe('the next move', () => {
  it.each([
    ['nothing is known', undefined, { move: 'want' }],
    [
      'an earlier deployment came no further',
      row('wanted', { deployment: 'before' }),
      { move: 'want', seen: 'wanted' },
    ],
    ['it is wanted', row('wanted'), { move: 'run' }],
    ['it needs a snapshot', row('wanted', { needsSnapshot: true }), { move: 'snapshot' }],
    ['it has its snapshot', row('wanted', { needsSnapshot: true, snapshot: 's' }), { move: 'run' }],
    [
      'it could not be started',
      row('wanted', { trouble: { code: 'C', reason: 'r' } }),
      { outcome: 'failed', code: 'C' },
    ],
    ['it may run', row('starting'), { move: 'run' }],
    ['it runs', row('running', { deployment: 'before' }), { move: 'run' }],
    ['it is done', row('done'), { move: 'nothing' }],
    ['it was taken back', row('reverted'), { move: 'want', seen: 'reverted' }],
    ['it failed', row('failed', { exitCode: 1 }), { outcome: 'failed', code: 'MIGRATION_FAILED' }],
    ['nobody knows', row('unknown'), { outcome: 'failed', code: 'MIGRATION_UNKNOWN' }],
    ['it is being taken back', row('reverting'), { outcome: 'failed', code: 'MIGRATION_NOT_TAKEN_BACK' }],
    ['it was taken back in part', row('revert-failed'), { outcome: 'failed', code: 'MIGRATION_NOT_TAKEN_BACK' }],
  ])('where %s', (_, migration, move) => {
    expect(nextMove(migration, ASKING)).toMatchObject(move);
  });

  it('of a release that was live before and knows of no migration is none', () => {
    expect(nextMove(undefined, { ...ASKING, brings: 'kept' })).toEqual({ move: 'nothing' });
  });
});

describe('migrations that a release knows nothing of', () => {
  const at = (hour: number) => `2026-01-05T${hour}:00:00Z`;
  const kept = (release: string, hour: number, lately = hour) =>
    ({ release, firstLiveAt: at(hour), liveAt: at(lately) }) as Release;
  const done = (release: string, hour: number) => row('done', { release, migratedAt: at(hour) });
  const names = (of: string, rows: Migration[], releases: Release[] = []) =>
    laterThan(of, rows, releases).map(({ release }) => release);

  it('are those since its own, the last one first', () => {
    expect(names('a', [done('a', 10), done('b', 11), done('c', 12)])).toEqual(['c', 'b']);
    expect(names('b', [done('a', 10), done('b', 11), done('c', 12)])).toEqual(['c']);
  });

  it('are those since it was live first, however lately it was live again, where it has none', () => {
    expect(names('a', [done('b', 12)], [kept('a', 11, 15)])).toEqual(['b']);
    expect(names('a', [done('b', 12)], [kept('a', 13)])).toEqual([]);
  });

  it('count where they ran, or may have', () => {
    const counted = (status: MigrationStatus) => names('a', [done('a', 10), { ...done('b', 11), status }]).length;
    expect(['done', 'failed', 'unknown', 'running', 'revert-failed'].map((one) => counted(one as never))).toEqual([
      1, 1, 1, 1, 1,
    ]);
    expect(['wanted', 'reverted'].map((one) => counted(one as never))).toEqual([0, 0]);
  });
});

describe('migrations that a release was made for', () => {
  const at = (hour: number) => `2026-01-05T${hour}:00:00Z`;
  const live = [{ release: 'c', firstLiveAt: at(14), liveAt: at(14) } as Release];
  const back = (release: string, hour: number, since: number) =>
    row('reverted', { release, migratedAt: at(hour), at: at(since) });
  const names = (rows: Migration[]) => takenAwayFrom('c', rows, live).map(({ release }) => release);

  it('are missing where they were taken back since, and none of its own brings them again', () => {
    expect(names([back('a', 10, 16), back('b', 12, 15)])).toEqual(['b', 'a']);
    expect(names([back('b', 12, 15), row('done', { release: 'c', migratedAt: at(13), at: at(13) })])).toEqual(['b']);
    expect(names([back('b', 12, 15), back('c', 13, 15)])).toEqual([]);
  });

  it('are not those taken back before, nor those of later releases', () => {
    expect(names([back('b', 12, 13), back('d', 15, 16)])).toEqual([]);
  });

  it('are there again once they were run anew', () => {
    expect(names([row('done', { release: 'b', migratedAt: at(17), at: at(17) })])).toEqual([]);
  });
});
