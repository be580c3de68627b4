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
  const whose = { pilot, environment };
  const manifest = await findManifest({ pilot, environment, release: id });
  const key = manifest && buildKey(build, manifest, environment);
  const row = key && (await findBuildRow(pilot, key));
  if (!row || row.by !== id) return;
  // First it is over, then it is looked for: whoever starts it just now finds that, and stops it.
  const failure = { code: 'BUILD_STOPPED', reason: `it was stopped as ${id} came to its end` };
  if (row.state === 'building') await noteBuild(pilot, row, { state: 'failed', failure });
  const over = await findBuildRow(pilot, key);
  if (over?.by !== id || over.failure?.code !== failure.code) return;
  const running = over.build ?? (over.asked && (await findMarked(setting('BUILD_PROJECT'), markerOf(whose, over))));
  if (running) await stopBuild(running);
}
