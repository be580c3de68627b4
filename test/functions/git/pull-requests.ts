import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handler as keep } from '../../../functions/git/keep-previews.ts';
import { handler as preview } from '../../../functions/git/preview.ts';
import type { Pull } from '../../../local/git/repository.ts';
import type { WorkingCopy } from '../../../local/git/working-copy.ts';
import type { Events } from '../../../shared/events.ts';
import { keepPull } from '../../../shared/git/previews/keep-pull.ts';
import { tokenId } from '../../../shared/git/secrets.ts';
import { type Connection, connectionId, keepConnection } from '../../../shared/ledger/connections.ts';
import { gitManifest } from '../../git/reading/manifests.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import type { GitServer } from '../../support/git-server.ts';
import type { Stage } from '../../support/stage.ts';

type Requested = Events['DeploymentRequested'];

/** A connected repository on the local git server, whose main says that pull requests have previews. */
export interface WithPulls {
  name: string;
  repository: string;
  connection: Connection;
  copy: WorkingCopy;
  /** The manifest of a pilot of it. */
  manifest(more?: string, git?: string, pilot?: string): string;
  /** Commits to the branch that it is on, and pushes. */
  change(files: Record<string, string>, message?: string): Promise<string>;
  /** Opens a pull request of that branch, without telling of it. */
  open(head?: string): Promise<Pull>;
  /** The function is told that it is open, with the commit that its branch has. */
  received(number: number, commit?: string): Promise<void>;
  closed(number: number): Promise<void>;
  /** The same without waiting for a provider that is late. */
  look(number: number): Promise<void>;
  keep: () => Promise<void>;
  comments(): string[];
  /** The deployments that were asked for since the last time. */
  asked(): Requested[];
}

let made = 0;

export async function withPulls(stage: Stage, git: GitServer, branch = 'topic'): Promise<WithPulls> {
  const name = `acme/site${++made}`;
  const repository = `git.localhost/${name}`;
  const manifest = (more = 'previews: true\n', gitMore = '', pilot = 'acme-shop') =>
    gitManifest(pilot, { repository, git: gitMore, more });
  const copy = await git.workOn(name);
  await copy.commit({ 'pilot.yaml': manifest() });
  await copy.push();
  await copy.branch(branch);
  const id = connectionId(repository);
  const connection: Connection = {
    ...{ id, provider: 'github', repository, api: git.api, createdAt: '2026-11-21T01:02:03Z', by: 'ada@laptop' },
    pilots: [{ pilot: 'acme-shop', manifest: 'pilot.yaml' }],
  };
  await keepConnection(connection);
  const secrets = new SecretsManagerClient({ endpoint: emulatorUrl() });
  await secrets.send(new CreateSecretCommand({ Name: tokenId(id), SecretString: git.token }));
  await operator(stage, { 'acme-shop': [repository] });
  const of = (number: number) => ({ connection: id, repository, number });
  let heard = 0;
  return {
    ...{ name, repository, connection, copy, manifest },
    async change(files, message) {
      const commit = await copy.commit(files, message);
      await copy.push();
      return commit;
    },
    open: (head = branch) => git.openPull(name, { head }),
    async received(number, commit = '') {
      const detail = { ...of(number), commit, branch, base: 'main', isForeign: false };
      await preview({ detail } as Parameters<typeof preview>[0]);
    },
    closed: (number) => preview({ detail: { ...of(number), merged: false } } as Parameters<typeof preview>[0]),
    look: (number) => keepPull(of(number), { expected: {}, clock: () => new Date(), again: [] }),
    keep,
    comments: () => git.told(name).comments.map(({ body }) => body),
    asked() {
      const all = stage.events.slice(heard).filter((event) => event.name === 'DeploymentRequested');
      heard = stage.events.length;
      return all.map(({ detail }) => detail as unknown as Requested);
    },
  };
}

/** What the operator's file allows. */
export const operator = (stage: Stage, repositories: Record<string, string[]>, previews?: object) =>
  stage.s3.send(
    new PutObjectCommand({
      Bucket: stage.manifests,
      Key: 'operator.yaml',
      Body: JSON.stringify({
        apiVersion: 'pilotage/v1',
        ...(previews && { previews }),
        pilots: Object.fromEntries(
          Object.entries(repositories).map(([pilot, some]) => [pilot, { repositories: some }]),
        ),
      }),
    }),
  );
