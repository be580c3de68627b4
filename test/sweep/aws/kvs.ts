import type { Worker } from '../worker.ts';
import { jsonError, jsonReply, type Operation, type Reply, type Request, type Service, textOf } from './call.ts';

/** What a KeyValueStore holds: one ETag for all keys. Never changed in place. */
export interface Values {
  version: number;
  keys: ReadonlyMap<string, string>;
}

export interface KeyValues extends Service {
  now: Values;
  /** Called after each change of a key. */
  watch: (key: string, value: string, by: Worker) => void;
}

interface Changes {
  Puts?: { Key: string; Value: string }[];
  Deletes?: { Key: string }[];
}

/** Milliseconds that a read may be behind the last write. */
const BEHIND_MS = 5_000;

/**
 * A CloudFront KeyValueStore: an update is all or nothing, and only with the ETag
 * of the moment. AWS does not promise that a read sees the last write.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_UpdateKeys.html
 */
export function keyValuesOf(now: () => number, first: Values = { version: 1, keys: new Map() }): KeyValues {
  let before = first;
  let changedAt = Number.NEGATIVE_INFINITY;

  function describe(values: Values): Reply {
    return jsonReply(200, { ItemCount: values.keys.size, TotalSizeInBytes: 0 }, { etag: `E${values.version}` });
  }

  function getKey(values: Values, key: string): Reply {
    const Value = values.keys.get(key);
    if (Value === undefined) return jsonError(404, 'ResourceNotFoundException');
    return jsonReply(200, { Key: key, Value, ItemCount: values.keys.size, TotalSizeInBytes: 0 });
  }

  function updateKeys({ headers, body }: Request, by: Worker): Reply {
    if (headers['if-match'] !== `E${store.now.version}`) return jsonError(409, 'ConflictException');
    const { Puts = [], Deletes = [] } = JSON.parse(textOf(body)) as Changes;
    if (Deletes.some(({ Key }) => !store.now.keys.has(Key))) return jsonError(404, 'ResourceNotFoundException');
    if (Puts.some(({ Value }) => Buffer.byteLength(Value) > 1024))
      return jsonError(402, 'ServiceQuotaExceededException');
    before = store.now;
    changedAt = now();
    const keys = new Map(before.keys);
    for (const { Key, Value } of Puts) keys.set(Key, Value);
    for (const { Key } of Deletes) keys.delete(Key);
    store.now = { version: before.version + 1, keys };
    for (const { Key, Value } of Puts) store.watch(Key, Value, by);
    return describe(store.now);
  }

  const store: KeyValues = {
    name: 'kvs',
    now: first,
    watch: () => undefined,
    isAt: (hostname) => hostname.includes('cloudfront-kvs'),
    error: jsonError(500, 'InternalServerException'),
    throttled: jsonError(429, 'ThrottlingException'),
    read(request): Operation {
      const [, , , keyword, key = ''] = request.path.split('/').map(decodeURIComponent);
      if (request.method === 'POST') {
        const { Puts = [], Deletes = [] } = JSON.parse(textOf(request.body)) as Changes;
        const puts = Puts.map(({ Key, Value }) => `${Key} = ${Value}`);
        const about = [...puts, ...Deletes.map(({ Key }) => `without ${Key}`)].join(', ');
        return { service: 'kvs', name: 'UpdateKeys', about, writes: true, apply: (by) => updateKeys(request, by) };
      }
      if (request.method !== 'GET') throw new Error(`${request.method} ${request.path} is not known here`);
      const read = keyword ? (values: Values) => getKey(values, key) : describe;
      return {
        service: 'kvs',
        name: keyword ? 'GetKey' : 'DescribeKeyValueStore',
        about: key,
        writes: false,
        mayBeStale: true,
        apply: (_, stale) => read(stale && now() - changedAt < BEHIND_MS ? before : store.now),
      };
    },
  };
  return store;
}
