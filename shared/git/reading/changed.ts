import { placeKey } from '../../ledger/push.ts';
import { headOf, type Push } from '../../ledger/pushes.ts';
import type { GitHost } from '../host.ts';
import type { FromGit } from './environments.ts';

/**
 * Tells what a push to a branch changes of an environment: since the commit of that branch that was read for it last, not
 * since the push before, which may have failed or given way to this one. It is asked only where a manifest wants to know.
 * @returns of each environment the paths; undefined where it cannot be told, or nothing was read yet.
 */
export async function changedBy(
  host: GitHost,
  { connection, ref, commit }: Push,
): Promise<(one: FromGit) => Promise<string[] | undefined>> {
  if (ref.kind === 'tag') return async () => undefined;
  const { read = {} } = (await headOf(connection, ref)) ?? {};
  const asked = new Map<string, Promise<string[] | undefined>>();
  return async ({ environment, git, loaded }) => {
    const since = read[placeKey(loaded.manifest.name, environment)];
    // What was read of this very push before it was noted deploys once more what it deployed then.
    if (git.paths === undefined || since === undefined || since === commit) return undefined;
    const changed = asked.get(since) ?? host.changedPaths(since, commit);
    asked.set(since, changed);
    return changed;
  };
}
