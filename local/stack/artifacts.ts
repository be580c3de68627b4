import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, HeadObjectCommand, NotFound, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

export interface Artifact {
  /** Its name and content's hash: the same content never goes up twice. */
  key: string;
  content: Buffer;
}

export const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('hex').slice(0, 16);

export const artifact = (name: string, content: string | Buffer): Artifact => ({
  key: `${digest(content)}/${name}`,
  content: Buffer.from(content),
});

/** Reads the named zips of a folder. @throws when one is missing: the build and the template do not fit. */
export async function readZips(folder: string, names: readonly string[]): Promise<Map<string, Artifact>> {
  const read = names.map(async (name) => [name, artifact(name, await readFile(join(folder, name)))] as const);
  return new Map(await Promise.all(read));
}

/** Makes the bucket where it is missing (who owns it already, succeeds), then puts what it does not have. */
export async function upload(s3: S3Client, bucket: string, artifacts: Iterable<Artifact>): Promise<number> {
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const put = await Promise.all([...artifacts].map((one) => putOnce(s3, bucket, one)));
  return put.filter(Boolean).length;
}

async function putOnce(s3: S3Client, bucket: string, { key, content }: Artifact): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return false;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
    return true;
  }
}
