import type { Events } from '../../events.ts';
import type { Connection } from '../../ledger/connections.ts';
import { withoutSecretsInside } from '../../notify/redact.ts';
import { operatorsFile } from '../../planning/operators-file.ts';
import type { GitHost } from '../host.ts';
import { type FromGit, isDeployedBy } from '../reading/environments.ts';
import { type Circumstances, judged } from '../reading/judged.ts';
import { type AtCommit, manifestsAt } from '../reading/manifests-at.ts';
import { isTouched } from '../reading/paths.ts';
import { type Usual, usualOf } from '../reading/usual.ts';
import type { Ref } from '../told.ts';
import { planAlone, planHere } from './environment-plan.ts';
import type { Planned } from './planned.ts';

type Pull = Pick<Events['PullRequestReceived'], 'base' | 'isForeign'>;

/** A manifest, and those of its environments that merging would deploy. */
interface Wanted {
  at: AtCommit;
  wanted: FromGit[];
}

/**
 * What merging a commit would deploy of each pilot of a repository. Of a pilot that no environment of is deployed by
 * that branch, or that nothing was changed of, nothing is said.
 */
export async function planPilots(
  host: GitHost,
  connection: Connection,
  { base, isForeign }: Pull,
  commit: string,
): Promise<Planned[]> {
  const ref = { kind: 'branch', name: base } as const;
  const found = (await manifestsAt(host, connection, commit)).map((at) => ({
    at,
    wanted: at.read.ok ? at.read.environments.filter((one) => isDeployedBy(one, ref)) : [],
  }));
  const changed = await changedBy(host, base, commit, found);
  const touched = found.map(({ at, wanted }) => ({
    at,
    wanted: wanted.filter(({ git }) => isTouched(git.paths, at.manifest, changed)),
  }));
  const operator = await operatorsFile();
  const usual = await usualFor(host, connection, ref, touched);
  const all: Planned[] = [];
  for (const { at, wanted } of touched) {
    const about = { pilot: at.pilot, commit, base, isForeign };
    if (!at.read.ok) all.push(withoutSecretsInside({ ...about, problems: at.read.problems, environments: [] }));
    if (wanted.length === 0) continue;
    const by = { ref, repository: connection.repository, manifest: at.manifest, operator, changed, usual };
    const environments = [];
    for (const one of wanted) environments.push(await planned(at, one, by, isForeign));
    all.push(withoutSecretsInside({ ...about, environments }));
  }
  return all;
}

/** Asked only where something would be deployed. */
async function usualFor(
  host: GitHost,
  connection: Connection,
  ref: Ref,
  touched: readonly Wanted[],
): Promise<Usual | undefined> {
  const pilots = new Set(touched.flatMap(({ at, wanted }) => (wanted.length > 0 ? [at.pilot] : [])));
  if (pilots.size === 0) return undefined;
  return usualOf(host, connection, { ref, branch: await host.defaultBranch(), pilots });
}

/** What is wrong with it may be about other pilots. */
const OPERATOR =
  'what the operator allows cannot be read, so nothing is allowed: ask the operator to put the operator’s file right';

async function planned(
  at: AtCommit,
  one: FromGit,
  by: Circumstances,
  isForeign: boolean,
): Promise<Planned['environments'][number]> {
  const { environment } = one;
  const judgement = judged(one, by);
  if (judgement.deploys) return { environment, ...(isForeign ? planAlone(one) : await planHere(at, one)) };
  return { environment, reason: 'reason' in judgement ? judgement.reason : OPERATOR };
}

/** Asked only where a manifest wants to know. Undefined where it cannot be told. */
async function changedBy(
  host: GitHost,
  base: string,
  commit: string,
  found: readonly Wanted[],
): Promise<string[] | undefined> {
  if (found.every(({ wanted }) => wanted.every(({ git }) => git.paths === undefined))) return undefined;
  const onto = await host.head({ kind: 'branch', name: base });
  return onto === undefined ? undefined : host.changedPaths(onto, commit);
}
