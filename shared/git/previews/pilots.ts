import { formatProblem } from '../../errors.ts';
import type { Connection } from '../../ledger/connections.ts';
import { PREVIEW } from '../../manifest/identifiers.ts';
import { type Loaded, loadManifest } from '../../manifest/load.ts';
import type { OperatorRead } from '../../manifest/operator.ts';
import { repositoryRefusals } from '../../planning/repositories.ts';
import type { GitHost } from '../host.ts';
import { type AtCommit, manifestsAt } from '../reading/manifests-at.ts';
import { isTouched } from '../reading/paths.ts';
import { type Usual, usualOf } from '../reading/usual.ts';
import type { PullNow } from './pull-now.ts';

type Ok = Extract<Loaded, { ok: true }>;

/** A pilot whose manifest, as a pull request has it, says that it is to have a preview. */
export interface PilotOfPull {
  pilot: string;
  /** The manifest’s path in the repository, and what it holds. */
  manifest: string;
  bytes: Uint8Array;
  /** Why it gets none all the same, in words; absent where it gets one. */
  reason?: string;
  /** What keeps it from one is the operator’s file, which may be put right. */
  mayBePutRight?: true;
}

interface Wishing extends Pick<PilotOfPull, 'pilot' | 'manifest' | 'bytes'> {
  loaded: Ok;
}

/**
 * The pilots of a repository that a pull request wants previews of: their manifests at its head say so, and it changes
 * something of them. One that has a preview keeps up with every commit, whatever that changes.
 * @param environment the preview’s.
 * @param has whether a pilot has one.
 */
export async function pilotsOf(
  host: GitHost,
  connection: Connection,
  { pull, environment, operator }: { pull: PullNow; environment: string; operator: OperatorRead },
  has: (pilot: string) => boolean,
): Promise<PilotOfPull[]> {
  const found = await manifestsAt(host, connection, pull.commit);
  const wishing = found.flatMap((at) => wishOf(at, environment));
  const changed = await changedBy(host, pull, wishing, has);
  const touched = wishing.filter(
    ({ pilot, manifest, loaded }) => has(pilot) || isTouched(loaded.manifest.source.git?.paths, manifest, changed),
  );
  if (touched.length === 0) return [];
  const ref = { kind: 'branch', name: pull.branch } as const;
  const pilots = new Set(touched.map(({ pilot }) => pilot));
  const usual = await usualOf(host, connection, { ref, branch: await host.defaultBranch(), pilots });
  return touched.map(({ loaded, ...of }) => ({
    ...of,
    ...(whyUnconfirmed(usual, of) ?? whyRefused(loaded, connection.repository, operator)),
  }));
}

/** What is wrong with a manifest stands in the plan’s comment, and at the commit. */
function wishOf({ pilot, manifest, bytes, read }: AtCommit, environment: string): Wishing[] {
  if (!bytes || !read.ok) return [];
  const loaded = loadManifest(bytes, manifest, environment);
  return loaded.ok && loaded.manifest.source.git ? [{ pilot, manifest, bytes, loaded }] : [];
}

/** Asked only where a manifest wants to know. Undefined where it cannot be told: then all may have been changed. */
async function changedBy(
  host: GitHost,
  { base, commit }: PullNow,
  wishing: readonly Wishing[],
  has: (pilot: string) => boolean,
): Promise<string[] | undefined> {
  if (wishing.every(({ pilot, loaded }) => has(pilot) || loaded.manifest.source.git?.paths === undefined)) return;
  const onto = await host.head({ kind: 'branch', name: base });
  return onto === undefined ? undefined : host.changedPaths(onto, commit);
}

/** Whoever may push some branch could have its manifest say that it gets a preview: the default branch, which people protect, says so as well. */
function whyUnconfirmed(usual: Usual | undefined, { pilot, manifest }: Pick<PilotOfPull, 'pilot' | 'manifest'>) {
  if (!usual) return undefined;
  const read = usual.manifests.get(pilot);
  if (read?.ok && read.environments.some(({ loaded }) => loaded.manifest.previews)) return undefined;
  return {
    reason: `the default branch ${usual.branch} does not say previews: true in ${manifest}: merge that into ${usual.branch} first, then push again`,
  };
}

/** Why nobody gets one until the operator’s file can be read. */
export const UNREADABLE =
  'what the operator allows cannot be read, so nothing is allowed: ask the operator to put the operator’s file right';

function whyRefused(loaded: Ok, repository: string, operator: OperatorRead) {
  if (!operator.ok) return { reason: UNREADABLE, mayBePutRight: true } as const;
  const [refusal] = repositoryRefusals(loaded, repository, PREVIEW, operator);
  if (!refusal) return undefined;
  const { message, hint } = refusal;
  return { reason: hint === undefined ? formatProblem(refusal) : `${message}: ${hint}` };
}
