import type { BuiltAs } from '../building/wanted.ts';
import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import { targetNamed } from '../targets/index.ts';

/** What stands where nothing is built yet. */
const UNBUILT = {
  artifact: { artifact: 'not-built-yet.zip' },
  image: { image: `not-built-yet@sha256:${'0'.repeat(64)}` },
};

/** All that a target has against a manifest whatever will be built: nobody should wait for a build to be told. */
export async function rehearsalProblems(
  manifest: Resolved,
  as: BuiltAs,
  environment: string,
  from: { bucket: string; key: string },
): Promise<Problem[]> {
  const target = await targetNamed(manifest.target);
  const inPlace = { ...manifest, source: UNBUILT[as] } as Resolved;
  const planned = await target.plan({ pilot: manifest.name, environment, manifest: inPlace, from });
  if (!('outcome' in planned)) return [];
  return planned.problems.filter(({ code }) => code !== 'ARTIFACT_MISSING');
}
