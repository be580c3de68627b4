import { publish } from '../../aws/bus.ts';
import { keepPushedManifest } from '../../aws/pushed-manifests.ts';
import type { Preview } from '../../ledger/previews.ts';
import { deploymentId } from '../../names.ts';
import type { PilotOfPull } from './pilots.ts';

type Of = Pick<Preview, 'pilot' | 'environment' | 'connection' | 'number' | 'commit' | 'askedAt'>;

/** The id of the push that a commit of a pull request stands for. */
const pushOf = ({ connection, number, commit }: Of): string => `${connection}-pull-${number}-${commit.slice(0, 12)}`;

/** The id of the deployment that a preview’s row asks for: whoever has the row knows the id. */
export const previewDeployment = (of: Of): string =>
  deploymentId(of.pilot, of.environment, new Date(of.askedAt), `push:${pushOf(of)}`);

/** Asks for the deployment of a preview that has its place; any number of times, for one. */
export async function askFor(
  preview: Preview,
  { manifest, bytes }: Pick<PilotOfPull, 'manifest' | 'bytes'>,
): Promise<void> {
  const { pilot, environment, deployment, repository, connection, branch, commit, number, askedAt } = preview;
  const place = await keepPushedManifest({ pilot, environment, commit }, bytes);
  await publish('DeploymentRequested', {
    ...{ deployment, pilot, environment, requestedAt: askedAt },
    trigger: {
      ...{ kind: 'push', ...place, repository, connection, commit, manifest },
      ...{ ref: { kind: 'branch', name: branch }, push: pushOf(preview), pull: number },
    },
  });
}
