import type { ApiAnswer, ApiRefusal } from '../api.ts';
import { configurationOf } from '../configuration/told.ts';
import { listPilots } from '../ledger/deployments.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases } from '../ledger/releases.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { listed, refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';
import { liveOf } from './status.ts';

/** What a release is configured with: the one that is named, or the live one. */
export async function config(asked: Asked<'config'>): Promise<ApiAnswer<'config'>> {
  const { pilot, environment = DEFAULT_ENVIRONMENT } = asked;
  const releases = await listReleases(pilot, environment);
  const [latest] = releases;
  if (!latest) return stranger(await listPilots(), pilot, environment);
  const { release: live } = await liveOf(latest);
  const chosen = choose(
    releases.map(({ release }) => release),
    live,
    asked.release,
    `${pilot} in ${environment}`,
  );
  if (!chosen.ok) return chosen;

  const { release } = chosen;
  const manifest = await findManifest({ pilot, environment, release });
  const { liveAt, policy } = releases.find((one) => one.release === release) ?? {};
  const known = { ...(liveAt && { since: liveAt }), ...(policy?.commit && { commit: policy.commit }) };
  const isLive = release === live;
  return {
    ok: true,
    answer: { release, isLive, ...known, ...(manifest && { configuration: configurationOf(manifest) }) },
  };
}

/** The one that is named, by its beginning too; or the live one. */
function choose(
  kept: string[],
  live: string | undefined,
  wanted: string | undefined,
  where: string,
): { ok: true; release: string } | ApiRefusal {
  const found = kept.filter((release) => (wanted ? release.startsWith(wanted) : release === live));
  if (found[0] && found.length === 1) return { ok: true, release: found[0] };
  const expected = `one of ${listed(kept.map((release) => (release === live ? `${release} (live)` : release)))}`;
  if (!wanted) return refusal('NOTHING_LIVE', `nothing of ${where} is live`, expected);
  const message =
    found.length > 1 ? `several releases of ${where} begin with ${wanted}` : `no release ${wanted} of ${where} is kept`;
  return refusal('RELEASE_UNKNOWN', message, expected);
}
