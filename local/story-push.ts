import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { followOrLeave } from '../cli/following.ts';
import { show } from '../cli/result.ts';
import { type Connected, connectRepository } from './connect.ts';
import { edited, gitExample, pagesOfBoth } from './example/git.ts';
import type { LocalGit } from './git/git.ts';
import type { Status } from './git/repository.ts';
import { type WorkingCopy, workingCopy } from './git/working-copy.ts';
import { notified, type Scene, type Story } from './story.ts';
import { AFTER_MS, addressOf, BEFORE_MS, pause, tellLoad, viewersAt } from './story-viewers.ts';

/** How long a push, and what is told to its commit, may take to be seen, in milliseconds. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 100;

/** A repository in which somebody works. */
export interface Pushing {
  scene: Scene;
  git: LocalGit;
  connected: Connected;
  copy: WorkingCopy;
  /** The last commit that was pushed. */
  commit: string;
}

/** Connects a repository and pushes its first commit, as a person would: it is built while the story goes on. */
export async function pushFirst(scene: Scene, git: LocalGit): Promise<Pushing> {
  const { root, environment, say } = scene;
  const { name, repository, pilot, first } = gitExample;
  say('Pushes to a repository that is connected are built and deployed:');
  const connected = await connectRepository(environment, git, { name: repository, pilot }, say);
  say(`$ git clone ${connected.url}`);
  await rm(workFolder(root), { recursive: true, force: true });
  const copy = await workingCopy(join(workFolder(root), 'site'), connected.url);
  say(`$ git add . && git commit -m '${first}'`);
  const commit = await copy.commitFolder(join(root, 'examples', name), first);
  const pushing = { scene, git, connected, copy, commit };
  await push(pushing);
  return pushing;
}

const workFolder = (root: string): string => join(root, '.local', 'pushed');

/**
 * Follows the first push until it is live; then edits, commits and pushes, while viewers ask without pause.
 * @throws when a push comes to nothing.
 */
export async function tellPush(pushing: Pushing): Promise<Story> {
  const { scene, copy } = pushing;
  const { root, say } = scene;
  const { name, pilot, edit } = gitExample;
  const pages = await pagesOfBoth(join(root, 'examples', name), join(workFolder(root), 'expected'));
  let untold = await untilLive(pushing);
  const url = await addressOf(root, pilot);
  say(`see it at ${url}\n`);

  const viewers = viewersAt(url);
  const stop = viewers.keepAsking(pages);
  await pause(BEFORE_MS);
  const page = join(copy.folder, edit.file);
  await writeFile(page, edited(await readFile(page, 'utf8')));
  say(`$ sed -i 's/${edit.from}/${edit.to}/' ${edit.file}\n$ git commit -am '${edit.message}'`);
  const second = { ...pushing, commit: await copy.commit({}, edit.message) };
  await push(second);
  untold += await untilLive(second);
  await pause(AFTER_MS);
  const report = await stop();
  tellLoad(report, say);
  const { requests, failed, served } = report;
  const unseen = served.v2 ? 0 : 1;
  return { url, deployments: 2, swaps: 1, requests, failed: failed + untold + unseen };
}

async function push({ scene, git, copy }: Pushing): Promise<void> {
  scene.say('$ git push');
  await copy.push();
  await git.settled();
  const { answer } = git.deliveries().at(-1) ?? {};
  scene.say(`the webhook was answered ${answer?.status ?? 'by nobody'} ${answer?.body ?? ''}`);
}

/** Follows what the last push has asked for. @returns how much of it was not told. */
async function untilLive({ scene, git, connected, commit }: Pushing): Promise<number> {
  await follow(scene, connected, await deploymentOf(connected, commit));
  const untold = await notified(scene, gitExample.pilot);
  const status = await eventually(async () => {
    const last = statusOf(git, commit);
    return last?.state === 'success' && last;
  });
  const said = status && `✔ the commit says: ${status.context}: ${status.description}`;
  scene.say(said ?? '✖ the commit was not told');
  return untold + (status ? 0 : 1);
}

/** The deployment that the push of a commit has asked for. */
async function deploymentOf({ api, repository }: Connected, commit: string): Promise<string> {
  const outcome = await eventually(async () => {
    const answer = await api.ask({ action: 'pushes', repository });
    return answer.ok && answer.answer.find((one) => one.commit === commit)?.outcome;
  });
  if (outcome && outcome.kind === 'deployments' && outcome.deployments[0]) return outcome.deployments[0];
  throw new Error(`the push of ${commit} came to nothing: ${JSON.stringify(outcome || 'nobody has read it')}`);
}

/** As the CLI shows a deployment that is on its way. */
async function follow({ root, environment }: Scene, { api }: Connected, id: string): Promise<void> {
  const { emulator, outputs } = environment;
  const { ManifestsBucket = '', ApiFunction = '', FollowFunction = '' } = outputs;
  const stack = {
    ...{ stage: 'dev', manifestsBucket: ManifestsBucket, apiFunction: ApiFunction, followFunction: FollowFunction },
    connection: { endpoint: emulator.url, region: emulator.region },
  };
  const io = {
    ...{ out: process.stdout, err: process.stderr, env: process.env, cwd: root, home: root, signals: process },
  };
  const started = { id, json: {}, text: `→ ${id}` };
  const result = await followOrLeave(started, api, stack, { timeout: 300_000 }, io);
  if (show(result, false, io) !== 0) throw new Error(`${id} did not go live`);
}

/** What the provider shows of a commit. */
const statusOf = (git: LocalGit, commit: string): Status | undefined =>
  git.told(gitExample.repository).statuses.findLast(({ sha }) => sha === commit);

/** Looks again and again until there is something to be seen. */
async function eventually<Seen>(look: () => Promise<Seen | false | undefined>): Promise<Seen | undefined> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause(LOOK_MS)) {
    const seen = await look();
    if (seen) return seen;
  }
  return undefined;
}
