import { existsSync } from 'node:fs';
import { glob, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.ts';
import { currentStamp, fingerprint, type Stamp, writeStamp } from './stamp.ts';
import { stableZip } from './zip.ts';

export interface BuildFunctionsOptions {
  /** The repository; the working directory unless said otherwise. */
  root?: string;
  /** Only these; all unless said otherwise. */
  names?: readonly string[];
}

export interface BuiltFunction {
  /** Folder and file: `deploy-shift` for functions/deploy/shift.ts. */
  name: string;
  /** Bytes that are loaded before the handler is called. */
  staticBytes: number;
  zipBytes: number;
  /** False where nothing that it is made from has changed. */
  built: boolean;
}

const HANDLER = /^\s*export (?:const|(?:async )?function) handler\b/m;

/** Every file functions/<group>/<name>.ts that exports a `handler`: from name to source, sorted. */
export async function findFunctions(root: string): Promise<Map<string, string>> {
  const found: [string, string][] = [];
  for await (const source of glob('functions/*/*.ts', { cwd: root })) {
    if (!HANDLER.test(await readFile(join(root, source), 'utf8'))) continue;
    found.push([source.slice('functions/'.length, -'.ts'.length).replace('/', '-'), source]);
  }
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Makes dist/functions/<name>.zip for each function, source maps beside them in
 * dist/maps. What has not changed since the last time is not built again.
 * @throws when a name is no function, or a source does not compile (esbuild has printed where)
 */
export async function buildFunctions({
  root = process.cwd(),
  names,
}: BuildFunctionsOptions = {}): Promise<BuiltFunction[]> {
  const functions = await findFunctions(root);
  const unknown = names?.filter((name) => !functions.has(name)) ?? [];
  if (unknown.length)
    throw new Error(`no such function: ${unknown.join(', ')} (known: ${[...functions.keys()].join(', ')})`);
  const wanted = [...functions].filter(([name]) => !names || names.includes(name));
  return Promise.all(wanted.map(([name, source]) => buildFunction(root, name, source)));
}

async function buildFunction(root: string, name: string, source: string): Promise<BuiltFunction> {
  const zipFile = join(root, 'dist/functions', `${name}.zip`);
  const stampFile = join(root, 'dist/stamps', `${name}.json`);
  const current = existsSync(zipFile) && (await currentStamp(root, stampFile));
  if (current) return { name, staticBytes: current.staticBytes, zipBytes: current.zipBytes, built: false };

  const { code, maps, inputs, staticBytes } = await bundle(root, { out: 'index.mjs', source }, 'node24');
  const zip = await stableZip(code);
  await writeWhole(zipFile, zip);
  await rm(join(root, 'dist/maps', name), { recursive: true, force: true });
  await Promise.all([...maps].map(([path, map]) => writeWhole(join(root, 'dist/maps', name, path), map)));

  const stamp: Stamp = { fingerprint: await fingerprint(root, inputs), inputs, staticBytes, zipBytes: zip.length };
  await writeStamp(stampFile, stamp);
  return { name, staticBytes, zipBytes: zip.length, built: true };
}

/** Whole or not at all: a build that is broken off leaves no half zip behind. */
async function writeWhole(file: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, content);
  await rename(`${file}.part`, file);
}
