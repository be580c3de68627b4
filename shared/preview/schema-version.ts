import type { Resolved } from '../manifest/complete.ts';

/**
 * Why nothing is migrated back, as far as the live manifest tells; undefined where it does not. What other releases
 * have done, the table knows (shared/migrating/own-work.ts).
 */
export function keptBy(
  { version, reversible }: NonNullable<Resolved['migrations']>,
  live: Resolved | null | undefined,
): string | undefined {
  if (!Array.isArray(reversible) || !live?.migrations) return undefined;
  const { version: before } = live.migrations;
  if (before === undefined) return 'what is live says no migrations.version, so nobody can tell what was there before';
  return before === version ? `version ${version} is there already` : undefined;
}
