import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { fromBufferPromise } from 'yauzl';
import yazl from 'yazl';
import { copyWith } from '../../../shared/targets/artifact/append.ts';
import { directoryIn, endOf } from '../../../shared/targets/artifact/zip-end.ts';
import { zipOf } from '../../support/zip.ts';
import { MANIFESTS, makeBucket, s3Of, useEmulator } from '../lambda/world.ts';

const ADDED = [
  { path: '.ebextensions/zzz.config', content: '{"größe": 1}' },
  { path: 'empty', content: '' },
];

/** The same as copyWith does, of bytes at hand. */
function extended(zip: Buffer): Buffer {
  const directory = directoryIn(zip, zip.length);
  if (typeof directory === 'string') throw new Error(directory);
  const { start, end, count } = directory;
  return Buffer.concat([zip.subarray(0, start), endOf({ start, count, listed: zip.subarray(start, end) }, ADDED)]);
}

async function filesIn(zip: Buffer): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const opened = await fromBufferPromise(zip, { validateEntrySizes: true, strictFileNames: true });
  for await (const entry of opened.eachEntry()) {
    const content = await buffer(await opened.openReadStreamPromise(entry, {}));
    expect([entry.fileName, crc32(content)]).toEqual([entry.fileName, entry.crc32]);
    found[entry.fileName] = content.toString();
  }
  return found;
}

const MORE = { '.ebextensions/zzz.config': '{"größe": 1}', empty: '' };

describe('a zip to which files are added', () => {
  it('has all that it had, and them', async () => {
    const files = { 'server.js': 'serve();'.repeat(1000), 'a/b.txt': 'b' };
    expect(await filesIn(extended(await zipOf(files)))).toEqual({ ...files, ...MORE });
  });

  it('may be empty before', async () => {
    expect(await filesIn(extended(await zipOf({})))).toEqual(MORE);
  });

  it('may have a comment', async () => {
    const zip = await zipOf({ 'a.txt': 'a' });
    const comment = Buffer.from('PK\x05\x06 is how a directory ends');
    zip.writeUInt16LE(comment.length, zip.length - 2);
    expect(await filesIn(extended(Buffer.concat([zip, comment])))).toEqual({ 'a.txt': 'a', ...MORE });
  });

  it('may be of those that tell their sizes in 64 bits', async () => {
    const packing = new yazl.ZipFile();
    packing.addBuffer(Buffer.from('a'), 'a.txt', { forceZip64Format: true });
    packing.end({ forceZip64Format: true, comment: '' });
    const zip = await buffer(packing.outputStream as unknown as NodeJS.ReadableStream);
    expect(await filesIn(extended(zip))).toEqual({ 'a.txt': 'a', ...MORE });
  });

  it.each([
    ['what is no zip', async () => Buffer.from('PK, but no more of it'), 'it is no zip'],
    [
      'a zip that something was put before',
      async () => Buffer.concat([Buffer.from('#!/bin/sh\n'), await zipOf({ 'a.txt': 'a' })]),
      'its directory is not where it says',
    ],
    [
      'a zip whose directory begins elsewhere than it says',
      async () => {
        const zip = await zipOf({ 'a.txt': 'a' });
        zip.writeUInt32LE(zip.readUInt32LE(zip.length - 6) - 3, zip.length - 6);
        return zip;
      },
      'its directory is not where it says',
    ],
  ])('is none where there is %s', async (_, zip, reason) => {
    const bytes = await zip();
    expect(directoryIn(bytes, bytes.length)).toBe(reason);
  });
});

describe('an object to which files are added', () => {
  const place = (key: string) => ({ bucket: MANIFESTS, key });
  beforeAll(async () => {
    useEmulator();
    await makeBucket();
  });

  it('is another one, with a checksum, and longer than what is read of it at once', async () => {
    const packing = new yazl.ZipFile();
    const long = Buffer.alloc(3_000_000, 'pilotage ');
    packing.addBuffer(long, 'long.txt', { compress: false });
    packing.end();
    const Body = await buffer(packing.outputStream as unknown as NodeJS.ReadableStream);
    await s3Of().send(new PutObjectCommand({ Bucket: MANIFESTS, Key: 'long.zip', Body }));
    expect(await copyWith(place('long.zip'), place('longer.zip'), ADDED)).toBeUndefined();
    const made = await s3Of().send(new GetObjectCommand({ Bucket: MANIFESTS, Key: 'longer.zip' }));
    const files = await filesIn(Buffer.from((await made.Body?.transformToByteArray()) ?? []));
    expect(Object.keys(files)).toEqual(['long.txt', ...Object.keys(MORE)]);
    const { ChecksumCRC32 } = await s3Of().send(
      new HeadObjectCommand({ Bucket: MANIFESTS, Key: 'longer.zip', ChecksumMode: 'ENABLED' }),
    );
    expect(ChecksumCRC32).toBeDefined();
  });

  it('is not made of one that is gone', async () => {
    expect(await copyWith(place('none.zip'), place('made.zip'), ADDED)).toMatch(/it is gone/);
  });
});
