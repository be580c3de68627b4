import { setting } from '../aws/config.ts';
import { readObject } from '../aws/objects.ts';
import type { Problem } from '../errors.ts';
import type { Policy } from '../ledger/deployments.ts';
import { parseArtifact } from '../manifest/artifact.ts';
import { loadManifest, MANIFEST_LIMIT } from '../manifest/load.ts';
import { notYet } from '../manifest/not-yet.ts';
import type { Manifest } from '../manifest/schema.ts';
import { type Refused, refused } from '../outcome.ts';
import { targetNamed } from '../targets/index.ts';
import type { Asked, Planned } from './planned.ts';

/** An upload: the manifest in exactly the version that raised the event. */
export async function planUpload({ pilot, environment, trigger }: Asked<'upload'>): Promise<Planned | Refused> {
  const { bucket, key, version, artifactVersion } = trigger;
  const file = `s3://${bucket}/${key}`;

  const bytes = await readObject({ bucket, key, version }, MANIFEST_LIMIT + 1);
  if (!bytes)
    return refused({ code: 'MANIFEST_GONE', message: `version ${version} is no longer there`, place: { file } });
  const loaded = loadManifest(bytes, file, environment);
  if (!loaded.ok) return refused(...loaded.problems);
  const { manifest } = loaded;
  if (manifest.name !== pilot) return refused(misplaced(manifest, pilot, file));
  const later = notYet(loaded, { account: setting('ACCOUNT'), region: setting('AWS_REGION') });
  const { artifact } = manifest.source;
  if (later.length > 0 || artifact === undefined) return refused(...later);
  const place = parseArtifact(artifact, { bucket, key });
  if (place.bucket === bucket && !place.key.startsWith(`pilots/${pilot}/`))
    return refused(foreign(artifact, pilot, file));

  const target = await targetNamed(manifest.target);
  const plan = await target.plan({
    pilot,
    environment,
    manifest,
    from: { bucket, key, ...(artifactVersion && { artifactVersion }) },
  });
  if ('outcome' in plan) return plan;
  return { plan, policy: policyOf(manifest, trigger.commit) };
}

/** A pilot's folder is its own: a manifest can only deploy the pilot in whose folder it lies. */
const misplaced = ({ name }: Manifest, pilot: string, file: string): Problem => ({
  code: 'MANIFEST_NAME_MISPLACED',
  message: `the manifest is of pilot ${name} but lies in the folder of ${pilot}`,
  expected: `name: ${pilot}`,
  place: { file, path: 'name' },
});

/** Nor can it take what another pilot's people uploaded. */
const foreign = (artifact: string, pilot: string, file: string): Problem => ({
  code: 'ARTIFACT_FOREIGN',
  message: `the artifact ${artifact} lies in another pilot's folder`,
  expected: `one below pilots/${pilot}/, or in another bucket`,
  place: { file, path: 'source.artifact' },
});

function policyOf({ rollout, retention, notifications, source, migrations }: Manifest, pushed?: string): Policy {
  const commit = source.commit ?? pushed;
  return {
    rollout,
    retention,
    level: notifications.level,
    ...(commit && { commit }),
    ...(migrations?.reversible === false && { irreversible: true }),
  };
}
