import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { PhaseName, PhaseSpec } from './buildspec.ts';

/** What a build's commands are, in the file that the agent is started with. */
export interface Orders {
  shell: string;
  /** The folder that commands start in. */
  source: string;
  phases: Partial<Record<PhaseName, PhaseSpec>>;
  exported: string[];
}

/** One line of the agent's report. */
export type Report =
  | { phase: string; began: true; at: number }
  | { phase: string; status: 'SUCCEEDED' | 'FAILED'; message?: string; at: number }
  | { exported: Record<string, string> };

/**
 * Reads commands one after the other, each from a file, and tells how each ended. A command that ends the shell is
 * followed by another one, with what was exported until then.
 */
const LOOP = `trap 'export -p > "$0.kept"; pwd > "$0.folder"' EXIT
while IFS= read -r CODEBUILD_COMMAND <&3; do . "$CODEBUILD_COMMAND" 3<&- 4>&-; echo $? >&4; done`;

/**
 * Runs the phases of a build in one shell, and notes in a file how they go. It is the leader of the process group that all
 * of the build's processes are in, and takes them with it when whoever started it is gone.
 */
async function main(folder: string): Promise<void> {
  process.stdin.on('end', () => process.kill(-process.pid, 'SIGKILL')).resume();
  const orders = JSON.parse(readFileSync(join(folder, 'orders.json'), 'utf8')) as Orders;
  const shell = startShell(orders, folder);
  let succeeding = true;
  for (const name of ['install', 'pre_build', 'build', 'post_build'] as const) {
    const spec = orders.phases[name] ?? { commands: [], finally: [] };
    const phase = name.toUpperCase();
    note(folder, { phase, began: true, at: Date.now() });
    say(`Entering phase ${phase}`);
    const failed = await runPhase(shell, spec, succeeding);
    if (failed) succeeding = false;
    const status = failed ? 'FAILED' : 'SUCCEEDED';
    note(folder, { phase, status, ...(failed && { message: failed }), at: Date.now() });
    say(`Phase complete: ${phase} State: ${status}`);
    say(`Phase context status code: ${failed ? 'COMMAND_EXECUTION_ERROR' : ''} Message: ${failed ?? ''}`);
    // https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html
    const goesOn = spec.onFailure ? spec.onFailure === 'CONTINUE' : name === 'build';
    if (failed && !goesOn) break;
  }
  note(folder, { exported: await exportedBy(shell, orders.exported, folder) });
  process.exit(0);
}

async function runPhase(run: Run, { commands, finally: last }: PhaseSpec, succeeding: boolean) {
  let failed: string | undefined;
  const runAll = async (all: readonly string[]): Promise<void> => {
    for (const command of all) {
      say(`Running command ${command}`);
      const code = await run(`export CODEBUILD_BUILD_SUCCEEDING=${succeeding && !failed ? 1 : 0}\n${command}`);
      if (code === 0) continue;
      say(`Command did not exit successfully ${command} exit status ${code}`);
      failed ??= `Error while executing command: ${command}. Reason: exit status ${code}`;
      return;
    }
  };
  await runAll(commands);
  await runAll(last);
  return failed;
}

/** Runs a command and gives its exit code. */
type Run = (command: string) => Promise<number>;

function startShell({ shell, source }: Orders, folder: string): Run {
  const own = join(folder, 'shell');
  let count = 0;
  const open = () => {
    const child = spawn(shell, ['-c', LOOP, own], {
      cwd: existsSync(`${own}.folder`) ? readFileSync(`${own}.folder`, 'utf8').trimEnd() : source,
      stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
    });
    const answers = createInterface({ input: child.stdio[4] as Readable });
    const ended = new Promise<number>((resolve) => {
      child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)));
      child.on('error', () => resolve(127));
    });
    const commands = child.stdio[3] as Writable;
    commands.on('error', () => {});
    return { commands, answers, ended };
  };
  let now: ReturnType<typeof open> | undefined;
  return async (command) => {
    const again = now === undefined && existsSync(`${own}.kept`) ? `. '${own}.kept'\n` : '';
    now ??= open();
    const { commands, answers, ended } = now;
    const file = `${own}-${++count}`;
    writeFileSync(file, again + command);
    commands.write(`${file}\n`);
    const answered = new Promise<string>((resolve) => answers.once('line', resolve));
    const code = await Promise.race([answered.then(Number), ended.then((last) => ({ last }))]);
    if (typeof code === 'number') return code;
    now = undefined;
    return code.last;
  };
}

async function exportedBy(run: Run, names: readonly string[], folder: string): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const name of names) {
    const file = join(folder, 'exported');
    await run(`printf '%s' "\${${name}-}" > '${file}'`);
    values[name] = readFileSync(file, 'utf8');
  }
  return values;
}

const note = (folder: string, report: Report): void =>
  appendFileSync(join(folder, 'report'), `${JSON.stringify(report)}\n`);

function say(line: string): void {
  const at = new Date().toISOString().replaceAll('-', '/').replace('T', ' ').replace('Z', '');
  process.stdout.write(`[Container] ${at} ${line}\n`);
}

await main(process.argv[2] ?? '');
