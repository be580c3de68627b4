import type { ApiAnswer } from '../api.ts';
import { readLock } from '../ledger/lock.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases } from '../ledger/releases.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { keptIn } from './offline.ts';
import type { Asked } from './request.ts';
import { liveOf } from './status.ts';

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
    return { ok: true, answer: { kept, ...(offline && { offline }), ...(comesBack && { manifest: comesBack }) } };
  }

  const manifest = await findManifest({ pilot, environment, release });
  const { liveAt: since, commit } = kept.find((one) => one.release === release) ?? {};
  const known = { ...(since && { since }), ...(commit && { commit }), ...(manifest && { manifest }) };
  return { ok: true, answer: { release, ...known, kept } };
}
