import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Problem } from '../../shared/errors.ts';

const run = promisify(execFile);

const OLDEST = [3, 10] as const;
const NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const ASK = 'import sys\nprint(*sys.version_info[:2])\nimport ensurepip, venv';

interface Found {
  version: readonly [number, number];
  /** Whether it can make a virtual environment; Debian packs that apart. */
  venv: boolean;
}

/** Asks a Python by its name on PATH; undefined when there is none, or it does not run. */
export async function askPython(name: string): Promise<Found | undefined> {
  const answer = await run(name, ['-c', ASK], { timeout: 10_000 }).then(
    ({ stdout }) => ({ stdout, venv: true }),
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '', venv: false }),
  );
  const [, major, minor] = /^(\d+) (\d+)/.exec(answer.stdout) ?? [];
  return major && minor ? { version: [Number(major), Number(minor)], venv: answer.venv } : undefined;
}

/** The first Python on PATH that the emulator runs on and that can make a virtual environment. */
export async function findPython(ask = askPython): Promise<{ python: string } | { problem: Problem }> {
  let without: string | undefined;
  for (const name of NAMES) {
    const found = await ask(name);
    if (!found || !isEnough(found.version)) continue;
    if (found.venv) return { python: name };
    without ??= found.version.join('.');
  }
  return { problem: without ? venvMissing(without) : pythonMissing };
}

const isEnough = ([major, minor]: readonly [number, number]) =>
  major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);

const pythonMissing: Problem = {
  code: 'PYTHON_MISSING',
  message: 'the local AWS emulator needs Python, and there is none that is new enough',
  expected: `Python ${OLDEST.join('.')} or newer as python3 on PATH`,
  hint: 'Debian, Ubuntu: apt install python3 python3-venv · Fedora: dnf install python3 · macOS: brew install python',
};
const venvMissing = (version: string): Problem => ({
  code: 'PYTHON_VENV_MISSING',
  message: `Python ${version} cannot make a virtual environment: its module venv or ensurepip is missing`,
  hint: `Debian, Ubuntu: apt install python${version}-venv`,
});
