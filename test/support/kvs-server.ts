import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A small CloudFront KeyValueStore in memory that speaks the SDK's wire: one ETag for the whole store. */
export interface KvsServer {
  /** Under a name to which the SDK can put the account's number. */
  url: string;
  arn: string;
  keys: Map<string, string>;
  /** Sets a key as another pilot's deployment would. */
  set(key: string, value: string): void;
  /** Removes a key as another pilot's removal would. */
  remove(key: string): void;
  /** Updates that were applied. */
  updates: number;
  /** Called before each update that arrives; what it returns goes wrong. `lost`: applied, but the answer never comes. */
  trouble: () => 'lost' | undefined;
  /** Called, and waited for, before each value that is read. */
  reading: () => Promise<unknown> | 'denied' | undefined;
  close(): Promise<void>;
}

export async function startKvs(): Promise<KvsServer> {
  let version = 1;
  const etag = () => `E${version}`;

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const path = (request.url ?? '').replace(/\?.*/, '').split('/').map(decodeURIComponent);
    const [, , , keyword, key = ''] = path;
    if (request.method === 'POST') return update(request.headers['if-match'], body, response);
    if (!keyword) return answer(response, 200, { ItemCount: kvs.keys.size, KvsARN: kvs.arn, Created: 0 });
    if ((await kvs.reading()) === 'denied') return fault(response, 403, 'AccessDeniedException');
    const Value = kvs.keys.get(key);
    if (Value === undefined) return fault(response, 404, 'ResourceNotFoundException');
    answer(response, 200, { Key: key, Value, ItemCount: kvs.keys.size, TotalSizeInBytes: 0 });
  });

  function update(match: string | undefined, body: string, response: ServerResponse): void {
    const trouble = kvs.trouble();
    if (match !== etag()) {
      fault(response, 409, 'ConflictException');
      return;
    }
    const { Puts = [], Deletes = [] } = JSON.parse(body) as {
      Puts?: { Key: string; Value: string }[];
      Deletes?: { Key: string }[];
    };
    for (const { Key, Value } of Puts) kvs.set(Key, Value);
    for (const { Key } of Deletes) kvs.remove(Key);
    kvs.updates += 1;
    if (trouble === 'lost') response.socket?.destroy();
    else answer(response, 200, { ItemCount: kvs.keys.size, TotalSizeInBytes: 0 });
  }

  function answer(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { etag: etag(), 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  function fault(response: ServerResponse, status: number, code: string): void {
    response.setHeader('x-amzn-errortype', code);
    answer(response, status, { Message: code });
  }

  const kvs: KvsServer = {
    url: '',
    arn: 'arn:aws:cloudfront::123456789012:key-value-store/0f0f0f0f-1111-2222-3333-444444444444',
    keys: new Map(),
    set(key, value) {
      kvs.keys.set(key, value);
      version += 1;
    },
    remove(key) {
      kvs.keys.delete(key);
      version += 1;
    },
    updates: 0,
    trouble: () => undefined,
    reading: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  kvs.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return kvs;
}
