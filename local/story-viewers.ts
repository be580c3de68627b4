import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LoadReport, Viewers } from './example/load.ts';

/** How long the load goes on before the first swap and after the last, in milliseconds. */
export const BEFORE_MS = 300;
export const AFTER_MS = 1_000;

export const pause = (milliseconds: number) => new Promise((over) => setTimeout(over, milliseconds));

/** Names below localhost are this machine's, which not every resolver knows: they are asked for under their names. */
export function viewersAt(url: string): Viewers {
  const { hostname, port } = new URL(url);
  return new Viewers(hostname, Number(port));
}

/** Where the pilot is, as people learn it. */
export async function addressOf(root: string, pilot: string): Promise<string> {
  const asked = [join(root, 'dist/cli/pilot.js'), 'open', pilot, '--print'];
  const { stdout } = await promisify(execFile)(process.execPath, asked, { cwd: root });
  return stdout.trim();
}

export function tellLoad({ requests, failed, served, failures }: LoadReport, say: (line: string) => void): void {
  const shares = Object.entries(served).map(([version, count]) => `${version} ${count}`);
  say(`${requests} requests meanwhile: ${shares.join(', ')}, failed or mixed ${failed}`);
  for (const failure of failures) say(`  ${failure}`);
}
