import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { fromBufferPromise } from 'yauzl';

/** Fetches a source bundle and puts its files into a folder. */
export async function unpackBundle(
  s3: S3Client,
  { bucket, key }: { bucket: string; key: string },
  folder: string,
): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const zip = await fromBufferPromise(Buffer.from((await Body?.transformToByteArray()) ?? []), {});
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    const file = join(folder, entry.fileName);
    await mkdir(dirname(file), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry, {}), createWriteStream(file));
  }
}

/**
 * How a bundle is started: its Procfile's `web`, else npm's start script, else one of Node's usual files.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/nodejs-configuration-procfile.html
 * @returns undefined where nothing says it.
 */
export async function startOf(folder: string): Promise<string | undefined> {
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => undefined);
  const [, web] = /^web:\s*(.+)$/m.exec((await read('Procfile')) ?? '') ?? [];
  if (web) return web;
  const { scripts = {} } = JSON.parse((await read('package.json')) ?? '{}') as { scripts?: Record<string, string> };
  if (scripts.start) return scripts.start;
  for (const file of ['app.js', 'server.js']) if ((await read(file)) !== undefined) return `node ${file}`;
  return undefined;
}
