import type { Migration, MigrationStatus } from '../../shared/ledger/migrations.ts';
import { asOf, type Then } from '../../shared/migrating/as-of.ts';

const SNAPSHOT = 'pilotage-acme';
const base: Migration = {
  release: 'a'.repeat(20),
  status: 'done',
  at: '2026-01-02T03:05:00.000Z',
  deployment: 'd',
  command: ['up'],
  reversible: true,
  timeout: 60,
  migratedAt: '2026-01-02T03:04:00.000Z',
  firstAt: '2026-01-02T03:04:00.000Z',
};
const BEFORE = '2026-01-02T02:00:00.000Z';
const MIDST = '2026-01-02T03:04:30.000Z';
const AFTER = '2026-01-02T09:00:00.000Z';
const LATER = '2026-01-03T00:00:00.000Z';
const run = { id: 'r', by: 'b', since: LATER };
const back: Partial<Migration> = { status: 'reverted', at: '2026-01-03T00:01:00.000Z', run };

it.each<[what: string, migration: Partial<Migration>, takenAt: string, then: Then]>([
  ['ran after it', {}, BEFORE, 'reverted'],
  ['failed after it', { status: 'failed' }, BEFORE, 'reverted'],
  ['ran after it, and nobody knows how it ended', { status: 'unknown' }, BEFORE, 'reverted'],
  ['runs since', { status: 'running' }, BEFORE, 'reverted'],
  ['ran and was taken back after it', back, BEFORE, 'stays'],
  ['is wanted', { status: 'wanted', migratedAt: undefined as never }, BEFORE, 'stays'],
  ['was done before it', {}, AFTER, 'stays'],
  ['failed before it', { status: 'failed' }, AFTER, 'stays'],
  ['ran at that moment', {}, MIDST, 'unknown'],
  [
    'ran after it, and once more after another one',
    { notIn: [SNAPSHOT, 'another'], snapshot: 'another' },
    MIDST,
    'reverted',
  ],
  ['was done before it, and taken back after it', back, AFTER, 'done'],
  ['was done before it, and is being taken back', { ...back, status: 'reverting' }, AFTER, 'done'],
  ['was done before it, and could not be taken back after it', { ...back, status: 'revert-failed' }, AFTER, 'done'],
  ['went after it with another one', { ...back, run: { ...run, since: BEFORE }, goneWith: 'b' }, AFTER, 'done'],
  ['may still have run, and was taken back after it', back, MIDST, 'unknown'],
  [
    'was being taken back at that moment',
    { ...back, at: '2026-01-03T00:02:00.000Z' },
    '2026-01-03T00:01:00.000Z',
    'unknown',
  ],
  ['was taken back before it', back, '2026-01-04T00:00:00.000Z', 'stays'],
  ['ran again after it, and for the first time before it', { firstAt: '2026-01-01T00:00:00.000Z' }, BEFORE, 'unknown'],
  ['ran twice after it', { firstAt: '2026-01-02T03:01:00.000Z' }, BEFORE, 'reverted'],
  ['ran twice before it, and was taken back after it', { ...back, firstAt: '2026-01-01T00:00:00.000Z' }, AFTER, 'done'],
  ['ran after it, and perhaps before it as well', { firstAt: undefined as never }, BEFORE, 'unknown'],
  ['was done before it, perhaps not for the first time', { firstAt: undefined as never }, AFTER, 'stays'],
  ['began so shortly after it that clocks may differ', {}, '2026-01-02T03:01:00.000Z', 'unknown'],
  ['ended so shortly before it that clocks may differ', {}, '2026-01-02T03:08:00.000Z', 'unknown'],
  [
    'was taken back shortly after it',
    { ...back, run: { ...run, since: '2026-01-02T09:04:00.000Z' } },
    AFTER,
    'unknown',
  ],
  ['ran before it, and nobody noted how it ended', { status: 'running' }, AFTER, 'unknown'],
  ['was being taken back before it, and still is', { status: 'reverting', run }, '2026-01-04T00:00:00.000Z', 'unknown'],
  ['a person settled at some time, and that was taken back after it', { ...back, settledBy: 'ada' }, AFTER, 'unknown'],
  ['was to begin once that snapshot was complete', { snapshot: SNAPSHOT }, '2026-01-02T03:03:00.000Z', 'reverted'],
  [
    'was to begin once that snapshot was complete, and was taken back',
    { ...back, snapshot: SNAPSHOT },
    '2026-01-02T03:03:00.000Z',
    'stays',
  ],
  ['has another snapshot of that time', { snapshot: 'other' }, '2026-01-02T03:03:00.000Z', 'unknown'],
  ['ran twice, both before it', { firstAt: '2026-01-01T00:00:00.000Z' }, AFTER, 'stays'],
  ['a person said after it that it is done', { migratedAt: undefined as never, settledBy: 'ada' }, BEFORE, 'unknown'],
  ['a person said before it that it is done', { migratedAt: undefined as never, settledBy: 'ada' }, AFTER, 'stays'],
  ['a person said right before it is done', { migratedAt: undefined as never }, '2026-01-02T03:09:00.000Z', 'unknown'],
])('a migration that %s', (_, migration, takenAt, then) => {
  expect(asOf({ ...base, ...migration }, { snapshot: SNAPSHOT, takenAt })).toBe(then);
});

