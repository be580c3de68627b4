// Writes the settings of releases onto the volume: a folder for each release, which its tasks see and no others.
// As index.js it is the code of a function of the pilot's stack, which takes 4,096 characters at most.
const { createHash, randomUUID } = require('node:crypto');
const { link, mkdir, open, readdir, readFile, rename, rm, stat } = require('node:fs/promises');
const { join } = require('node:path');

const ROOT = process.env.ROOT ?? '/mnt/configuration';
const RELEASE = /^[0-9a-f]{20}$/;
const NAME = /^(?!\.)[\w.-]{1,64}\.(?:json|ya?ml|env)$/;
const HALF = /^\.half-/;
const STALE_MS = 900_000;

exports.handler = async ({ release, name, text, remove }) => {
  if (remove) return removeAll(remove);
  check(RELEASE, release);
  check(NAME, name);
  const file = join(ROOT, release, name);
  const there = await digestOf(file);
  if (text !== undefined && there !== digest(text)) {
    if (typeof text !== 'string') throw new Error('the text is none');
    await write(join(ROOT, release), name, text, there);
  }
  return { sha256: await digestOf(file) };
};

// Under another name first: whoever reads sees the file as it was, or the whole of the new one.
async function write(folder, name, text, before) {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await clear(folder);
  const file = join(folder, name);
  const half = join(folder, `.half-${randomUUID()}`);
  const handle = await open(half, 'wx', 0o444);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (before) await keep(folder, file, `${before.slice(0, 12)}-${name}`);
  await rename(half, file);
  await sync(folder);
  await sync(ROOT);
}

// A version before stays beside it, by its digest.
async function keep(folder, file, name) {
  const previous = join(folder, '.previous');
  await mkdir(previous, { recursive: true, mode: 0o755 });
  await link(file, join(previous, name)).catch(unless('EEXIST'));
  await sync(previous);
}

// What a run that was cut off has left.
async function clear(folder) {
  for (const name of await readdir(folder)) {
    if (!HALF.test(name)) continue;
    const { mtimeMs } = (await stat(join(folder, name)).catch(unless('ENOENT'))) ?? {};
    if (mtimeMs < Date.now() - STALE_MS) await rm(join(folder, name), { force: true });
  }
}

async function removeAll(releases) {
  for (const release of releases) check(RELEASE, release);
  for (const release of releases) await rm(join(ROOT, release), { recursive: true, force: true });
  await sync(ROOT);
  return { removed: releases.length };
}

async function sync(folder) {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function digestOf(file) {
  const text = await readFile(file).catch(unless('ENOENT'));
  return text && digest(text);
}

const digest = (text) => createHash('sha256').update(text).digest('hex');

const check = (pattern, text) => {
  if (typeof text !== 'string' || !pattern.test(text)) throw new Error('a release or name that is none');
};

const unless = (code) => (error) => {
  if (error.code !== code) throw error;
};
