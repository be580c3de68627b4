import { isUnderWay, type Migration } from '../ledger/migrations.ts';
import type { Restore } from '../ledger/restores.ts';

/**
 * What a migration was when a snapshot was taken, as far as its row tells. `stays`: what it says now was so then.
 * `unknown`: it ran, or was taken back, at about that moment, or so often that its row does not know any more.
 */
export type Then = 'stays' | 'done' | 'reverted' | 'unknown';

const MINUTES = 60_000;
/** A command that takes too long is ended, which takes a while. */
const ENDING_MS = 10 * MINUTES;
/**
 * RDS tells when it was asked for a snapshot, by its own clock; what is in it is what the storage held some time after that:
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html
 */
const MARGIN_MS = 5 * MINUTES;

/** @param restore which snapshot that is, and when it was taken. */
export function asOf(migration: Migration, { snapshot, takenAt }: Pick<Restore, 'snapshot' | 'takenAt'>): Then {
  const { status, at, migratedAt } = migration;
  const [before, after] = [later(takenAt, -MARGIN_MS), later(takenAt, MARGIN_MS)];
  // That it is done a person may have said, of what they had done themselves.
  if (!migratedAt) return status === 'done' && at > before ? 'unknown' : 'stays';
  const notThere: Then = status === 'reverted' || status === 'wanted' ? 'stays' : 'reverted';
  // It was complete before the command could start, whatever clocks say.
  if (migration.snapshot === snapshot || migration.notIn?.includes(snapshot)) return notThere;
  // What it came to, nobody has noted.
  if (at <= before) return isUnderWay(migration) ? 'unknown' : 'stays';
  if (migration.firstAt !== undefined && migration.firstAt > after) return notThere;
  const wentSince = backSince(migration);
  const isThere = wentSince !== undefined && wentSince > after && latestEnd(migration, migratedAt) <= before;
  // A word of somebody's may be younger than the snapshot.
  return isThere && !migration.settledBy ? 'done' : 'unknown';
}

/** When (ISO) it began to be taken back. */
function backSince({ status, run, goneWith, at }: Migration): string | undefined {
  if (goneWith) return at;
  return status === 'reverted' || status === 'reverting' || status === 'revert-failed' ? run?.since : undefined;
}

const latestEnd = ({ timeout }: Migration, migratedAt: string): string => later(migratedAt, timeout * 1000 + ENDING_MS);

const later = (time: string, milliseconds: number): string => new Date(Date.parse(time) + milliseconds).toISOString();
