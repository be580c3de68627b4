import type { Connection } from '../../ledger/connections.ts';
import type { GitHost } from '../host.ts';
import type { Ref } from '../told.ts';
import { isDeployedBy, type ManifestRead } from './environments.ts';
import { manifestsAt } from './manifests-at.ts';

/**
 * What the provider’s default branch says of pilots. Whoever may push some branch could have its manifest say that just this
 * branch is production: so a branch or tag deploys only what the default branch, which people protect, says as well.
 */
export interface Usual {
  branch: string;
  /** By pilot, its manifest at the head of that branch. */
  manifests: ReadonlyMap<string, ManifestRead>;
}

/**
 * Reads what the default branch says of some pilots.
 * @returns undefined where the ref is the default branch itself.
 */
export async function usualOf(
  host: GitHost,
  connection: Connection,
  { ref, branch, pilots }: { ref: Ref; branch: string; pilots: ReadonlySet<string> },
): Promise<Usual | undefined> {
  if (isUsual(ref, branch)) return undefined;
  const head = await host.head({ kind: 'branch', name: branch });
  const wanted = { ...connection, pilots: connection.pilots.filter(({ pilot }) => pilots.has(pilot)) };
  const found = head === undefined ? [] : await manifestsAt(host, wanted, head);
  return { branch, manifests: new Map(found.map(({ pilot, read }) => [pilot, read])) };
}

export const isUsual = ({ kind, name }: Ref, branch: string): boolean => kind === 'branch' && name === branch;

interface Asked {
  pilot: string;
  environment: string;
  /** The manifest’s path. */
  manifest: string;
  ref: Ref;
}

/** Why the default branch does not let a ref deploy an environment, and what to do; undefined where it does. */
export function whyUnconfirmed(
  { branch, manifests }: Usual,
  { pilot, environment, manifest, ref }: Asked,
): string | undefined {
  const read = manifests.get(pilot);
  const beginning = `${ref.kind} ${ref.name} does not deploy ${pilot} to ${environment}: the default branch ${branch}`;
  if (!read?.ok)
    return `${beginning} has no ${manifest} that is right, and that one says which branches and tags deploy: merge it into ${branch} first, then push again`;
  const there = read.environments.find((one) => one.environment === environment);
  if (there && isDeployedBy(there, ref)) return undefined;
  const what = ref.kind === 'branch' ? 'branch' : 'tags';
  const says = there ? (there.git[what] ?? 'none') : 'nothing of that environment';
  return `${beginning} says ${there ? `${what}: ${says}` : says} in ${manifest}: merge the change of source.git.${what} into ${branch} first, then push again`;
}
