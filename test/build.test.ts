import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { fromBufferPromise } from 'yauzl';
import { buildCli } from '../build/cli.ts';
import { buildFunctions } from '../build/functions.ts';

const run = promisify(execFile);
let root: string;

async function put(path: string, text: string) {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}
const zip = (name: string) => readFile(join(root, 'dist/functions', `${name}.zip`));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pilotage-build-'));
  await put('shared/seldom.ts', `export const seldom = '${'x'.repeat(5_000)}';`);
  await put('shared/always.ts', 'export const always: number = 1;');
  await put(
    'functions/deploy/shift.ts',
    `import { always } from '../../shared/always.ts';
    export async function handler() { return [always, (await import('../../shared/seldom.ts')).seldom]; }`,
  );
  await put('functions/parking/wake.ts', 'export const handler = async () => 1;');
  await put('functions/parking/words.ts', 'export const words = [];');
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('every file with a handler becomes a function named by folder and file', async () => {
  const built = await buildFunctions({ root });
  expect(built.map(({ name }) => name)).toEqual(['deploy-shift', 'parking-wake']);
});

test('what is imported dynamically is a chunk that the static bundle does not count', async () => {
  const [shift] = await buildFunctions({ root, names: ['deploy-shift'] });
  const archive = await fromBufferPromise(await zip('deploy-shift'));
  const names: string[] = [];
  for await (const { fileName } of archive.eachEntry()) names.push(fileName);
  expect(names).toEqual([expect.stringMatching(/^chunks\/seldom-\w+\.mjs$/), 'index.mjs']);
  expect(shift?.staticBytes).toBeLessThan(1_000);
});

test('the same sources give the same bytes, wherever and whenever they are built', async () => {
  await buildFunctions({ root });
  const first = await zip('deploy-shift');
  const elsewhere = `${root}-elsewhere`;
  await cp(root, elsewhere, { recursive: true });
  await rm(join(elsewhere, 'dist'), { recursive: true });
  await buildFunctions({ root: elsewhere });
  expect(first.equals(await readFile(join(elsewhere, 'dist/functions/deploy-shift.zip')))).toBe(true);
  await rm(elsewhere, { recursive: true });
});

test('only what has changed is built again', async () => {
  const built = async () => (await buildFunctions({ root })).filter((one) => one.built).map(({ name }) => name);
  expect(await built()).toEqual(['deploy-shift', 'parking-wake']);
  expect(await built()).toEqual([]);
  await put('shared/always.ts', 'export const always: number = 2;');
  expect(await built()).toEqual(['deploy-shift']);
  await rm(join(root, 'dist/functions/parking-wake.zip'));
  expect(await built()).toEqual(['parking-wake']);
  await put('package-lock.json', '{}');
  expect(await built()).toEqual(['deploy-shift', 'parking-wake']);
});

test('a CommonJS package may ask for a module of Node', async () => {
  await put('node_modules/old/index.js', "module.exports = () => require('os').EOL;");
  await put('functions/parking/old.ts', "import eol from 'old';\nexport const handler = async () => eol();");
  await buildFunctions({ root, names: ['parking-old'] });
  const archive = await fromBufferPromise(await zip('parking-old'));
  for await (const entry of archive.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await archive.openReadStreamPromise(entry)) chunks.push(chunk);
    await put(`out/${entry.fileName}`, Buffer.concat(chunks).toString());
  }
  const call = `import { handler } from ${JSON.stringify(join(root, 'out/index.mjs'))}; console.log(JSON.stringify(await handler()))`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', call]);
  expect(stdout).toBe('"\\n"\n');
});

test('a name that is no function is an error', async () => {
  await expect(buildFunctions({ root, names: ['deploy-nothing'] })).rejects.toThrow('deploy-nothing');
});

test('the CLI is built to run alone; without a source there is nothing to build', async () => {
  expect(await buildCli({ root })).toBe(false);
  await put('package.json', '{"type":"module"}');
  await put('cli/pilot.ts', "const { seldom } = await import('../shared/seldom.ts'); console.log(seldom.length);");
  expect(await buildCli({ root })).toBe(true);
  const file = join(root, 'dist/cli/pilot.js');
  expect((await stat(file)).mode & 0o111).toBe(0o111);
  expect((await readFile(file, 'utf8')).startsWith('#!/usr/bin/env node\n')).toBe(true);
  expect((await run(file)).stdout).toBe('5000\n');
});
