import type { Migration } from '../ledger/migrations.ts';
import { workOf } from './own-work.ts';

/** What becomes of a migration on the way back. */
export type Turn =
  /** Its command runs; before, those go that changed nothing after it had brought their version. */
  | { turn: 'down'; migration: Migration; with: Migration[] }
  /** It changed nothing: what it left was there before. */
  | { turn: 'pass'; migration: Migration }
  /** It stays, and so do those before it: `before` are those of them that would have been taken back, or looked at. */
  | { turn: 'stay'; migration: Migration; why: string; before: Migration[] };

/**
 * The way back, in order, as far as it is known that each step takes back its own release’s work and no other: what serves
 * can work with what is left, since it did so before the traffic moved.
 * @param back those to take back, the last one first.
 * @param migrations all of the pilot in its environment.
 */
export function wayBack(back: readonly Migration[], migrations: readonly Migration[]): Turn[] {
  const turns: Turn[] = [];
  for (const [index, migration] of back.entries()) {
    const turn = turnOf(migration, back, index, migrations);
    turns.push(turn);
    if (turn.turn === 'stay') break;
  }
  return turns;
}

function turnOf(
  migration: Migration,
  back: readonly Migration[],
  index: number,
  migrations: readonly Migration[],
): Turn {
  const { status, down } = migration;
  const stay = (why: string): Turn => ({
    turn: 'stay',
    migration,
    why,
    before: back.slice(index + 1).filter((one) => isAwaited(one) && workOf(one, migrations).is !== 'none'),
  });
  const goes = (): Turn => ({
    turn: 'down',
    migration,
    with: back.slice(0, index).filter((one) => {
      const work = one.status === 'done' && workOf(one, migrations);
      return work && work.is === 'none' && work.of.release === migration.release;
    }),
  });
  if (status === 'reverting') return goes();
  if (status !== 'done') return stay(endOf(migration));
  if (migration.byHand)
    return stay(`${migration.settledBy} said that it is done, and what it did may be another release’s work`);
  const work = workOf(migration, migrations);
  switch (work.is) {
    case 'none':
      return { turn: 'pass', migration };
    case 'unknown':
      return stay(down ? work.why : `no command takes it back, and ${work.why}`);
    case 'own':
      return down ? goes() : stay('no command takes it back');
  }
}

const endOf = ({ status, trouble, exitCode }: Migration): string =>
  trouble?.reason ?? (exitCode === undefined ? `it is ${status}` : `exit code ${exitCode}`);

/** It is meant to be taken back, or began to be: that it stays has to be told. */
export const isAwaited = ({ status, down }: Migration): boolean =>
  status === 'revert-failed' || status === 'reverting' || (status === 'done' && down !== undefined);
