import type { BuildAsked } from '../building/asked.ts';
import type { Built } from '../building/provenance.ts';
import type { Resolved } from '../manifest/complete.ts';
import type { Refused } from '../outcome.ts';
import { targetNamed } from '../targets/index.ts';
import type { Plan } from '../targets/target.ts';

/**
 * What is deployed of a repository: the same manifest with what was built of it in its place, by the digest or the version
 * that it has.
 */
export async function planBuilt(
  { pilot, environment, building, manifest }: BuildAsked,
  { source }: Built,
): Promise<{ plan: Plan; manifest: Resolved } | Refused> {
  const { build: _, ...asBuilt } = { ...manifest, source: { ...source, commit: building.commit } };
  const resolved = asBuilt as Resolved;
  const target = await targetNamed(manifest.target);
  const plan = await target.plan({ pilot, environment, manifest: resolved, from: NOWHERE });
  return 'outcome' in plan ? plan : { plan, manifest: resolved };
}

/** What was built is named in full: nothing lies beside a manifest. */
const NOWHERE = { bucket: '', key: '' };
