import { GetObjectCommand, type GetObjectCommandOutput, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { clientConfig } from './config.ts';

const s3 = new S3Client(clientConfig);

/** A file as it was stored for viewers: bytes, and the headers that go with them. */
export interface StoredFile {
  bytes: Uint8Array;
  type: string;
  cacheControl?: string | undefined;
  etag?: string | undefined;
}

/** Reads a whole file, or undefined when it is not there or has more than `limit` bytes. */
export async function readFile(bucket: string, key: string, limit: number): Promise<StoredFile | undefined> {
  const object = await get(bucket, key);
  if (!object?.Body) return undefined;
  if ((object.ContentLength ?? 0) > limit) {
    // The connection would stay taken until all that nobody reads has come.
    (object.Body as { destroy?: () => void }).destroy?.();
    return undefined;
  }
  return {
    bytes: await object.Body.transformToByteArray(),
    type: object.ContentType ?? 'application/octet-stream',
    cacheControl: object.CacheControl,
    etag: object.ETag,
  };
}

/** S3 says 403 for a key that is not there to those who may not list the bucket. */
async function get(bucket: string, key: string): Promise<GetObjectCommandOutput | undefined> {
  try {
    return await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (error instanceof S3ServiceException && [403, 404].includes(error.$metadata.httpStatusCode ?? 0))
      return undefined;
    throw error;
  }
}
