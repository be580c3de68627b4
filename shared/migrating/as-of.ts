import type { Migration } from '../ledger/migrations.ts';

/**
 * What a migration was when a snapshot was taken, as far as its row tells. `stays`: what it says now was so then.
 * `unknown`: it ran, or was taken back, at that moment, or so often that its row does not know any more.
 */
export type Then = 'stays' | 'done' | 'reverted' | 'unknown';

/** A command that takes too long is ended, which takes a while. */
const ENDING_MS = 600_000;

/** @param takenAt when (ISO) the snapshot was taken. */
export function asOf(migration: Migration, takenAt: string): Then {
  const { status, at, migratedAt, firstAt = migratedAt } = migration;
  // Nobody has started it; that it is done a person may have said, of what they had done themselves.
  if (!migratedAt || !firstAt) return status === 'done' && at > takenAt ? 'unknown' : 'stays';
  if (firstAt > takenAt) return status === 'reverted' || status === 'wanted' ? 'stays' : 'reverted';
  if (at <= takenAt) return 'stays';
  if (firstAt !== migratedAt) return 'unknown';
  const wentSince = backSince(migration);
  const isThere = wentSince !== undefined && wentSince > takenAt && latestEnd(migration, migratedAt) <= takenAt;
  return isThere ? 'done' : 'unknown';
}

/** When (ISO) it began to be taken back. */
function backSince({ status, run, goneWith, at }: Migration): string | undefined {
  if (goneWith) return at;
  return status === 'reverted' || status === 'reverting' || status === 'revert-failed' ? run?.since : undefined;
}

const latestEnd = ({ timeout }: Migration, migratedAt: string): string =>
  new Date(Date.parse(migratedAt) + timeout * 1000 + ENDING_MS).toISOString();
