import { execFile, spawn } from 'node:child_process';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from './environment.ts';
import type { Example } from './example/example.ts';
import { type LoadReport, Viewers } from './example/load.ts';
import type { Mailbox } from './mailbox.ts';

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

/** How long the load goes on before the first swap and after the last, in milliseconds. */
const BEFORE_MS = 300;
const AFTER_MS = 1_000;

/**
 * Deploys each version of an example as a person would, with the CLI, and lets
 * viewers ask without pause from the first release on.
 * @throws when a deployment does not succeed.
 */
export async function tellStory(scene: Scene, example: Example): Promise<Story> {
  const { root, say } = scene;
  const [first = '', ...later] = example.versions;
  const folder = join(root, 'examples', example.name);
  let untold = await deploy(scene, join(folder, first));
  const url = await addressOf(scene, example.pilot);
  say(`see it at ${url}\n`);

  const viewers = viewersAt(url);
  const stop = viewers.keepAsking(await example.pages(folder));
  await pause(BEFORE_MS);
  for (const version of later) untold += await deploy(scene, join(folder, version));
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

function tellLoad({ requests, failed, served, failures }: LoadReport, say: Scene['say']): void {
  const shares = Object.entries(served).map(([version, count]) => `${version} ${count}`);
  say(`${requests} requests meanwhile: ${shares.join(', ')}, failed or mixed ${failed}`);
  for (const failure of failures) say(`  ${failure}`);
}

/** Asks once for what the first version's pages still need. */
async function askOnce(example: Example, folder: string, url: string): Promise<LoadReport> {
  const viewers = viewersAt(url);
  for (const page of example.kept(folder)) await viewers.ask(page);
  return viewers.report;
}

/** Names below localhost are this machine's, which not every resolver knows: they are asked for under their names. */
function viewersAt(url: string): Viewers {
  const { hostname, port } = new URL(url);
  return new Viewers(hostname, Number(port));
}

/** Where the pilot is, as people learn it. */
async function addressOf({ root }: Scene, pilot: string): Promise<string> {
  const asked = [join(root, 'dist/cli/pilot.js'), 'open', pilot, '--print'];
  const { stdout } = await promisify(execFile)(process.execPath, asked, { cwd: root });
  return stdout.trim();
}

const pause = (milliseconds: number) => new Promise((over) => setTimeout(over, milliseconds));

/**
 * Runs `pilot deploy` where the person sits: its progress is theirs to see.
 * @returns how many notifications did not come: 0 or 1.
 */
async function deploy({ root, mailbox, say }: Scene, folder: string): Promise<number> {
  const shown = relative(root, folder);
  say(`$ pilot deploy ${shown}`);
  const child = spawn(process.execPath, [join(root, 'dist/cli/pilot.js'), 'deploy', folder, '--follow'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise<number | null>((ended, failed) => child.once('error', failed).once('exit', ended));
  if (code !== 0) throw new Error(`the deployment of ${shown} did not succeed (exit code ${code})`);
  const subject = await mailbox.next();
  say(subject ? `✉ the topic told its subscribers: ${subject}` : '✉ no notification came');
  return subject ? 0 : 1;
}
