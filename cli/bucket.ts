import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Upload } from '../shared/names.ts';
import { type Connection, clientConfig } from './connection.ts';

/** The bucket that takes manifests and artifacts. */
export interface ManifestsBucket {
  name: string;
  /** Uploads a file, unless exactly that is there already. */
  putFile(key: string, path: string): Promise<{ bytes: number; uploaded: boolean; version: string | undefined }>;
  /** Uploads a manifest; this is what asks for a deployment. */
  putManifest(key: string, bytes: Uint8Array, metadata: Record<string, string>): Promise<Upload>;
}

/** A single PutObject takes no more. https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const LARGEST = 5 * 1024 ** 3;
const TRIES = 3;

export async function manifestsBucket(name: string, connection: Connection): Promise<ManifestsBucket> {
  const { HeadObjectCommand, PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const s3 = new S3Client({ ...clientConfig(connection), forcePathStyle: connection.endpoint !== undefined });

  const head = (key: string) =>
    s3.send(new HeadObjectCommand({ Bucket: name, Key: key, ChecksumMode: 'ENABLED' })).catch(unlessAbsent);

  return {
    name,
    async putFile(key, path) {
      const { size } = await stat(path);
      if (size > LARGEST) throw new Error(`${path} has ${size} bytes; S3 takes at most ${LARGEST} in one upload`);
      const digest = await sha256(path);
      const there = await head(key);
      if (there?.ChecksumSHA256 === digest && there.ContentLength === size) {
        return { bytes: size, uploaded: false, version: there.VersionId };
      }
      const { VersionId: version } = await repeat(() =>
        s3.send(
          new PutObjectCommand({
            Bucket: name,
            Key: key,
            Body: createReadStream(path),
            ContentLength: size,
            ContentType: 'application/zip',
            ChecksumSHA256: digest,
          }),
        ),
      );
      return { bytes: size, uploaded: true, version };
    },
    async putManifest(key, bytes, metadata) {
      const { VersionId: version } = await s3.send(
        new PutObjectCommand({
          Bucket: name,
          Key: key,
          Body: bytes,
          ContentType: 'application/yaml',
          Metadata: metadata,
        }),
      );
      if (!version) throw new Error(`the bucket ${name} keeps no versions; install Pilotage's stack again`);
      const { LastModified: at } = await s3.send(new HeadObjectCommand({ Bucket: name, Key: key, VersionId: version }));
      if (!at) throw new Error(`S3 does not tell when it took ${key}`);
      return { bucket: name, key, version, at };
    },
  };
}

/** The SDK repeats no request whose body is a stream, since only the caller can open it again. */
async function repeat<Value>(send: () => Promise<Value>): Promise<Value> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await send();
    } catch (error) {
      const status = statusOf(error);
      if (tried === TRIES || (status !== undefined && status < 500)) throw error;
    }
  }
}

const statusOf = (error: unknown) => (Object(error) as Partial<HeadObjectCommandOutput>).$metadata?.httpStatusCode;

function unlessAbsent(error: unknown): undefined {
  if (statusOf(error) === 404) return undefined;
  throw error;
}

/** In base64, as S3's headers carry it. */
async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('base64');
}
