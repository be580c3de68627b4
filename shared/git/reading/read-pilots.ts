import { publish } from '../../aws/bus.ts';
import { keepPushedManifest } from '../../aws/pushed-manifests.ts';
import { type Connection, noteSeen } from '../../ledger/connections.ts';
import type { Push, PushedPilot } from '../../ledger/pushes.ts';
import { deploymentId } from '../../names.ts';
import { operatorsFile } from '../../planning/operators-file.ts';
import type { GitHost } from '../host.ts';
import { type FromGit, isDeployedBy, whyNone } from './environments.ts';
import { type Circumstances, judged } from './judged.ts';
import { type AtCommit, manifestsAt } from './manifests-at.ts';

/** Reads the manifests of a connection’s pilots at a commit, each for itself, and asks for the deployments that they want. */
export async function readPilots(host: GitHost, connection: Connection, push: Push): Promise<PushedPilot[]> {
  const found = await manifestsAt(host, connection, push.commit);
  await noteBranches(connection, found);

  const wanted = found
    .flatMap(({ read }) => (read.ok ? read.environments : []))
    .filter((one) => isDeployedBy(one, push.ref));
  const common = wanted.length > 0 && {
    ref: push.ref,
    repository: connection.repository,
    operator: await operatorsFile(),
    changed: await changedBy(host, push, wanted),
  };
  const told: PushedPilot[] = [];
  for (const one of found) told.push(...(await meantFor(one, push, connection, common || undefined)));
  return told;
}

/** Asked only where a manifest wants to know. */
async function changedBy(
  host: GitHost,
  { ref, before, commit }: Push,
  wanted: FromGit[],
): Promise<string[] | undefined> {
  if (ref.kind === 'tag' || before === undefined || wanted.every(({ git }) => git.paths === undefined))
    return undefined;
  return host.changedPaths(before, commit);
}

async function meantFor(
  { pilot, manifest, bytes, read }: AtCommit,
  push: Push,
  { repository }: Connection,
  common: Omit<Circumstances, 'manifest'> | undefined,
): Promise<PushedPilot[]> {
  if (!read.ok) return [{ pilot, manifest, problems: read.problems }];
  const wanted = read.environments.filter((one) => isDeployedBy(one, push.ref));
  if (wanted.length === 0 || !common || !bytes)
    return [{ pilot, manifest, reason: whyNone(pilot, push.ref, read.environments) }];

  const told: PushedPilot[] = [];
  for (const one of wanted) {
    const { environment } = one;
    const { deploys, ...why } = judged(one, { ...common, manifest });
    const deployment = deploys && (await askFor({ pilot, environment, manifest, repository }, push, bytes));
    told.push({ pilot, manifest, environment, ...why, ...(deployment && { deployment }) });
  }
  return told;
}

interface Of {
  pilot: string;
  environment: string;
  manifest: string;
  repository: string;
}

async function askFor(
  { pilot, environment, manifest, repository }: Of,
  push: Push,
  bytes: Uint8Array,
): Promise<string> {
  const { id, at, connection, ref, commit, by } = push;
  const deployment = deploymentId(pilot, environment, new Date(at), `push:${id}`);
  const place = await keepPushedManifest({ pilot, environment, commit }, bytes);
  await publish('DeploymentRequested', {
    deployment,
    pilot,
    environment,
    requestedAt: at,
    trigger: {
      kind: 'push',
      ...place,
      repository,
      connection,
      ref,
      commit,
      push: id,
      manifest,
      ...(by !== undefined && { requestedBy: by }),
    },
  });
  return deployment;
}

/** The branches that deploy are looked at by every poll; those of a manifest that cannot be read now are still those of before. */
async function noteBranches({ id, branches = [] }: Connection, found: AtCommit[]): Promise<void> {
  const named = found.flatMap(({ read }) => (read.ok ? read.environments.map(({ git }) => git.branch) : []));
  const kept = found.some(({ read }) => !read.ok) ? branches : [];
  const now = [...new Set([...named, ...kept])].sort();
  if (now.join('\n') !== branches.join('\n')) await noteSeen(id, { branches: now });
}
