import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { emulatorUrl } from '../support/emulator.ts';

interface Told {
  copied: number;
  bytes: number;
  removed: number;
  left: number;
  example?: string;
  after?: string;
}

/** An hour before now: what the copies are newer than. */
const LONG_AGO = new Date(Date.now() - 3_600_000);

describe('the function that copies files', () => {
  let root: string;
  let Bucket: string;
  let s3: S3Client;
  let copy: (event?: object) => Promise<Told>;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'pilotage-files-'));
    Bucket = `files-${randomUUID()}`;
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: emulatorUrl(),
      ROOT: root,
      BUCKET: Bucket,
    });
    s3 = new S3Client({});
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    jest.resetModules();
    const { handler } = require('../../templates/parts/file-copier.cjs');
    copy = (event = {}) => handler(event);
  });
  afterEach(() => {
    s3.destroy();
    rmSync(root, { recursive: true });
  });

  const put = (name: string, text = name) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
    utimesSync(join(root, name), LONG_AGO, LONG_AGO);
  };
  const copies = async () =>
    ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key = '' }) => Key).sort();
  const textOf = async (Key: string, VersionId?: string) =>
    (await s3.send(new GetObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }))).Body?.transformToString();
  /** As if so much time had passed since the files were changed: their times cannot be set, so the clock of the copies is. */
  const later = () =>
    jest.spyOn(Date.prototype, 'getTime').mockImplementation(function (this: Date) {
      return Number(this) + 3_600_000;
    });
  afterEach(() => jest.restoreAllMocks());

  it('copies all files in all folders, whatever they are called, and nothing else', async () => {
    const names = ['a/b/c.txt', 'a-b', 'a.txt', 'a/😀', 'a/\uff5e', 'ä ö/%41+&?.txt', 'empty'];
    for (const name of names) put(name, name === 'empty' ? '' : name);
    mkdirSync(join(root, 'folder'));
    symlinkSync('/etc/passwd', join(root, 'link'));
    expect(await copy()).toMatchObject({ copied: names.length, removed: 0, left: 0 });
    expect(await copies()).toEqual(names.map((name) => `files/${name}`).sort());
    expect(await textOf('files/ä ö/%41+&?.txt')).toBe('ä ö/%41+&?.txt');
    expect(await textOf('files/empty')).toBe('');
  });

  it('copies again only what has changed since, be it as long as before', async () => {
    for (const name of ['a/one', 'a-b', 'two']) put(name);
    await copy();
    later();
    expect(await copy()).toMatchObject({ copied: 0, bytes: 0 });
    jest.restoreAllMocks();
    put('two', 'owt');
    expect(await copy()).toMatchObject({ copied: 3 });
    expect(await textOf('files/two')).toBe('owt');
    later();
    put('two', 'longer');
    expect(await copy()).toMatchObject({ copied: 1, bytes: 6 });
  });

  it('takes out what is gone, whose versions stay', async () => {
    put('gone/one');
    put('stays');
    await copy();
    rmSync(join(root, 'gone'), { recursive: true });
    expect(await copy()).toMatchObject({ removed: 1 });
    expect(await copies()).toEqual(['files/stays']);
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'files/gone' }));
    expect(await textOf('files/gone/one', Versions[0]?.VersionId)).toBe('gone/one');
  });

  it('ends after its time, and goes on from there: together it is everything, once', async () => {
    const names = Array.from({ length: 70 }, (_, number) => `${number % 7}/${number % 3}-x/${number}`);
    for (const name of names) put(name);
    let [told, turns] = [await copy({ seconds: -1 }), 1];
    let copied = told.copied;
    while (told.after) {
      told = await copy({ seconds: -1, after: told.after });
      copied += told.copied;
      turns += 1;
    }
    expect([turns, copied]).toEqual([5, 70]);
    expect(await copies()).toEqual(names.map((name) => `files/${name}`).sort());
  });

  it('cut off anywhere, it goes on from an earlier place', async () => {
    for (const name of ['a', 'b', 'c']) put(name);
    await copy();
    expect(await copy({ after: 'b' })).toMatchObject({ copied: 1, removed: 0 });
    expect(await copies()).toEqual(['files/a', 'files/b', 'files/c']);
  });

  it('copies a large file as it is', async () => {
    put('large', 'x'.repeat(5 * 2 ** 20));
    expect(await copy()).toMatchObject({ copied: 1, bytes: 5 * 2 ** 20 });
    expect((await textOf('files/large'))?.length).toBe(5 * 2 ** 20);
  });

  it('a name that no bucket takes, or could list again, is told, and keeps nothing else from being copied', async () => {
    put('good', 'good');
    put('bad\u0001name', 'bad');
    put(`${'long/'.repeat(210)}name`, 'long');
    expect(await copy()).toMatchObject({ copied: 1, left: 2, example: expect.stringMatching(/: EINVAL$/) });
    expect(await copies()).toEqual(['files/good']);
  });

  it('a folder that it may not read is told, and its copies stay', async () => {
    put('shut/one');
    put('open');
    await copy();
    const fs = require('node:fs/promises');
    const readdir = fs.readdir;
    jest
      .spyOn(fs, 'readdir')
      .mockImplementation(((path: string, options: object) =>
        path.endsWith('shut/')
          ? Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES', path }))
          : readdir(path, options)) as never);
    jest.resetModules();
    const { handler } = require('../../templates/parts/file-copier.cjs');
    expect(await handler({})).toMatchObject({ left: 1, example: 'shut/: EACCES', removed: 0 });
    expect(await copies()).toEqual(['files/open', 'files/shut/one']);
  });

  it('a volume that is not there takes nothing out: it fails', async () => {
    put('one');
    await copy();
    rmSync(root, { recursive: true });
    await expect(copy()).rejects.toThrow('ENOENT');
    mkdirSync(root);
    chmodSync(root, 0o755);
    expect(await copies()).toEqual(['files/one']);
  });

  it('a bucket that takes nothing is a failure', async () => {
    put('one');
    process.env.BUCKET = 'there-is-none';
    jest.resetModules();
    await expect(require('../../templates/parts/file-copier.cjs').handler({})).rejects.toThrow();
  });

  it('fits into a template, which has it as it is', () => {
    const code = readFileSync(join(__dirname, '../../templates/parts/file-copier.cjs'), 'utf8');
    expect(code.length).toBeLessThanOrEqual(4_096);
    expect(require('../../templates/parts/file-copier.json')).toEqual({ code });
  });
});
