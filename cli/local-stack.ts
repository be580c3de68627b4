import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Io } from './io.ts';

/** What `npm start` writes down of the stack that it runs. */
export interface LocalStack {
  /** The emulator's, on this machine. */
  url: string;
  region: string;
  stage: string;
  outputs: Record<string, string>;
  /** Whose end is the stack's end. */
  pid: number;
}

const FILE = join('.local', 'stack.json');
const PATIENCE_MS = 2_000;

/**
 * The stack that runs on this machine, if one does: the file that PILOTAGE_STACK
 * names, or `.local/stack.json` from the current folder or the program's own upwards.
 */
export async function runningLocalStack(io: Io): Promise<LocalStack | undefined> {
  const named = io.env.PILOTAGE_STACK;
  const files = named
    ? [resolve(io.cwd, named)]
    : [...upwards(io.cwd), ...upwards(io.home)].map((folder) => join(folder, FILE));
  for (const file of new Set(files)) {
    const stack = read(file);
    if (stack && lives(stack.pid) && (await answers(stack.url))) return stack;
    if (stack) io.err.write(`the local stack of ${file} no longer runs; npm start starts it again\n`);
  }
  return undefined;
}

function upwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

function read(file: string): LocalStack | undefined {
  try {
    const stack = JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalStack>;
    return isLocalStack(stack) ? stack : undefined;
  } catch {
    return undefined;
  }
}

/** A file that lies in somebody else's folder must not send uploads anywhere but to this machine. */
function isLocalStack(stack: Partial<LocalStack>): stack is LocalStack {
  const texts = [stack.url, stack.region, stack.stage].every((value) => typeof value === 'string');
  if (!texts || !Number.isInteger(stack.pid) || Number(stack.pid) <= 0 || typeof stack.outputs !== 'object')
    return false;
  const host = URL.canParse(stack.url ?? '') ? new URL(stack.url ?? '').hostname : '';
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
