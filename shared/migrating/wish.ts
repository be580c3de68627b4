import type { Wish } from '../ledger/migration-runs.ts';
import type { Resolved } from '../manifest/complete.ts';

/** What a release's manifest asks for; undefined where it has no migrations. */
export function wishOf(release: string, { migrations }: Resolved): Wish | undefined {
  if (!migrations) return undefined;
  const { command, timeout, reversible, version } = migrations;
  return {
    release,
    command,
    timeout,
    reversible: reversible !== false,
    ...(version !== undefined && { version }),
    ...(Array.isArray(reversible) && { down: reversible }),
  };
}

/** One elsewhere is not Pilotage's to take snapshots of. */
export const hasOwnDatabase = ({ database }: Resolved): boolean => database !== undefined && database.url === undefined;
