import { findMarked, stopBuild } from '../aws/codebuild.ts';
import { setting } from '../aws/config.ts';
import { findBuildRow, noteBuild } from '../ledger/builds.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { findManifest } from '../ledger/manifests.ts';
import { buildKey } from './key.ts';
import { markerOf } from './places.ts';

/**
 * Ends the build of a deployment that comes to its end without it: it was given up, or another one took its place. One that
 * somebody else makes goes on.
 */
export async function stopBuilding({ id, pilot, environment, build }: Deployment): Promise<void> {
  if (!build) return;
  const manifest = await findManifest({ pilot, environment, release: id });
  const row = manifest && (await findBuildRow(pilot, buildKey(build, manifest, environment)));
  if (row?.by !== id || row.state !== 'building') return;
  const running =
    row.build ?? (row.asked && (await findMarked(setting('BUILD_PROJECT'), markerOf(pilot, environment, row))));
  if (running) await stopBuild(running);
  await noteBuild(pilot, row, {
    state: 'failed',
    failure: { code: 'BUILD_STOPPED', reason: `it was stopped as ${id} came to its end` },
  });
}
