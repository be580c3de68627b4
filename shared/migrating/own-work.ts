import type { Migration } from '../ledger/migrations.ts';
import { earlierThan } from './later.ts';

/** Whether it was a migration that changed the database, by what the manifests say of its versions. */
export type Work =
  /** It found another version than it left. */
  | { is: 'own' }
  /** A release before it had brought that version already; `of` was the first one. */
  | { is: 'none'; of: Migration }
  | { is: 'unknown'; why: string };

/**
 * Each release runs its command, also one that changes only code: who takes back what another one did takes it from
 * releases that need it. So it is a migration's own work only where the versions say so.
 * @param migrations all of the pilot in its environment.
 */
export function workOf(migration: Migration, migrations: readonly Migration[]): Work {
  const { version } = migration;
  if (version === undefined)
    return unknown('its manifest says no migrations.version, so nobody can tell whether it changed anything');
  const before = earlierThan(migration, migrations);
  const alike = before.filter((one) => one.version === version);
  const first = alike.findLast(({ status }) => status === 'done');
  if (first) return { is: 'none', of: first };
  const [last] = before;
  const [open] = alike;
  if (open)
    return unknown(
      `version ${version} is that of release ${open.release} too, whose migration is ${open.status}, so nobody can tell which of them changed the database`,
    );
  if (!last)
    return unknown(
      `no migration is known from before it, so nobody can tell whether version ${version} was there already`,
    );
  if (last.version === undefined)
    return unknown(
      `that of release ${last.release} before it says no migrations.version, so nobody can tell whether version ${version} was there already`,
    );
  return { is: 'own' };
}

const unknown = (why: string): Work => ({ is: 'unknown', why });
