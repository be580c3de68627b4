import { spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import type { Environment } from './environment.ts';
import type { Example } from './example/example.ts';
import type { LoadReport } from './example/load.ts';
import type { Mailbox } from './mailbox.ts';
import { AFTER_MS, addressOf, BEFORE_MS, pause, tellLoad, viewersAt } from './story-viewers.ts';

/** What a run of an example came to: the last line of `--once`. */
export interface Story {
  /** Where its viewers ask. */
  url: string;
  deployments: number;
  swaps: number;
  requests: number;
  /** Answers that were not right, and notifications that did not come. */
  failed: number;
}

export interface Scene {
  root: string;
  environment: Environment;
  mailbox: Mailbox;
  say(line: string): void;
}

/**
 * Deploys each version of an example as a person would, with the CLI, and lets
 * viewers ask without pause from the first release on.
 * @throws when a deployment does not succeed.
 */
export async function tellStory(scene: Scene, example: Example): Promise<Story> {
  const { root, say } = scene;
  const [first = '', ...later] = example.versions;
  const folder = join(root, 'examples', example.name);
  const { pilot } = example;
  let untold = await deploy(scene, pilot, join(folder, first));
  const url = await addressOf(root, pilot);
  say(`see it at ${url}\n`);

  const viewers = viewersAt(url);
  const stop = viewers.keepAsking(await example.pages(folder));
  await pause(BEFORE_MS);
  for (const version of later) untold += await deploy(scene, pilot, join(folder, version));
  await pause(AFTER_MS);
  const report = await stop();
  tellLoad(report, say);

  const left = await askOnce(example, folder, url);
  if (left.requests > 0)
    say(`${left.requests - left.failed} of ${left.requests} files of ${first} still answer, as its open tabs need`);
  for (const failure of left.failures) say(`  ${failure}`);
  return {
    url,
    deployments: example.versions.length,
    swaps: later.length,
    requests: report.requests + left.requests,
    failed: report.failed + left.failed + untold,
  };
}

/** Asks once for what the first version's pages still need. */
async function askOnce(example: Example, folder: string, url: string): Promise<LoadReport> {
  const viewers = viewersAt(url);
  for (const page of example.kept(folder)) await viewers.ask(page);
  return viewers.report;
}

/**
 * Runs `pilot deploy` where the person sits: its progress is theirs to see.
 * @returns how many notifications did not come: 0 or 1.
 */
async function deploy(scene: Scene, pilot: string, folder: string): Promise<number> {
  const { root, say } = scene;
  const shown = relative(root, folder);
  say(`$ pilot deploy ${shown}`);
  const child = spawn(process.execPath, [join(root, 'dist/cli/pilot.js'), 'deploy', folder, '--follow'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise<number | null>((ended, failed) => child.once('error', failed).once('exit', ended));
  if (code !== 0) throw new Error(`the deployment of ${shown} did not succeed (exit code ${code})`);
  return notified(scene, pilot);
}

/** What the subscribers of the topic were told of a pilot. @returns how many notifications did not come: 0 or 1. */
export async function notified({ mailbox, say }: Pick<Scene, 'mailbox' | 'say'>, pilot: string): Promise<number> {
  const subject = await mailbox.next(pilot);
  say(subject ? `✉ the topic told its subscribers: ${subject}` : '✉ no notification came');
  return subject ? 0 : 1;
}
