import { isUnderWay, type Migration, type MigrationStatus, type Turn } from '../ledger/migrations.ts';
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

/** Which snapshot that is, and when it was taken of what. */
export type Of = Pick<Restore, 'snapshot' | 'takenAt' | 'takenOf'>;

export function asOf(migration: Migration, of: Of): Then {
  const { snapshot, takenAt } = of;
  const { status, at, migratedAt } = migration;
  const [before, after] = [later(takenAt, -MARGIN_MS), later(takenAt, MARGIN_MS)];
  // That it is done a person may have said, of what they had done themselves.
  if (!migratedAt) return status === 'done' && at > before ? 'unknown' : 'stays';
  const notThere: Then = status === 'reverted' || status === 'wanted' ? 'stays' : 'reverted';
  // It was complete before the command could start, whatever clocks say.
  if (migration.snapshot === snapshot || migration.notIn?.includes(snapshot)) return notThere;
  const known = meaningThen(migration.course ?? [], of);
  if (known === 'there') return status === 'done' ? 'stays' : 'done';
  if (known === 'not there') return notThere;
  // What it came to, nobody has noted.
  if (at <= before) return isUnderWay(migration) ? 'unknown' : 'stays';
  if (migration.firstAt !== undefined && migration.firstAt > after) return notThere;
  const wentSince = backSince(migration);
  const isThere = wentSince !== undefined && wentSince > after && latestEnd(migration, migratedAt) <= before;
  // A word of somebody's may be younger than the snapshot.
  return isThere && !migration.settledBy ? 'done' : 'unknown';
}

type Meaning = 'there' | 'not there';

const MEANS: Partial<Record<MigrationStatus, Meaning>> = {
  done: 'there',
  wanted: 'not there',
  reverted: 'not there',
};

/** Whether it was in a database, where its course leaves no doubt: undefined too where that begins later. */
function meaningThen(course: readonly Turn[], { takenAt, takenOf }: Of): Meaning | undefined {
  if (takenOf === undefined) return undefined;
  const turns = ofDatabase(course, takenOf);
  const last = turns.findLastIndex(({ at }) => at < later(takenAt, -MARGIN_MS));
  if (last < 0) return undefined;
  const about = turns.slice(last).filter(({ at }) => at <= later(takenAt, MARGIN_MS));
  const [first, ...others] = about.map(({ status }) => MEANS[status]);
  return others.every((one) => one === first) ? first : undefined;
}

/** One that was made from a snapshot had what that had before the ledger said so; what was before is that of another one. */
function ofDatabase(course: readonly Turn[], database: string): readonly Turn[] {
  const made = course.findLastIndex((turn) => turn.database === database);
  return made < 0 ? course : course.slice(made).map((turn, index) => (index === 0 ? { ...turn, at: '' } : turn));
}

/** When (ISO) it began to be taken back. */
function backSince({ status, run, goneWith, at }: Migration): string | undefined {
  if (goneWith) return at;
  return status === 'reverted' || status === 'reverting' || status === 'revert-failed' ? run?.since : undefined;
}

const latestEnd = ({ timeout }: Migration, migratedAt: string): string => later(migratedAt, timeout * 1000 + ENDING_MS);

const later = (time: string, milliseconds: number): string => new Date(Date.parse(time) + milliseconds).toISOString();
