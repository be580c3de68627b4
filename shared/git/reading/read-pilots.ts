import { publish } from '../../aws/bus.ts';
import { keepPushedManifest } from '../../aws/pushed-manifests.ts';
import { formatProblem } from '../../errors.ts';
import type { Connection } from '../../ledger/connections.ts';
import type { Push, PushedPilot } from '../../ledger/pushes.ts';
import { deploymentId } from '../../names.ts';
import { operatorsFile } from '../../planning/operators-file.ts';
import type { GitHost } from '../host.ts';
import { changedBy } from './changed.ts';
import { noteDeploying } from './deploying.ts';
import { type FromGit, isDeployedBy, whyNone } from './environments.ts';
import { type Circumstances, judged } from './judged.ts';
import { type AtCommit, manifestsAt } from './manifests-at.ts';
import { type Later, mayBePutRight } from './trouble.ts';
import { isUsual, usualOf } from './usual.ts';

/** What is the same for all pilots of a push. */
interface Common extends Pick<Circumstances, 'operator' | 'usual'> {
  changed(one: FromGit): Promise<string[] | undefined>;
}

/**
 * Reads the manifests of a connection’s pilots at a commit, each for itself, and asks for the deployments that they want.
 * @returns `later` where the operator’s file is wrong, and may yet be put right.
 */
export async function readPilots(
  host: GitHost,
  connection: Connection,
  push: Push,
  now: Date,
): Promise<PushedPilot[] | Later> {
  const found = await manifestsAt(host, connection, push.commit);
  const branch = await host.defaultBranch();
  if (isUsual(push.ref, branch)) await noteDeploying(connection, found);

  const wanting = found.filter(({ read }) => read.ok && read.environments.some((one) => isDeployedBy(one, push.ref)));
  let common: Common | undefined;
  if (wanting.length > 0) {
    const operator = await operatorsFile();
    if (!operator.ok && mayBePutRight(push, now))
      return { kind: 'later', why: `what the operator allows cannot be read: ${operator.problems.map(formatProblem)}` };
    const pilots = new Set(wanting.map(({ pilot }) => pilot));
    const usual = await usualOf(host, connection, { ref: push.ref, branch, pilots });
    common = { operator, usual, changed: await changedBy(host, push) };
  }
  const told: PushedPilot[] = [];
  for (const one of found) told.push(...(await meantFor(one, push, connection, common)));
  return told;
}

async function meantFor(
  { pilot, manifest, bytes, read }: AtCommit,
  push: Push,
  { repository }: Connection,
  common: Common | undefined,
): Promise<PushedPilot[]> {
  if (!read.ok) return [{ pilot, manifest, problems: read.problems }];
  const { ref } = push;
  const wanted = read.environments.filter((one) => isDeployedBy(one, ref));
  if (wanted.length === 0 || !common || !bytes)
    return [{ pilot, manifest, reason: whyNone(pilot, ref, read.environments) }];

  const told: PushedPilot[] = [];
  for (const one of wanted) {
    const { environment } = one;
    const by = { ...common, ref, repository, manifest, changed: await common.changed(one) };
    const { deploys, ...why } = judged(one, by);
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
