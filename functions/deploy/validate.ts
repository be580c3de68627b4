import { readObject } from '../../shared/aws/objects.ts';
import type { Problem } from '../../shared/errors.ts';
import { type Deployment, type Policy, settle } from '../../shared/ledger/deployments.ts';
import { listReleases } from '../../shared/ledger/releases.ts';
import { loadManifest, MANIFEST_LIMIT } from '../../shared/manifest/load.ts';
import type { Manifest } from '../../shared/manifest/schema.ts';
import { done, type Refused, refused } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';
import type { Plan } from '../../shared/targets/target.ts';

/** Reads what was asked for, refuses what is wrong with it, and settles the plan. Changes nothing. */
export const handler = step('Validate', async ({ deployment }) => {
  const settled = deployment.trigger.kind === 'rollback' ? await planKept(deployment) : await planUpload(deployment);
  if ('outcome' in settled) return settled;
  await settle(deployment.id, settled);
  const { release, summary } = settled.plan;
  return done({ release, ...summary });
});

type Planned = { plan: Plan; policy: Policy };

/** An upload: the manifest in exactly the version that raised the event. */
async function planUpload({ pilot, environment, trigger }: Deployment): Promise<Planned | Refused> {
  if (trigger.kind !== 'upload') throw new Error(`${trigger.kind} is no upload`);
  const { bucket, key, version } = trigger;
  const file = `s3://${bucket}/${key}`;

  const bytes = await readObject({ bucket, key, version }, MANIFEST_LIMIT + 1);
  if (!bytes)
    return refused({ code: 'MANIFEST_GONE', message: `version ${version} is no longer there`, place: { file } });
  const loaded = loadManifest(bytes, file);
  if (!loaded.ok) return refused(...loaded.problems);
  const { manifest } = loaded;
  if (manifest.name !== pilot) return refused(misplaced(manifest, pilot, file));

  const plan = await targetNamed(manifest.target).plan({ pilot, environment, manifest, from: { bucket, key } });
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

function policyOf({ rollout, retention, notifications, source }: Manifest, pushed?: string): Policy {
  const commit = source.commit ?? pushed;
  return { rollout, retention, level: notifications.level, ...(commit && { commit }) };
}

/** A rollback: the plan that was kept with the release; nothing is built, read or analysed again. */
async function planKept({ pilot, environment, trigger }: Deployment): Promise<Planned | Refused> {
  if (trigger.kind !== 'rollback') throw new Error(`${trigger.kind} is no rollback`);
  const kept = await listReleases(pilot, environment);
  const found = kept.find(({ release, liveAt }) => liveAt && release === trigger.release);
  if (found) return { plan: found.plan, policy: { ...found.policy, rollout: AT_ONCE } };
  return refused({
    code: 'RELEASE_UNKNOWN',
    message: `release ${trigger.release} of ${pilot} is not kept`,
    expected:
      kept
        .filter(({ liveAt }) => liveAt)
        .map(({ release }) => release)
        .join(', ') || 'none is kept',
  });
}

const AT_ONCE: Policy['rollout'] = { steps: [100], bake: 0 };
