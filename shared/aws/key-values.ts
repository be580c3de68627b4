import {
  CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ResourceNotFoundException,
  UpdateKeysCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// The service takes nothing but SigV4A signatures; importing the package gives the SDK the means.
import '@aws-sdk/signature-v4a';
import { clientConfig } from './config.ts';

/** A CloudFront KeyValueStore: small values that the edge reads at each request. */
const client = new CloudFrontKeyValueStoreClient(clientConfig);

/** The value of a key, or undefined when there is none. */
export async function readKey(store: string, key: string): Promise<string | undefined> {
  try {
    const { Value } = await client.send(new GetKeyCommand({ KvsARN: store, Key: key }));
    return Value;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/**
 * The store's state, for `writeKeys`. It is one for all keys: read it before the
 * keys that you compare.
 */
export async function readEtag(store: string): Promise<string> {
  const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: store }));
  if (!ETag) throw new Error(`the KeyValueStore ${store} told no ETag`);
  return ETag;
}

/**
 * Sets keys, or removes those whose value is null: all of them, or none.
 * @returns false when the store was changed since `etag` was read.
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_UpdateKeys.html
 */
export async function writeKeys(store: string, etag: string, keys: Record<string, string | null>): Promise<boolean> {
  const Puts = Object.entries(keys).flatMap(([Key, Value]) => (Value === null ? [] : [{ Key, Value }]));
  const Deletes = Object.entries(keys).flatMap(([Key, Value]) => (Value === null ? [{ Key }] : []));
  try {
    await client.send(
      new UpdateKeysCommand({
        KvsARN: store,
        IfMatch: etag,
        ...(Puts.length > 0 && { Puts }),
        ...(Deletes.length > 0 && { Deletes }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConflictException || isStatus(error, 409) || isStatus(error, 412)) return false;
    throw error;
  }
}

const isStatus = (error: unknown, status: number) =>
  error instanceof Error &&
  '$metadata' in error &&
  (error.$metadata as { httpStatusCode?: number }).httpStatusCode === status;
