import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Program } from '../../tasks/images.ts';
import { commandOf, type Instruction, variablesIn, wordsOf } from './dockerfile.ts';

/** Makes a folder of what a Dockerfile says, and tells what is started in it. @throws where a RUN fails */
export function makeImage(instructions: readonly Instruction[], context: string, root: string): Program {
  let [workdir, command]: [string, string[]] = ['/', []];
  const variables: Record<string, string> = {};
  const within = () => join(root, workdir);
  mkdirSync(root, { recursive: true });
  for (const { name, rest } of instructions) {
    if (name === 'WORKDIR') {
      workdir = resolve(workdir, rest);
      mkdirSync(within(), { recursive: true });
    }
    if (name === 'ENV') Object.assign(variables, variablesIn(rest));
    if (name === 'CMD') command = commandOf(rest);
    if (name === 'COPY') copy(wordsOf(rest), context, root, workdir);
    if (name === 'RUN') run(rest, within(), variables);
  }
  const given = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return { command: given.length > 0 ? ['env', ...given, ...command] : command, cwd: within() };
}

/** @throws in Docker’s own words. */
function run(command: string, cwd: string, variables: Record<string, string>): void {
  const { status } = spawnSync('sh', ['-c', command], { cwd, env: { ...process.env, ...variables }, stdio: 'inherit' });
  if (status !== 0)
    throw new Error(`process "/bin/sh -c ${command}" did not complete successfully: exit code: ${status}`);
}

function copy(words: string[], context: string, root: string, workdir: string): void {
  const to = words.at(-1) ?? '.';
  const sources = words.slice(0, -1);
  const into = join(root, resolve(workdir, to));
  for (const source of sources) {
    const from = resolve(context, `.${resolve('/', source)}`);
    const isFolder = statSync(from).isDirectory();
    const named = !isFolder && (sources.length > 1 || /(?:^|\/)\.?$/.test(to)) ? join(into, basename(from)) : into;
    cpSync(from, named, { recursive: true });
  }
}

/** By the files of a folder and what is started in it. */
export function digestOf(root: string, { command }: Program): string {
  const hash = createHash('sha256').update(JSON.stringify(command));
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map((one) => join(one.parentPath, one.name)).sort();
  for (const path of paths) hash.update(`\0${path.slice(root.length)}\0`).update(readFileSync(path));
  return `sha256:${hash.digest('hex')}`;
}
