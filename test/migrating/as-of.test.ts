import type { Migration } from '../../shared/ledger/migrations.ts';
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
