import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What was built, and from what; kept beside the result so that the same is not built twice. */
export interface Stamp {
  fingerprint: string;
  inputs: string[];
  staticBytes: number;
  zipBytes: number;
}

/** A change in how things are built is a change of all that is built. */
const RECIPE = ['build/bundle.ts', 'build/functions.ts', 'build/zip.ts', 'package-lock.json'];

/** One hash of the sources; for what is under node_modules, the lock file speaks. */
export async function fingerprint(root: string, inputs: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const own = inputs.filter((path) => !path.includes('node_modules/'));
  for (const path of [...RECIPE, ...own].sort()) {
    const full = join(root, path);
    hash.update(`${path}\0`).update(existsSync(full) ? await readFile(full) : 'missing');
  }
  return hash.digest('hex');
}

/** The stamp, where what it was made from is still the same. */
export async function currentStamp(root: string, file: string): Promise<Stamp | undefined> {
  const stamp = await readStamp(file);
  return stamp && stamp.fingerprint === (await fingerprint(root, stamp.inputs)) ? stamp : undefined;
}

export async function writeStamp(file: string, stamp: Stamp): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(stamp));
}

async function readStamp(file: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
