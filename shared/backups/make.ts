import { removeSnapshot } from '../aws/database-snapshots.ts';
import { askForSnapshot, databaseStatus, findSnapshot } from '../aws/databases.ts';
import { copyFiles } from '../aws/file-copier.ts';
import { type Backup, type Claim, note, type Whose } from '../ledger/backups.ts';
import { ownerTags } from '../manifest/owner-tags.ts';
import { KIND } from './keeping.ts';
import {
  filesFailed,
  isStuck,
  notAvailable,
  snapshotFailed,
  snapshotOfAnother,
  type Trouble,
  tooLong,
  troubleOfSnapshot,
} from './words.ts';

/** How far a part is after one look. */
type Look = 'done' | 'waiting' | Trouble;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What takes longer is told, once, and goes on. */
const PATIENCE_HOURS = 6;
const FIRST_PAUSE_MS = 15 * MINUTE_MS;
const LONGEST_PAUSE_MS = 4 * HOUR_MS;
/** Seconds that the files are copied for at a time, and what is kept to write down how far they are. */
const SLICE = 240;
const RESERVE = 90;

/** RDS takes no `_`, no capitals and no two hyphens in a row. */
export const backupId = ({ pilot, environment }: Whose, at: string): string =>
  `pilotage-backup-${pilot}-${environment}-${at.replace(/\D/g, '').slice(0, 14)}`;

/**
 * One look at a backup: begins with what is not begun, goes on with what is, and writes down how far it is.
 * @param remaining seconds that there are for it.
 * @returns whether it is done now, and what keeps it from being done, where that is no matter of waiting.
 */
export async function makeBackup(
  held: Claim<'backup'>,
  whose: Whose,
  now: Date,
  remaining: () => number,
): Promise<{ isDone: boolean; trouble?: Trouble }> {
  const { begunAt, nextAt } = held.row;
  if (nextAt && nextAt > now.toISOString()) return { isDone: false };
  const looks = [await databaseLook(held, whose), await filesLook(held, remaining)];
  if (looks.every((look) => look === 'done')) {
    await note(held, { status: 'done', finishedAt: now.toISOString() });
    return { isDone: true };
  }
  const trouble = looks.find((look): look is Trouble => typeof look === 'object');
  if (trouble) await note(held, { trouble, ...pause(held.row, now) });
  const isLate = now.getTime() - Date.parse(begunAt) > PATIENCE_HOURS * HOUR_MS;
  const told = trouble ?? (isLate ? tooLong(PATIENCE_HOURS) : undefined);
  return { isDone: false, ...(told && { trouble: told }) };
}

/** What did not go is tried again, after ever longer pauses. */
function pause({ troubles = 0 }: Backup, now: Date): Pick<Backup, 'troubles' | 'nextAt'> {
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** troubles, LONGEST_PAUSE_MS);
  return { troubles: troubles + 1, nextAt: new Date(now.getTime() + pauseMs).toISOString() };
}

async function databaseLook(held: Claim<'backup'>, whose: Whose): Promise<Look> {
  const { database } = held.row;
  if (!database || database.state === 'done') return 'done';
  const { id, snapshot } = database;
  const found = await findSnapshot(snapshot);
  if (found && found.database !== id) return snapshotOfAnother(snapshot, found.database);
  switch (found?.status) {
    case undefined:
      return ask(held, whose, { ...database });
    case 'available':
      await note(held, { database: { ...database, state: 'done' } });
      return 'done';
    case 'failed':
      // It holds nothing, and its name is needed.
      await removeSnapshot(snapshot);
      return snapshotFailed(snapshot);
    default:
      if (database.state === 'wanted') await note(held, { database: { ...database, state: 'taking' } });
      return 'waiting';
  }
}

async function ask(held: Claim<'backup'>, whose: Whose, database: NonNullable<Backup['database']>): Promise<Look> {
  const { id, snapshot } = database;
  const tags = { ...ownerTags(whose), [KIND]: 'backup' };
  const asked = await askForSnapshot(snapshot, id, tags);
  if (asked === 'asked') await note(held, { database: { ...database, state: 'taking' } });
  if (asked === 'busy') {
    const status = await databaseStatus(id);
    return status === undefined || isStuck(status) ? notAvailable(id, status) : 'waiting';
  }
  return troubleOfSnapshot(asked, id) ?? 'waiting';
}

async function filesLook(held: Claim<'backup'>, remaining: () => number): Promise<Look> {
  for (;;) {
    const { files } = held.row;
    if (!files || files.state === 'done') return 'done';
    const seconds = Math.min(SLICE, Math.floor(remaining()) - RESERVE);
    if (seconds <= 0) return 'waiting';
    const told = await copyFiles(files.copier, seconds, files.after);
    if ('notReady' in told) return 'waiting';
    if ('fault' in told) return filesFailed(told.fault);
    const { answer } = told;
    const { after: _, ...before } = files;
    const sum = (name: 'copied' | 'bytes' | 'removed' | 'left') => files[name] + answer[name];
    const example = files.example ?? answer.example;
    await note(held, {
      files: {
        ...before,
        ...{ copied: sum('copied'), bytes: sum('bytes'), removed: sum('removed'), left: sum('left') },
        ...(example && { example }),
        ...(answer.after ? { after: answer.after } : { state: 'done' as const }),
      },
    });
  }
}
