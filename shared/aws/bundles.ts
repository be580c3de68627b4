import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from './objects.ts';

/** Writes a small zip; the same bytes may be written again. */
export async function putBundle(bucket: string, key: string, bytes: Uint8Array): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: 'application/zip' }));
}

/**
 * Writes a zip into a bucket that keeps versions.
 * @returns the version that these bytes are.
 */
export async function putVersion(bucket: string, key: string, bytes: Uint8Array): Promise<string> {
  const { VersionId } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: 'application/zip' }),
  );
  if (!VersionId) throw new Error(`the bucket ${bucket} keeps no versions; turn versioning on`);
  return VersionId;
}
