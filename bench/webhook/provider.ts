import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { gitManifest } from '../../test/git/reading/manifests.ts';
import { type FakeGitHost, serveGitHub } from '../../test/support/github-api.ts';
import { connect } from './connected.ts';
import { type Pushed, repositoriesOf } from './traffic.ts';

export const pilotOf = (repository: string): string => repository.split('/').at(-1) ?? '';

/** Which environment a branch deploys; `topic` none. */
export const ENVIRONMENTS: Record<string, string> = { main: 'production', next: 'staging' };

/** GitHub with these repositories, each connected, and allowed to deploy the pilot of its name. */
export async function serveProvider(count: number): Promise<FakeGitHost> {
  const host = await serveGitHub();
  const names = repositoriesOf(count);
  for (const repository of names) {
    host.repositories[repository.replace('github.com/', '')] = {
      ...{ defaultBranch: 'main', branches: {}, tags: {}, messages: {}, files: {}, changed: {} },
    };
    await connect({
      ...{ provider: 'github', repository, api: host.api },
      pilots: [{ pilot: pilotOf(repository), manifest: 'pilot.yaml' }],
    });
  }
  const pilots = Object.fromEntries(names.map((name) => [pilotOf(name), { repositories: [name] }]));
  const Body = JSON.stringify({ apiVersion: 'pilotage/v1', pilots });
  const Bucket = process.env.MANIFESTS_BUCKET ?? '';
  await new S3Client({}).send(new PutObjectCommand({ Bucket, Key: 'operator.yaml', Body }));
  return host;
}

/** From now on the branch points there. */
export function pointTo(host: FakeGitHost, { repository, branch, commit, message }: Pushed): void {
  const kept = host.repositories[repository.replace('github.com/', '')];
  if (!kept) throw new Error(`there is no ${repository}`);
  kept.branches[branch] = commit;
  kept.messages[commit] = message;
  kept.files[commit] = { 'pilot.yaml': manifestOf(repository) };
}

const manifestOf = (repository: string): string =>
  gitManifest(pilotOf(repository), {
    repository,
    more: `environments: { production: {}, staging: { source: { git: { repository: ${repository}, branch: next } } } }\n`,
  });
