import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { connectRepository, type ToConnect } from '../../local/connect.ts';
import { type WorkingCopy, workingCopy } from '../../local/git/working-copy.ts';
import type { PushView } from '../../shared/api.ts';
import { eventually, install, type View } from './installation.ts';

export const PILOT = 'acme-blog';
const NAME = 'acme/site';

/** A site that is one page, made of a text; what it prints while it is built is in its log. */
export const files = (text: string, commands = '[node, build.js]') => ({
  'pilot.yaml': `apiVersion: pilotage/v1
name: ${PILOT}
target: static
source:
  git: { repository: git.localhost/${NAME}, branch: main }
build:
  commands: [${commands}]
  output: site
`,
  'build.js': `const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
console.log('making the page of', readFileSync('text', 'utf8'));
mkdirSync('site', { recursive: true });
writeFileSync('site/index.html', readFileSync('text'));
`,
  text,
});

/** Pilotage as it is installed, with a repository that is connected to a pilot, and a working copy of it. */
export async function installWithGit({ name, pilot }: ToConnect = { name: NAME, pilot: PILOT }) {
  const pilotage = await install();
  const { git } = pilotage.environment;
  if (!git) throw new Error('git is not on this machine');
  const { url, repository, id } = await connectRepository(pilotage.environment, git, { name, pilot });
  const folder = await mkdtemp(join(tmpdir(), 'pilotage-push-'));
  const copy: WorkingCopy = await workingCopy(join(folder, 'site'), url);

  const pushes = () => pilotage.ask({ action: 'pushes', repository, most: 100 });
  const find = async (commit: string, times = 1): Promise<PushView | undefined> => {
    const of = (await pushes()).filter((one) => one.commit === commit && one.outcome);
    return of.length >= times ? of[0] : undefined;
  };
  return {
    ...pilotage,
    git,
    copy,
    connection: id,
    repository,
    pushes,

    /** Commits and pushes; gives the commit. */
    async push(change: Record<string, string | undefined>, message?: string): Promise<string> {
      const commit = await copy.commit(change, message);
      await copy.push();
      return commit;
    },

    /** What became of the push of a commit, once that is known; of the latest where it was pushed several times. */
    read: (commit: string, times?: number): Promise<PushView> =>
      eventually(() => find(commit, times), `the push of ${commit} was not read`),

    /** How the deployment of a commit ended that its push asked for. */
    async deployed(commit: string, times?: number): Promise<View> {
      const { outcome } = await this.read(commit, times);
      if (outcome?.kind !== 'deployments') throw new Error(JSON.stringify(outcome));
      return pilotage.ended(outcome.deployments[0] ?? '');
    },

    /** What the provider shows in the end of a deployment of a commit; plans have statuses of their own. */
    status: (sha: string, state: string) =>
      eventually(
        async () =>
          git
            .told(name)
            .statuses.findLast((one) => one.sha === sha && one.state === state && !one.context.endsWith('/plan')),
        `${sha} was not told: ${state}; but ${JSON.stringify(git.told(name).statuses.filter((one) => one.sha === sha))}`,
      ),
    /** Waits for a comment on a commit that says so. */
    commented: (commit: string, words: string) =>
      eventually(async () => {
        const { comments } = git.told(name);
        return comments.find(({ on, body }) => 'commit' in on && on.commit === commit && body.includes(words));
      }, `${commit} has no comment that says ${words}`),

    /** How many builds were begun so far. */
    builds(): number {
      const started = pilotage.environment.builds.journal.filter(({ operation }) => operation === 'StartBuild');
      return new Set(started.map(({ asked }) => asked.idempotencyToken)).size;
    },

    /** SHA-256 of all that builds have stored,. */
    async digests(): Promise<string[]> {
      const { emulator, outputs } = pilotage.environment;
      const { url: endpoint, region, credentials } = emulator;
      const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
      const Bucket = outputs.ManifestsBucket;
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `builds/${pilot}/` }));
      const stored = Contents.filter(({ Key = '' }) => /\/artifact-\d+\.zip$/.test(Key));
      return Promise.all(
        stored.map(async ({ Key }) => {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
          const bytes = (await Body?.transformToByteArray()) ?? '';
          return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
        }),
      );
    },

    history: () => pilotage.ask({ action: 'history', pilot }),

    async end(): Promise<void> {
      await pilotage.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type WithGit = Awaited<ReturnType<typeof installWithGit>>;
