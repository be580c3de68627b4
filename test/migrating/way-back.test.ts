import type { Migration } from '../../shared/ledger/migrations.ts';
import type { Release } from '../../shared/ledger/releases.ts';
import { workOf } from '../../shared/migrating/own-work.ts';
import { unfitFor } from '../../shared/migrating/unfit.ts';
import { isAwaited, wayBack } from '../../shared/migrating/way-back.ts';

/** The release `r1` migrated first, then `r2`, and so on; with a command that takes it back. */
const row = (number: number, version: string | undefined, more: Partial<Migration> = {}): Migration => ({
  release: `r${number}`,
  status: 'done',
  at: `2026-01-0${number}T12:30:00Z`,
  migratedAt: `2026-01-0${number}T12:00:00Z`,
  deployment: 'd',
  command: ['up'],
  down: ['down'],
  reversible: true,
  timeout: 600,
  ...(version !== undefined && { version }),
  ...more,
});
/** One that no command takes back. */
const lasting = (number: number, version?: string): Migration => {
  const { down, ...rest } = row(number, version);
  return rest;
};

describe('what a migration did', () => {
  const work = (...all: Migration[]) => workOf(all.at(-1) ?? row(1, 'v1'), all);

  it('is its own work where the one before it left another version', () => {
    expect(work(row(1, 'v1'), row(2, 'v2'))).toEqual({ is: 'own' });
    expect(work(row(1, 'v1'), row(2, 'v2'), row(3, 'v3'))).toEqual({ is: 'own' });
  });

  it('is nothing where an earlier one has brought its version, the first of which is named', () => {
    const all = [row(1, 'v1'), row(2, 'v2'), row(3, 'v2'), row(4, 'v2')];
    expect(work(...all)).toEqual({ is: 'none', of: all[1] });
    expect(work(row(1, 'v2'), row(2, 'v3'), row(3, 'v2'))).toMatchObject({ is: 'none', of: { release: 'r1' } });
  });

  it('is its own where who had its version was taken back, never ran, or came later', () => {
    expect(work(row(1, 'v1'), row(2, 'v2', { status: 'reverted' }), row(3, 'v2'))).toEqual({ is: 'own' });
    expect(work(row(1, 'v1'), row(2, 'v2', { status: 'wanted' }), row(3, 'v2'))).toEqual({ is: 'own' });
    const [one, two, three] = [row(1, 'v1'), row(2, 'v2'), row(3, 'v2')];
    expect(workOf(two, [one, two, three])).toEqual({ is: 'own' });
  });

  it.each([
    ['it says no version', [row(1, 'v1'), row(2, undefined)], 'no migrations.version'],
    ['the one before says none', [row(1, undefined), row(2, 'v2')], 'r1 before it says no migrations.version'],
    ['it is the first', [row(1, 'v1')], 'no migration is known from before it'],
    [
      'an earlier one with its version came to no good end',
      [row(1, 'v1'), row(2, 'v2', { status: 'failed' }), row(3, 'v2')],
      'r2 too, whose migration is failed',
    ],
    [
      'an earlier one with its version is half taken back',
      [row(1, 'v1'), row(2, 'v2', { status: 'revert-failed' }), row(3, 'v2')],
      'r2 too, whose migration is revert-failed',
    ],
  ])('is not known where %s', (_, all, why) => {
    expect(work(...all)).toEqual({ is: 'unknown', why: expect.stringContaining(why) });
  });
});

