import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, startChild } from '../children.ts';
import type { Orders, Report } from './agent.ts';
import type { Credentials, Where } from './aws.ts';

const AGENT = 'local/builds/agent.ts';
/** What commands find that this machine may not have; the AWS CLI runs on the emulator's Python. */
const PROGRAMS = ['local/instances/bin/aws', 'local/builds/bin/docker'];
const PYTHON = '.local/venv/bin';
const PACE_MS = 50;

export interface Commands {
  /** Of the build, with `source` in it. */
  scratch: string;
  orders: Orders;
  environment: Record<string, string>;
  say: (line: string) => void;
  onReport: (report: Report) => void;
  onStart: (child: Child) => void;
}

/** Runs a build's commands until the last has ended, or until its process was stopped. */
export async function runCommands({ scratch, orders, environment, say, onReport, onStart }: Commands): Promise<void> {
  const folder = join(scratch, 'agent');
  await mkdir(folder);
  await writeFile(join(folder, 'orders.json'), JSON.stringify(orders));
  await writeFile(join(folder, 'report'), '');
  const log = join(folder, 'output');
  const child = await startChild(process.execPath, [join(process.cwd(), AGENT), folder], {
    env: environment,
    log,
    cwd: orders.source,
    grace: 1_000,
    what: 'builds',
  });
  onStart(child);
  let isRunning = true;
  const ended = child.ended.then(() => {
    isRunning = false;
  });
  const [output, reports] = [linesOf(log), linesOf(join(folder, 'report'))];
  const look = async (last: boolean) => {
    // Its output first: what is said of a phase comes before the next one begins.
    for (const line of await output(last)) say(line);
    for (const line of await reports(last)) onReport(JSON.parse(line) as Report);
  };
  while (isRunning) {
    await Promise.race([pause(PACE_MS), ended]);
    await look(false);
  }
  await look(true);
}

/** Reads what was added to a file, line by line; the last line ends with the file. */
function linesOf(file: string): (last: boolean) => Promise<string[]> {
  let at = 0;
  let rest = Buffer.alloc(0);
  return async (last) => {
    const handle = await open(file);
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(size - at), 0, size - at, at);
    await handle.close();
    at = size;
    const bytes = Buffer.concat([rest, buffer]);
    const end = last ? bytes.length : bytes.lastIndexOf('\n') + 1;
    rest = bytes.subarray(end);
    const lines = bytes.subarray(0, end).toString().split('\n');
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  };
}

/** What a build's commands find around them: nothing of this process's own but where programs are. */
export async function surroundings(
  scratch: string,
  { emulatorUrl }: Where,
  role: Credentials,
): Promise<Record<string, string>> {
  const [bin, home, temporary] = ['bin', 'home', 'tmp'].map((name) => join(scratch, name)) as [string, string, string];
  for (const folder of [bin, home, temporary]) await mkdir(folder);
  for (const program of PROGRAMS)
    await symlink(join(process.cwd(), program), join(bin, program.slice(program.lastIndexOf('/') + 1)));
  const path = [bin, dirname(process.execPath), process.env.PATH ?? '/usr/bin:/bin', join(process.cwd(), PYTHON)];
  return {
    PATH: path.join(':'),
    LANG: 'C.UTF-8',
    HOME: home,
    TMPDIR: temporary,
    AWS_ENDPOINT_URL: emulatorUrl,
    AWS_EC2_METADATA_DISABLED: 'true',
    // Beside those of builds, which are gone with them.
    PILOTAGE_IMAGES: join(dirname(scratch), 'images'),
    AWS_ACCESS_KEY_ID: role.accessKeyId,
    AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
    AWS_SESSION_TOKEN: role.sessionToken,
  };
}
