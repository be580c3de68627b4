import type { ApiAnswer, ApiRefusal } from '../api.ts';
import { type DatabaseNow, readDatabase } from '../aws/database-restores.ts';
import { type KeptSnapshot, listSnapshotsOf, restorableWindow } from '../aws/database-snapshots.ts';
import { drillInstance } from '../backups/drill.ts';
import { inPlaceProblem } from '../backups/in-place.ts';
import { keepingOf, type Subject } from '../backups/subject.ts';
import type { Problem } from '../errors.ts';
import { bringsManifest } from '../events.ts';
import { begin, type Drill, find } from '../ledger/backups.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { listDeployments } from '../ledger/deployments.ts';
import { readLock } from '../ledger/lock.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listMigrations } from '../ledger/migrations.ts';
import { findRestore } from '../ledger/restores.ts';
import { logOf } from '../log.ts';
import { asOf } from '../migrating/as-of.ts';
import { backedUp, lookNow, momentOf, snapshotView, taken } from './backups.ts';
import { listed, refusal } from './refusal.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** Deployments that are looked through. */
const RECENT = 100;

/** What would be lost by going back to a snapshot. Only reads. */
export async function restorable(asked: Asked<'restorable'>): Promise<ApiAnswer<'restorable'>> {
  const found = await chosen(asked.pilot, asked.environment, asked.snapshot);
  if ('ok' in found) return found;
  const { subject, snapshot, database } = found;
  const { pilot, environment } = subject;
  const since = snapshot.at ?? new Date().toISOString();
  const [deployments, migrations, { offline }, window, restored] = await Promise.all([
    listDeployments(pilot, environment, RECENT),
    listMigrations(subject),
    readLock(pilot, environment),
    restorableWindow(database.id),
    findRestore(subject, database.id),
  ]);
  const problem = asked.inPlace ? await problemOf(subject, offline?.release ?? subject.release, snapshot) : undefined;
  return {
    ok: true,
    answer: {
      pilot,
      environment,
      snapshot: snapshotView(snapshot, keepingOf(subject)),
      age: Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000)),
      database: { id: database.id, status: database.status, storage: database.storage },
      // As templates/parts/database-instance.ts says.
      ...(window && { window: { ...window, stays: restored === undefined } }),
      ...(problem && { problem }),
      isOffline: offline !== undefined,
      deployments: deployments
        .filter((one) => wentLive(one) && (one.finishedAt ?? '') > since)
        .map(({ id, plan, finishedAt = '' }) => ({ id, ...(plan && { release: plan.release }), at: finishedAt })),
      migrations: migrations.flatMap((one) => {
        const { release, status, at, migratedAt = at } = one;
        const was = asOf(one, { snapshot: snapshot.id, takenAt: since, takenOf: snapshot.database });
        return was === 'stays' ? [] : [{ release, status, at: migratedAt, was }];
      }),
    },
  };
}

/** What comes back from being offline was live before. */
const wentLive = ({ status, trigger, alreadyLive }: Deployment): boolean =>
  status === 'succeeded' && !alreadyLive && (bringsManifest(trigger) || trigger.kind === 'rollback');

/** Why the pilot could not come back with it, as the manifest of that release says. */
async function problemOf(whose: Subject, release: string, snapshot: KeptSnapshot): Promise<Problem | undefined> {
  const { pilot, environment } = whose;
  const manifest = await findManifest({ pilot, environment, release });
  return manifest && inPlaceProblem(manifest, snapshot);
}

/** Restores the newest snapshot, or one, into a database that is removed again. The same request again is the same drill. */
export const drill = (asked: Asked<'drill'>): Promise<ApiAnswer<'drill'>> => ask(asked);

/** The same into a database that stays. What serves is not changed by it. */
export const restore = (asked: Asked<'restore'>): Promise<ApiAnswer<'restore'>> => ask(asked);

async function ask(asked: Asked<'drill'> | Asked<'restore'>): Promise<ApiAnswer<'drill' | 'restore'>> {
  const { action, request, requestedBy = 'somebody' } = asked;
  const found = await chosen(asked.pilot, asked.environment, asked.snapshot);
  if ('ok' in found) return found;
  const { subject, snapshot, database } = found;
  const at = momentOf(request);
  const stays = action === 'restore';
  const instance = drillInstance(subject, at, stays ? 'restored' : 'drill');
  const wanted: Drill = {
    ...{
      at,
      status: 'making',
      by: requestedBy,
      database: database.id,
      snapshot: snapshot.id,
      instance,
      state: 'wanted',
    },
    ...(snapshot.at && { snapshotAt: snapshot.at }),
    ...(stays && { stays }),
  };
  const isNew = await begin(subject, 'drill', wanted);
  if (!isNew && (await find(subject, 'drill', at))?.instance !== instance) return taken('a restore', at);
  await lookNow(subject, 'drill', at);
  log.info(`a ${action} was asked for`, { ...asked, instance });
  return { ok: true, answer: { at, snapshot: snapshot.id, instance } };
}

export interface Chosen {
  subject: Subject;
  snapshot: KeptSnapshot;
  database: DatabaseNow;
}

/** The snapshot that is meant, of the pilot's own database: another pilot's is none of its business. */
export async function chosen(
  pilot: string,
  environment: string | undefined,
  name: string | undefined,
): Promise<Chosen | ApiRefusal> {
  const subject = await backedUp(pilot, environment);
  if ('ok' in subject) return subject;
  const where = `${pilot} in ${subject.environment}`;
  if (!subject.database) return refusal('NO_DATABASE', `${where} has no database of its own`, 'a pilot that has one');
  const [database, snapshots] = await Promise.all([readDatabase(subject.database), listSnapshotsOf(subject.databases)]);
  if (!database)
    return refusal('DATABASE_GONE', `there is no database ${subject.database} any more`, 'a deployment that makes it');
  const good = snapshots.filter(({ status }) => status === 'available');
  const snapshot = name === undefined ? good[0] : snapshots.find(({ id }) => id === name.toLowerCase());
  if (!snapshot)
    return refusal(
      'SNAPSHOT_UNKNOWN',
      name === undefined ? `there is no snapshot of ${where} yet` : `there is no snapshot ${name} of ${where}`,
      good.length > 0 ? `one of ${listed(good.map(({ id }) => id))}` : `one: pilot backups ${pilot} --now takes it`,
    );
  if (snapshot.status === 'available') return { subject, snapshot, database };
  return refusal(
    'SNAPSHOT_NOT_AVAILABLE',
    `the snapshot ${snapshot.id} is ${snapshot.status}${snapshot.status === 'creating' ? `, ${snapshot.percent} %` : ''}`,
    'one that is available',
  );
}
