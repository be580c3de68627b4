// Copies what has changed on the volume to a bucket with versions; 4,096 characters at most.
const { createReadStream } = require('node:fs');
const { lstat, readdir, readFile } = require('node:fs/promises');
const { join } = require('node:path');
const { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');

const { ROOT, BUCKET: Bucket } = process.env;
const TOP = 'files/';
const AT_ONCE = 16;
const SMALL = 4 * 2 ** 20;
const MOST = 5 * 2 ** 30;
const SKEW_MS = 120_000;
// No XML has them.
const ODD = /[\p{Cc}\ufffd-\uffff]/u;
const s3 = new S3Client({ maxAttempts: 5 });

// In the order of names, for `seconds`.
exports.handler = async ({ after = '', seconds = 60 }) => {
  const until = Date.now() + seconds * 1000;
  const told = { copied: 0, bytes: 0, removed: 0, left: 0, closed: [] };
  const files = walk('', after, told);
  const copies = listed(after);
  let [file, copy] = [await next(files), await next(copies)];
  for (let last; file || copy; ) {
    if (last && Date.now() > until) return { ...told, after: last };
    const pairs = [];
    while (pairs.length < AT_ONCE && (file || copy)) {
      const order = !file ? 1 : copy ? compare(file.key, copy.key) : -1;
      const [here, there] = [order <= 0 && file, order >= 0 && copy];
      last = (here || there).key;
      pairs.push([here, there]);
      if (here) file = await next(files);
      if (there) copy = await next(copies);
    }
    await Promise.all(pairs.map(([here, there]) => (here ? bring(here, there, told) : takeOut(there, told))));
  }
  return told;
};

const next = async (all) => (await all.next()).value;
const compare = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function* walk(folder, after, told) {
  const found = await readdir(join(ROOT, folder), { withFileTypes: true }).catch((error) => {
    if (!folder) throw error;
    leave(told, folder, error.code);
    return [];
  });
  const own = found.filter((one) => one.isFile() || one.isDirectory());
  const keys = own.map((one) => folder + one.name + (one.isFile() ? '' : '/')).sort(compare);
  for (const key of keys) {
    if (compare(key, after) <= 0 && !(key.endsWith('/') && after.startsWith(key))) continue;
    if (key.endsWith('/')) yield* walk(key, after, told);
    else yield { key };
  }
}

async function* listed(after) {
  let token;
  do {
    const asked = { Bucket, Prefix: TOP, StartAfter: TOP + after, ContinuationToken: token };
    const page = await s3.send(new ListObjectsV2Command(asked));
    for (const { Key, Size, LastModified } of page.Contents ?? [])
      yield { key: Key.slice(TOP.length), size: Size, at: LastModified.getTime() };
    token = page.NextContinuationToken;
  } while (token);
}

async function bring({ key }, copy, told) {
  if (ODD.test(key) || Buffer.byteLength(TOP + key) > 1024) return leave(told, key, 'EINVAL');
  const path = join(ROOT, key);
  for (let turn = 1; ; turn += 1)
    try {
      const { size, mtimeMs, ctimeMs, mode } = await lstat(path);
      if (copy?.size === size && Math.max(mtimeMs, ctimeMs) < copy.at - SKEW_MS) return;
      if (size > MOST) return leave(told, key, 'EFBIG');
      const Body = size > SMALL ? createReadStream(path, { end: size - 1 }) : await readFile(path);
      const ContentLength = Body.length ?? size;
      const Metadata = { mode: mode.toString(8), mtime: String(mtimeMs) };
      await s3.send(new PutObjectCommand({ Bucket, Key: TOP + key, Body, ContentLength, Metadata }));
      told.copied += 1;
      told.bytes += ContentLength;
      return;
    } catch (error) {
      if (error.path) return leave(told, key, error.code);
      if (turn === 3) throw error;
    }
}

function leave(told, key, code) {
  if (code === 'ENOENT') return;
  told.left += 1;
  told.example ??= `${key}: ${code}`.slice(-200);
  if (key.endsWith('/')) told.closed.push(key);
}

async function takeOut({ key }, told) {
  if (told.closed.some((folder) => key.startsWith(folder))) return;
  await s3.send(new DeleteObjectCommand({ Bucket, Key: TOP + key }));
  told.removed += 1;
}
