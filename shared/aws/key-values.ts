import {
  CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ResourceNotFoundException,
  UpdateKeysCommand,
  type UpdateKeysCommandInput,
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
 * The store's state, for `writeKey`. It is one for all keys: read it before the key
 * that you compare.
 */
export async function readEtag(store: string): Promise<string> {
  const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: store }));
  if (!ETag) throw new Error(`the KeyValueStore ${store} told no ETag`);
  return ETag;
}

/**
 * Sets a key.
 * @returns false when the store was changed since `etag` was read.
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_UpdateKeys.html
 */
export const writeKey = (store: string, etag: string, key: string, value: string): Promise<boolean> =>
  updateKeys({ KvsARN: store, IfMatch: etag, Puts: [{ Key: key, Value: value }] });

/**
 * Removes a key.
 * @returns false when the store was changed since `etag` was read.
 * @throws where there is no such key.
 */
export const removeKey = (store: string, etag: string, key: string): Promise<boolean> =>
  updateKeys({ KvsARN: store, IfMatch: etag, Deletes: [{ Key: key }] });

async function updateKeys(input: UpdateKeysCommandInput): Promise<boolean> {
  try {
    await client.send(new UpdateKeysCommand(input));
    return true;
  } catch (error) {
    if (error instanceof ConflictException || isStatus(error, 412)) return false;
    throw error;
  }
}

const isStatus = (error: unknown, status: number) =>
  error instanceof Error &&
  '$metadata' in error &&
  (error.$metadata as { httpStatusCode?: number }).httpStatusCode === status;
