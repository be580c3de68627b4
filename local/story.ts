import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Environment } from './environment.ts';
import type { Example } from './example/example.ts';
import { type LoadReport, Viewers } from './example/load.ts';

/** What a run of an example came to: the last line of `--once`. */
export interface Story {
  deployments: number;
  swaps: number;
  requests: number;
  failed: number;
}

/** How long the load goes on before the first swap and after the last, in milliseconds. */
const BEFORE_MS = 300;
const AFTER_MS = 1_000;

/**
 * Deploys each version of an example as a person would, with the CLI, and lets
 * viewers ask without pause from the first release on.
 * @throws when a deployment does not succeed.
 */
export async function tellStory(
  root: string,
  environment: Environment,
  example: Example,
  say: (line: string) => void,
): Promise<Story> {
  const [first = '', ...later] = example.versions;
  const folder = join(root, 'examples', example.name);
  await deploy(root, join(folder, first), say);
  say(`live at ${example.url(environment)}`);

  const stop = new Viewers(example.host, environment.ports.edge).keepAsking(example.pages(folder));
  await pause(BEFORE_MS);
  for (const version of later) await deploy(root, join(folder, version), say);
  await pause(AFTER_MS);
  const report = await stop();
  tellLoad(report, say);

  const left = await askOnce(example, folder, environment);
  say(`${left.requests - left.failed} of ${left.requests} addresses of ${first} still answer, as its open tabs need`);
  for (const failure of left.failures) say(`  ${failure}`);
  return {
    deployments: example.versions.length,
    swaps: later.length,
    requests: report.requests + left.requests,
    failed: report.failed + left.failed,
  };
}

function tellLoad({ requests, failed, served, failures }: LoadReport, say: (line: string) => void): void {
  const shares = Object.entries(served).map(([version, count]) => `${version} ${count}`);
  say(`${requests} requests meanwhile: ${shares.join(', ')}, failed or mixed ${failed}`);
  for (const failure of failures) say(`  ${failure}`);
}

/** Asks once for what the first version's pages still need. */
async function askOnce(example: Example, folder: string, { ports }: Environment): Promise<LoadReport> {
  const viewers = new Viewers(example.host, ports.edge);
  for (const page of example.kept(folder)) await viewers.ask(page);
  return viewers.report;
}

const pause = (milliseconds: number) => new Promise((over) => setTimeout(over, milliseconds));

/** Runs `pilot deploy` where the person sits: its progress is theirs to see. */
async function deploy(root: string, folder: string, say: (line: string) => void): Promise<void> {
  say(`$ pilot deploy ${folder.slice(root.length + 1)}`);
  const child = spawn(process.execPath, [join(root, 'dist/cli/pilot.js'), 'deploy', folder, '--follow'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const code = await new Promise<number | null>((ended, failed) => child.once('error', failed).once('exit', ended));
  if (code !== 0)
    throw new Error(`the deployment of ${folder.slice(root.length + 1)} did not succeed (exit code ${code})`);
}
