import type { ApiAnswer, LiveRelease } from '../api.ts';
import { restoredNow } from '../backups/subject.ts';
import { readLock } from '../ledger/lock.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases, type Release } from '../ledger/releases.ts';
import { logOf } from '../log.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { keptIn } from './offline.ts';
import type { Asked } from './request.ts';
import { liveOf } from './status.ts';

const log = logOf('api');

/** What is live, as the pointer says at this moment, and what is known of that release. */
export async function live({ pilot, environment = DEFAULT_ENVIRONMENT }: Asked<'live'>): Promise<ApiAnswer<'live'>> {
  const [releases, lock] = await Promise.all([listReleases(pilot, environment), readLock(pilot, environment)]);
  const kept = releases.flatMap(({ release, liveAt, policy: { commit } }) =>
    liveAt ? [{ release, liveAt, ...(commit && { commit }) }] : [],
  );
  const [latest] = releases;
  const pointer = latest && (await liveOf(latest));
  const release = pointer?.release;
  const offline = keptIn(lock, pointer);
  if (!release) {
    const comesBack = offline && (await findManifest({ pilot, environment, release: offline.release }));
    const known = { ...(offline && { offline }), ...(comesBack && { manifest: comesBack }) };
    return { ok: true, answer: { kept, ...known, ...(comesBack && (await databaseOf(latest))) } };
  }

  const manifest = await findManifest({ pilot, environment, release });
  const { liveAt: since, commit } = kept.find((one) => one.release === release) ?? {};
  const known = { ...(since && { since }), ...(commit && { commit }), ...(manifest && { manifest }) };
  return { ok: true, answer: { release, ...known, ...(await databaseOf(latest)), kept } };
}

/** What is known of the pilot's database: its storage, and what it was made from. */
async function databaseOf(latest: Release | undefined): Promise<Pick<LiveRelease, 'storage' | 'restored'>> {
  if (!latest?.plan.stack?.DatabaseId) return {};
  const [storage, restored] = await Promise.all([storageOf(latest), restoredNow(latest.plan)]);
  return { ...storage, ...(restored && { restored }) };
}

/** The stack has one database at a time, which the latest release knows of. */
async function storageOf(latest: Release | undefined): Promise<{ storage?: number }> {
  const database = latest?.plan.stack?.DatabaseId;
  if (!database) return {};
  try {
    const { storageOf: read } = await import('../aws/databases.ts');
    const storage = await read(database);
    return storage === undefined ? {} : { storage };
  } catch (error) {
    // The rest can still be told.
    log.error('the database could not be looked at', { database, error });
    return {};
  }
}
