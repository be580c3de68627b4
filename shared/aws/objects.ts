import {
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { clientConfig } from './config.ts';

/**
 * S3, as far as Pilotage needs it: reading, listing, deleting. What is written
 * by the thousand goes through object-writes.ts.
 */
export const s3 = new S3Client(clientConfig);

export interface ObjectPlace {
  bucket: string;
  key: string;
  version?: string;
}

/** One object in exactly one state: later reads fail rather than see another one. */
export interface PinnedObject extends ObjectPlace {
  etag: string;
  /** Bytes. */
  size: number;
}

/** The first `limit` bytes of an object, or undefined when there is none. */
export async function readObject(place: ObjectPlace, limit: number): Promise<Uint8Array | undefined> {
  const output = await get(place, { Range: `bytes=0-${limit - 1}` });
  if (output === 'empty') return new Uint8Array();
  return output?.Body?.transformToByteArray();
}

/**
 * The last `bytes` bytes of an object, in one request that also tells which
 * version and how long it is; undefined when there is no such object.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export async function readTail(
  place: ObjectPlace,
  bytes: number,
): Promise<{ pin: PinnedObject; tail: Uint8Array } | undefined> {
  const output = await get(place, { Range: `bytes=-${bytes}` });
  if (output === 'empty') return { pin: { ...place, etag: '', size: 0 }, tail: new Uint8Array() };
  if (!output?.Body) return undefined;
  const tail = await output.Body.transformToByteArray();
  const version = output.VersionId ?? place.version;
  const size = Number(output.ContentRange?.split('/')[1] ?? tail.length);
  return { pin: { ...place, ...(version && { version }), etag: output.ETag ?? '', size }, tail };
}

/** The bytes from `start` up to, not including, `end`; undefined when the object is gone or no longer as it was pinned. */
export async function readRange(
  pin: PinnedObject,
  start: number,
  end: number,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const output = await get(pin, { Range: `bytes=${start}-${end - 1}`, IfMatch: pin.etag });
  return output === 'empty' ? undefined : (output?.Body as AsyncIterable<Uint8Array> | undefined);
}

/** Size of each object below `prefix`, by the rest of its key. */
export async function listObjects(bucket: string, prefix: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  let from: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(from && { ContinuationToken: from }) }),
    );
    for (const { Key = '', Size = 0 } of page.Contents ?? []) sizes.set(Key.slice(prefix.length), Size);
    from = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (from);
  return sizes;
}

/**
 * Keys of objects below `prefix`: as many as one request tells, and one deletes.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export async function listSome(bucket: string, prefix: string): Promise<string[]> {
  const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return (page.Contents ?? []).flatMap(({ Key }) => Key ?? []);
}

/** Size and CRC-32 (base64, as S3 computed it) of an object, or undefined when there is none. */
export async function headObject(bucket: string, key: string): Promise<{ size: number; crc?: string } | undefined> {
  try {
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
    return { size: head.ContentLength ?? 0, ...(head.ChecksumCRC32 && { crc: head.ChecksumCRC32 }) };
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** Most keys that S3 deletes in one request. */
const DELETE_BATCH = 1000;

/**
 * Deletes objects; those that are gone already are no error.
 * @throws when S3 kept one of them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export async function deleteObjects(bucket: string, keys: string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += DELETE_BATCH) {
    const Objects = keys.slice(at, at + DELETE_BATCH).map((Key) => ({ Key }));
    const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
    const [first] = Errors ?? [];
    if (first) throw new Error(`S3 did not delete ${first.Key}: ${first.Code} ${first.Message ?? ''}`);
  }
}

type GetOptions = { Range?: string; IfMatch?: string };

async function get(place: ObjectPlace, options: GetOptions): Promise<GetObjectCommandOutput | 'empty' | undefined> {
  const { bucket, key, version } = place;
  try {
    return await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, ...(version && { VersionId: version }), ...options }),
    );
  } catch (error) {
    if (isStatus(error, 416)) return 'empty';
    // A version's id that is not even of S3's form is one that does not exist.
    if (isStatus(error, 404) || isStatus(error, 412) || (version && isStatus(error, 400))) return undefined;
    throw error;
  }
}

/** Whether S3 refused because this function's role may not. */
export const isForbidden = (error: unknown): boolean => isStatus(error, 403);

const isStatus = (error: unknown, status: number) =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;
