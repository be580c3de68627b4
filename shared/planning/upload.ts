import { readObject } from '../aws/objects.ts';
import { MANIFEST_LIMIT } from '../manifest/load.ts';
import { type Refused, refused } from '../outcome.ts';
import { targetNamed } from '../targets/index.ts';
import { checked } from './checked.ts';
import { databaseProblems } from './database-stays.ts';
import type { Asked, Planned, ToBuild } from './planned.ts';
import { policyOf } from './policy.ts';

/** What brings a manifest: in exactly the version that raised the event. */
export async function planUpload({
  pilot,
  environment,
  trigger,
}: Asked<'upload' | 'push'>): Promise<Planned | ToBuild | Refused> {
  const { bucket, key, version } = trigger;
  const file = `s3://${bucket}/${key}`;

  const bytes = await readObject({ bucket, key, version }, MANIFEST_LIMIT + 1);
  if (!bytes)
    return refused({ code: 'MANIFEST_GONE', message: `version ${version} is no longer there`, place: { file } });
  const found = await checked(bytes, file, { pilot, environment, bucket, key });
  if (!found.ok) return refused(...found.problems);

  const { manifest } = found;
  const impossible = await databaseProblems(manifest, { pilot, environment });
  if (impossible.length > 0) return refused(...impossible);
  if (manifest.source.git || trigger.kind === 'push') {
    const { fromRepository } = await import('./from-repository.ts');
    return fromRepository(found, trigger, environment, file);
  }
  const artifactVersion = trigger.kind === 'upload' ? trigger.artifactVersion : undefined;
  const target = await targetNamed(manifest.target);
  const plan = await target.plan({
    pilot,
    environment,
    manifest,
    from: { bucket, key, ...(artifactVersion && { artifactVersion }) },
  });
  if ('outcome' in plan) return plan;
  return { plan, policy: policyOf(manifest, trigger.commit), manifest };
}
