import type { ApiAnswer, ApiRefusal } from '../api.ts';
import { publish } from '../aws/bus.ts';
import { readDatabase } from '../aws/database-restores.ts';
import { type KeptSnapshot, listSnapshotsOf, restorableWindow } from '../aws/database-snapshots.ts';
import { type Keeping, KIND, keptUntil, kindOf } from '../backups/keeping.ts';
import { newBackup } from '../backups/round.ts';
import { keepingOf, type Subject, subjectOf } from '../backups/subject.ts';
import type { BackupsView, RestoredView, SnapshotView } from '../backups/view.ts';
import { type Backup, begin, type Drill, find, listOf } from '../ledger/backups.ts';
import { listDeployments, listPilots } from '../ledger/deployments.ts';
import { logOf } from '../log.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** Rows of each kind that are told of. */
const RECENT = 30;
const DAY_MS = 86_400_000;

/** Which copies there are of a pilot's data: automatic ones, snapshots, copies of files, and drills. */
export async function backups(asked: Asked<'backups'>): Promise<ApiAnswer<'backups'>> {
  const subject = await backedUp(asked.pilot, asked.environment);
  if ('ok' in subject) return subject;
  const { pilot, environment, database: id, databases, backups: section } = subject;
  const [made, drills, database, snapshots, window] = await Promise.all([
    listOf(subject, 'backup', RECENT),
    listOf(subject, 'drill', RECENT),
    id === undefined ? undefined : readDatabase(id),
    listSnapshotsOf(databases),
    id === undefined ? undefined : restorableWindow(id),
  ]);
  const answer: BackupsView = {
    pilot,
    environment,
    ...(section?.at && { schedule: section.at }),
    ...(section && { days: section.days }),
    ...(database && {
      database: {
        ...{ id: database.id, status: database.status, storage: database.storage, days: database.retention },
        ...(window && { window }),
      },
    }),
    snapshots: snapshots.map((one) => snapshotView(one, keepingOf(subject))),
    backups: made.map(backupView),
    drills,
    restored: await standing(drills),
  };
  return { ok: true, answer };
}

async function standing(drills: readonly Drill[]): Promise<RestoredView[]> {
  const stays = drills.filter((one) => one.stays && one.status !== 'failed');
  const there = await Promise.all(stays.map(({ instance }) => readDatabase(instance)));
  return there.flatMap((found) => {
    if (found?.tags[KIND] !== 'restored') return [];
    const { id, status, engine, address, name, user, managedSecret: secret } = found;
    return [{ id, status, engine, name, user, ...(address && { address }), ...(secret && { secret }) }];
  });
}

/** Makes one now, beside whatever is deployed: it changes nothing that serves. The same request again is the same backup. */
export async function backup(asked: Asked<'backup'>): Promise<ApiAnswer<'backup'>> {
  const { request, requestedBy = 'somebody' } = asked;
  const subject = await backedUp(asked.pilot, asked.environment);
  if ('ok' in subject) return subject;
  const { pilot, environment } = subject;
  const at = momentOf(request);
  const wanted = newBackup(subject, at, new Date(), requestedBy);
  if (!wanted) return nothing(subject);
  const isNew = await begin(subject, 'backup', wanted);
  if (!isNew && (await find(subject, 'backup', at))?.by !== requestedBy) return taken('a backup', at);
  await lookNow(subject, 'backup', at);
  log.info('a backup was asked for', { pilot, environment, at, requestedBy });
  return { ok: true, answer: { at } };
}

/** Why there is nothing to back up, and which lines of the manifest would change that. */
function nothing({ pilot, environment, backups: section, database }: Subject): ApiRefusal {
  const message = section
    ? `${pilot} in ${environment} has neither a database of its own nor a volume whose files are backed up`
    : `the manifest of what is live of ${pilot} in ${environment} has no section backups`;
  const lines = section || !database ? VOLUME_LINE : DATABASE_LINE;
  return refusal('NOTHING_TO_BACK_UP', message, `${lines} in pilot.yaml, and pilot deploy after it`);
}

const DATABASE_LINE = 'the line "backups: { days: 7 }"';
const VOLUME_LINE = `a section database (of the pilot’s own) or a volume (ecs.mount, ec2.mount), and ${DATABASE_LINE},`;

/** To the millisecond: the same request is always the same moment. */
export const momentOf = (request: string): string => new Date(request.split('/')[0] ?? '').toISOString();

export const taken = (what: string, at: string): ApiRefusal =>
  refusal('ASKED_BY_ANOTHER', `somebody else asked for ${what} at ${at}`, 'the same once more');

export const lookNow = ({ pilot, environment }: Subject, what: 'backup' | 'drill', at: string): Promise<void> =>
  publish('BackupRequested', { deployment: `${pilot}_${environment}_${what}-${at}`, pilot, environment, what, at });

/** What is backed up of a pilot, or why there is nothing. */
export async function backedUp(pilot: string, environment = DEFAULT_ENVIRONMENT): Promise<Subject | ApiRefusal> {
  const subject = await subjectOf({ pilot, environment });
  if (subject) return subject;
  const isKnown = (await listDeployments(pilot, environment, 1)).length > 0;
  return isKnown
    ? refusal('NEVER_LIVE', `nothing of ${pilot} was ever live in ${environment}`, 'a deployment that goes live')
    : stranger(await listPilots(), pilot, environment);
}

export function snapshotView(snapshot: KeptSnapshot, keeping: Keeping): SnapshotView {
  const { id, status, percent, at, storage, tags } = snapshot;
  const [until, deployment] = [keptUntil(snapshot, keeping), tags['pilotage:deployment']];
  return {
    ...{ id, status, percent, storage, kind: kindOf(snapshot) },
    ...(at && { at }),
    ...(deployment && { deployment }),
    ...(until && { keptUntil: until }),
  };
}

function backupView({ at, status, by, trouble, nextAt, finishedAt, days, database, files }: Backup) {
  const keptUntil = new Date(Date.parse(at) + days * DAY_MS).toISOString();
  const { copier: _, after: __, ...copied } = files ?? {};
  return {
    ...{ at, status, keptUntil },
    ...(by && { by }),
    ...(trouble && status !== 'done' && { trouble }),
    ...(nextAt && status === 'making' && { nextAt }),
    ...(finishedAt && { finishedAt }),
    ...(database && { snapshot: database.snapshot }),
    ...(files && { files: copied as NonNullable<BackupsView['backups'][number]['files']> }),
  };
}
