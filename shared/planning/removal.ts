import type { Problem } from '../errors.ts';
import { listReleases } from '../ledger/releases.ts';
import { unremovable } from '../manifest/only-previews.ts';
import { type Refused, refused } from '../outcome.ts';
import { targetsIn } from '../removal/remains.ts';
import { targetNamed } from '../targets/index.ts';
import type { Asked, ToRemove } from './planned.ts';

/**
 * That nothing of an environment is left: what stands there is found as it is taken down, so that it does not matter how far
 * whatever made it has come.
 */
export async function planRemoval({ pilot, environment }: Asked<'remove'>): Promise<ToRemove | Refused> {
  const problem = unremovable(pilot, environment);
  if (problem) return refused(problem);
  for (const name of await targetsIn({ pilot, environment })) {
    const target = await targetNamed(name);
    if (!target.remove) return refused(notRemovable(pilot, environment, name));
  }
  const [latest] = await listReleases(pilot, environment);
  if (!latest) return { removes: 'environment' };
  // The commit is that of a release, and none goes live.
  const { commit: _, ...policy } = latest.policy;
  return { removes: 'environment', policy };
}

const notRemovable = (pilot: string, environment: string, target: string): Problem => ({
  code: 'NOT_REMOVABLE',
  message: `${pilot} in ${environment} runs on ${target}, which cannot be removed yet`,
  expected: 'an environment of a target that previews can have',
});
