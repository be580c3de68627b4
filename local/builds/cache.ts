import { createHash } from 'node:crypto';
import type { ProjectCache } from '@aws-sdk/client-codebuild';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { collect, type Output, zipOf } from './artifacts.ts';
import { placeIn, unpack } from './source.ts';

/** https://docs.aws.amazon.com/codebuild/latest/userguide/caching-s3.html */
interface Cache {
  location: string;
  paths: readonly string[];
}

/** The cache of a build that has one, and names what is to be in it. */
export function cacheOf(cache: ProjectCache | undefined, paths: readonly string[]): Cache | undefined {
  if (cache?.type !== 'S3' || !cache.location || paths.length === 0) return undefined;
  const named = createHash('sha256').update(paths.join('\n')).digest('hex').slice(0, 32);
  return { location: `${cache.location.replace(/\/$/, '')}/${named}`, paths };
}

/** Puts what a build before has kept where it was; a build goes on without it. */
export async function restore(s3: S3Client, { location }: Cache, { source, say }: Output): Promise<void> {
  await unpack(s3, location, undefined, source).catch((error: Error) =>
    say(`Unable to download cache: ${error.name}: ${error.message}`),
  );
}

/** Keeps it for the next one. */
export async function keep(s3: S3Client, { location, paths }: Cache, output: Output): Promise<void> {
  const found = await collect({ files: [...paths], excluded: [], discardsPaths: false, keepsLinks: true }, output);
  if (typeof found === 'string') return output.say('Unable to upload cache: no files matched');
  const { Bucket, Key } = placeIn(location);
  await s3
    .send(new PutObjectCommand({ Bucket, Key, Body: await zipOf(found) }))
    .catch((error: Error) => output.say(`Unable to upload cache: ${error.name}: ${error.message}`));
}
