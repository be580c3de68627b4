import { listSnapshotsOf, removeSnapshot } from '../aws/database-snapshots.ts';
import { type Backup, begin, type Claim, claim, leave, listOf, note, type Whose } from '../ledger/backups.ts';
import type { Log } from '../log.ts';
import { drillRound } from './drill.ts';
import { dueBefore } from './due.ts';
import { snapshotsToRemove } from './keeping.ts';
import { backupId, makeBackup } from './make.ts';
import { isBeingReplaced } from './replacing.ts';
import { keepingOf, type Subject, subjectOf } from './subject.ts';
import { tellFailed, tellMade } from './telling.ts';
import { missed, type Trouble } from './words.ts';

/** A backup that is begun later than this was missed. */
const GRACE_MS = 3_600_000;
/** One that cannot be made for so long never will be. */
const LONGEST_MS = 48 * 3_600_000;
/** Those that are looked at; older ones are over. */
const RECENT = 20;
/** Minutes at the beginning of each hour in which a round removes what has had its time. */
const TIDYING = 5;
/** Seconds after which somebody else may go on with what a run was cut off at: no run is longer. */
const CLAIM_SECONDS = 900;

export interface Round {
  now: Date;
  /** Seconds that are left of it. */
  remaining(): number;
  log: Log;
}

/**
 * Looks after the backups of a pilot in an environment: begins with what is due, goes on with what is not done, and removes
 * what has had its time. Run at any time, by any number of people at once.
 */
export async function backupRound(whose: Whose, round: Round): Promise<void> {
  const subject = await subjectOf(whose);
  if (!subject) return;
  // A snapshot that is being taken would keep the database from being removed, and holds what nobody wants.
  if (!(await isBeingReplaced(whose))) await makeBackups(subject, round);
  await drillRound(whose);
  // Deployments take snapshots as well, of pilots that have no backups: all of them share one quota.
  if (round.now.getUTCMinutes() < TIDYING) await removeOld(subject, round);
}

async function makeBackups(subject: Subject, round: Round): Promise<void> {
  await beginDue(subject, round);
  const open = (await listOf(subject, 'backup', RECENT)).filter(({ status }) => status === 'making');
  for (const backup of open.reverse()) await goOn(subject, backup, round);
}

/** What a backup holds of what there is; undefined where there is nothing. */
export function newBackup(subject: Subject, at: string, now: Date, by?: string): Backup | undefined {
  const { backups, database, files } = subject;
  const copies = backups?.files ? files : undefined;
  if (!backups || !(database || copies)) return undefined;
  return {
    at,
    begunAt: now.toISOString(),
    status: 'making',
    days: backups.days,
    ...(by && { by }),
    ...(database && { database: { id: database, snapshot: backupId(subject, at), state: 'wanted' } }),
    ...(copies && { files: { ...copies, state: 'wanted', copied: 0, bytes: 0, removed: 0, left: 0 } }),
  };
}

/** The latest that was due and was not made; those that were missed before it are not made up for. */
async function beginDue(subject: Subject, { now }: Round): Promise<void> {
  const { backups, liveAt } = subject;
  const due = backups?.at && dueBefore(backups.at, now)?.toISOString();
  if (!due) return;
  const scheduled = (await listOf(subject, 'backup', RECENT)).find(({ by }) => by === undefined);
  // Where there was none yet, the schedule begins with the release that brought it.
  if ((scheduled?.at ?? liveAt) >= due) return;
  const backup = newBackup(subject, due, now);
  if (!backup) return;
  const isNew = await begin(subject, 'backup', backup);
  if (isNew && now.getTime() - Date.parse(due) > GRACE_MS)
    await tellFailed(subject, { what: 'backup', at: due, ...missed(due), again: true });
}

async function goOn(subject: Subject, { at }: Backup, round: Round): Promise<void> {
  const { now } = round;
  const held = await claim(subject, 'backup', at, CLAIM_SECONDS, now);
  if (!held) return;
  try {
    await makeAndTell(subject, held, round);
  } finally {
    await leave(held);
  }
}

async function makeAndTell(subject: Subject, held: Claim<'backup'>, round: Round): Promise<void> {
  const { now, remaining } = round;
  const { at, database } = held.row;
  // Another one has taken its place since it was asked for.
  if (database?.state === 'wanted' && subject.database && database.id !== subject.database)
    await note(held, { database: { ...database, id: subject.database } });
  const { isDone, trouble } = await makeBackup(held, subject, now, remaining);
  if (isDone) {
    await tellMade(subject, held.row);
    await removeOld(subject, round);
  }
  if (trouble && !(await giveUp(subject, held, trouble, now)) && !held.row.toldAt) {
    await tellFailed(subject, { what: 'backup', at, ...trouble, again: true });
    await note(held, { toldAt: now.toISOString() });
  }
}

/** What did not go is tried again until the next one is there: that holds all of it, and more. */
async function giveUp(subject: Subject, held: Claim<'backup'>, trouble: Trouble, now: Date): Promise<boolean> {
  const { at, begunAt } = held.row;
  const [newest] = await listOf(subject, 'backup', 1);
  const isOvertaken = newest !== undefined && newest.at > at;
  if (!isOvertaken && now.getTime() - Date.parse(begunAt) < LONGEST_MS) return false;
  await tellFailed(subject, { what: 'backup', at, ...trouble, again: false });
  await note(held, { status: 'failed', trouble, finishedAt: now.toISOString() });
  return true;
}

async function removeOld(subject: Subject, { now, log }: Round): Promise<void> {
  const { databases } = subject;
  for (const id of snapshotsToRemove(await listSnapshotsOf(databases), keepingOf(subject), now))
    try {
      if (await removeSnapshot(id)) log.info('an old snapshot was removed', { snapshot: id });
    } catch (error) {
      // The next round that tidies tries again.
      log.warn('an old snapshot could not be removed', { snapshot: id, error });
    }
}