describe('the way back', () => {
  /** Of all but the first so many, in words. */
  const way = (all: Migration[], after = 1) =>
    wayBack(all.slice(after).reverse(), all).map((turn) => {
      if (turn.turn === 'down')
        return `${turn.migration.release} down${turn.with.map(({ release }) => ` with ${release}`).join('')}`;
      const kept = turn.turn === 'stay' ? turn.before.map(({ release }) => ` before ${release}`).join('') : '';
      return `${turn.migration.release} ${turn.turn}${kept}`;
    });

  it('takes each one back that did something, the last one first', () => {
    expect(way([row(1, 'v1'), row(2, 'v2'), row(3, 'v3')])).toEqual(['r3 down', 'r2 down']);
  });

  it('passes over who changed nothing, and lets it go with the one that did', () => {
    expect(way([row(1, 'v1'), row(2, 'v2'), row(3, 'v2')], 2)).toEqual(['r3 pass']);
    expect(way([row(1, 'v1'), row(2, 'v2'), row(3, 'v2'), row(4, 'v3'), row(5, 'v2')])).toEqual([
      'r5 pass',
      'r4 down',
      'r3 pass',
      'r2 down with r5 with r3',
    ]);
  });

  it('goes on with what has begun, whatever it says', () => {
    const begun = row(3, undefined, { status: 'reverting' });
    expect(way([row(1, 'v1'), row(2, 'v2'), begun])).toEqual(['r3 down', 'r2 down']);
  });

  it.each([
    ['whose version is not said', row(3, undefined)],
    ['that no command takes back', lasting(3, 'v3')],
    ['that no command takes back, and whose version is not said', lasting(3)],
    ['that a person settled', row(3, 'v3', { byHand: true, settledBy: 'ada' })],
    ['that failed', row(3, 'v3', { status: 'failed' })],
    ['that failed with the version of another', row(3, 'v2', { status: 'failed' })],
    ['of which nobody knows', row(3, 'v3', { status: 'unknown' })],
    ['that is half taken back', row(3, 'v3', { status: 'revert-failed' })],
  ])('ends at one %s: what lies below it stays as well', (_, last) => {
    expect(way([row(1, 'v1'), row(2, 'v2'), last])).toEqual(['r3 stay before r2']);
  });

  it('goes past one that no command takes back and that changed nothing', () => {
    expect(way([row(1, 'v1'), row(2, 'v2'), lasting(3, 'v2')])).toEqual(['r3 pass', 'r2 down with r3']);
  });

  it('has nothing to tell of what nobody meant to take back', () => {
    expect(way([lasting(1), lasting(2), lasting(3)])).toEqual(['r3 stay']);
    expect([lasting(3), row(3, 'v3', { status: 'failed' })].map(isAwaited)).toEqual([false, false]);
    expect([row(3, 'v3'), row(3, 'v3', { status: 'revert-failed' })].map(isAwaited)).toEqual([true, true]);
  });
});

describe('a rollback', () => {
  const unfit = (...all: Migration[]) => unfitFor('acme', 'r1', all, [])?.code;

  it('over a migration that cannot be undone is refused, unless that changed nothing', () => {
    const last = { ...lasting(2, 'v1'), reversible: false };
    expect(unfit(lasting(1, 'v1'), last)).toBeUndefined();
    expect(unfit(lasting(1, 'v1'), { ...last, status: 'failed' })).toBe('MIGRATION_IRREVERSIBLE');
    expect(unfit(lasting(1, 'v0'), last)).toBe('MIGRATION_IRREVERSIBLE');
    expect(unfit(lasting(1), last)).toBe('MIGRATION_IRREVERSIBLE');
    expect(unfit(row(1, 'v1'), { ...lasting(2, 'v2'), reversible: false }, lasting(3, 'v2'))).toBe(
      'MIGRATION_IRREVERSIBLE',
    );
  });

  it('to a release made for a version that is there again is not refused', () => {
    const gone = row(2, 'v2', { status: 'reverted', at: '2026-01-05T12:00:00Z' });
    const made = { release: 'r3', firstLiveAt: '2026-01-03T00:00:00Z' } as Release;
    const code = (...more: Migration[]) => unfitFor('acme', 'r3', [row(1, 'v1'), gone, ...more], [made])?.code;
    expect(code()).toBe('MIGRATION_TAKEN_BACK');
    expect(code(row(6, 'v3'))).toBe('MIGRATION_TAKEN_BACK');
    expect(code(row(6, 'v2'))).toBeUndefined();
  });
});
