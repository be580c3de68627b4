import type { ApiAnswer } from '../api.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases } from '../ledger/releases.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import type { Asked } from './request.ts';
import { liveOf } from './status.ts';

/** What is live, as the pointer says at this moment, and what is known of that release. */
export async function live({ pilot, environment = DEFAULT_ENVIRONMENT }: Asked<'live'>): Promise<ApiAnswer<'live'>> {
  const releases = await listReleases(pilot, environment);
  const kept = releases.flatMap(({ release, liveAt, policy: { commit } }) =>
    liveAt ? [{ release, liveAt, ...(commit && { commit }) }] : [],
  );
  const [latest] = releases;
  const pointer = latest && (await liveOf(latest));
  const release = pointer?.release;
  if (!release) return { ok: true, answer: { kept } };

  const manifest = await findManifest({ pilot, environment, release });
  const { liveAt: since, commit } = kept.find((one) => one.release === release) ?? {};
  const known = { ...(since && { since }), ...(commit && { commit }), ...(manifest && { manifest }) };
  return { ok: true, answer: { release, ...known, kept } };
}
