import type { Direction } from '../ledger/migrations.ts';

/** What `pilot migrate --settle` says of a migration, by whether it was being made or taken back. */
export const MEANING: Record<Direction, { done: string; again: string }> = {
  up: { done: 'all of the migration is in the database', again: 'nothing of it is, and it is to run anew' },
  down: { done: 'the database is as before the migration', again: 'all of the migration is still in the database' },
};

/** Both answers, and what each of them says. */
export const answersInWords = (direction: Direction): string =>
  `done: ${MEANING[direction].done}; again: ${MEANING[direction].again}`;