describe('a migration whose course is known', () => {
  const OWN = 'acme-db';
  const RESTORED = 'acme-db-restored';
  const turn = (status: MigrationStatus, time: string, database?: string) => ({
    ...{ status, at: `2026-01-02T${time}:00.000Z` },
    ...(database && { database }),
  });
  const first = [turn('wanted', '03:00'), turn('starting', '03:01'), turn('running', '03:02'), turn('done', '03:03')];
  const taken = [turn('reverting', '05:00'), turn('reverted', '05:01')];
  const anew = [turn('wanted', '07:00'), turn('starting', '07:01'), turn('running', '07:02'), turn('done', '07:03')];
  const thence = [turn('reverted', '09:00', RESTORED)];
  const ranTwice: Partial<Migration> = { at: '2026-01-02T07:03:00.000Z', migratedAt: '2026-01-02T07:01:00.000Z' };
  const backTwice: Partial<Migration> = { ...ranTwice, status: 'reverted', at: '2026-01-02T09:00:00.000Z' };
  const all = [...first, ...taken, ...anew];

  it.each<[what: string, migration: Partial<Migration>, time: string, takenOf: string | undefined, then: Then]>([
    ['was done, taken back, and done again', { ...ranTwice, course: all }, '04:00', OWN, 'stays'],
    ['was taken back at that time, and done again', { ...ranTwice, course: all }, '06:00', OWN, 'reverted'],
    ['was taken back at that time, and again', { ...backTwice, course: all }, '06:00', OWN, 'stays'],
    ['was done at that time, and taken back twice', { ...backTwice, course: all }, '04:00', OWN, 'done'],
    ['was about to be taken back at that time', { ...ranTwice, course: all }, '04:58', OWN, 'unknown'],
    ['was wanted anew at that time, and nothing ran', { ...ranTwice, course: all }, '06:54', OWN, 'reverted'],
    ['was failing at that time', { ...ranTwice, course: [turn('failed', '03:03'), ...anew] }, '04:00', OWN, 'unknown'],
    ['has no course of that time', { ...ranTwice, course: anew }, '04:00', OWN, 'unknown'],
    ['ran in a database that nobody noted', { ...ranTwice, course: all }, '04:00', undefined, 'unknown'],
    [
      'is in the last snapshot of the database before',
      { ...backTwice, course: [...all, ...thence] },
      '08:50',
      OWN,
      'done',
    ],
    [
      'is not in a snapshot of the restored database, taken before the ledger said so',
      { ...backTwice, course: [...all, ...thence] },
      '08:50',
      RESTORED,
      'stays',
    ],
  ])('that %s', (_, migration, time, takenOf, then) => {
    const takenAt = `2026-01-02T${time}:00.000Z`;
    expect(asOf({ ...base, ...migration }, { snapshot: SNAPSHOT, takenAt, ...(takenOf && { takenOf }) })).toBe(then);
  });

  it('is reverted by a snapshot from before its own run, however often it ran since', () => {
    const own = { ...ranTwice, course: [], notIn: [SNAPSHOT, 'later'], snapshot: 'later' };
    const takenAt = '2026-01-02T03:01:00.000Z';
    expect(asOf({ ...base, ...own }, { snapshot: SNAPSHOT, takenAt, takenOf: OWN })).toBe('reverted');
  });
});
