import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';

/**
 * A small S3 in memory that speaks the SDK's wire: versions, ranges, conditions,
 * checksums, copies, lists, deletes. It counts what it was asked and can be told
 * to fail.
 */
export interface S3Server {
  url: string;
  /** `bucket/key` → the newest version. */
  objects: Map<string, StoredObject>;
  /** What was asked so far, by kind: `{ PUT: 3, COPY: 1 }`. */
  counts(): Record<string, number>;
  /** All that was asked, oldest first: `PUT bucket/key`. */
  log: string[];
  /** Bytes of bodies that were received and sent. */
  traffic: { up: number; down: number };
  put(path: string, body: Uint8Array, headers?: Record<string, string>): StoredObject;
  forget(): void;
  /** Asked before each request is served; what it returns goes wrong. */
  trouble: (request: Asked) => Trouble | undefined;
  close(): Promise<void>;
}

export interface StoredObject {
  body: Buffer;
  version: string;
  etag: string;
  headers: Record<string, string>;
}

export interface Asked {
  kind: string;
  path: string;
  /** Counts from 1. */
  number: number;
}

/** `lost`: done, but the answer never arrives. `cut`: not done, the connection breaks. */
export type Trouble = 'lost' | 'cut' | { status: number; code: string };

const KEPT_HEADERS = ['content-type', 'cache-control', 'content-encoding', 'x-amz-checksum-crc32'];

export async function startS3(): Promise<S3Server> {
  const objects = new Map<string, StoredObject>();
  const log: string[] = [];
  const traffic = { up: 0, down: 0 };
  let versions = 0;

  const put = (path: string, body: Uint8Array, headers: Record<string, string> = {}): StoredObject => {
    const buffer = Buffer.from(body);
    versions += 1;
    const object = {
      body: buffer,
      version: `v${versions}`,
      etag: `"${createHash('md5').update(buffer).digest('hex')}"`,
      headers,
    };
    objects.set(path, object);
    return object;
  };

  const server = createServer((request, response) => {
    void serve(request, response).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const raw = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', 'http://s3');
    const path = decodeURIComponent(url.pathname.slice(1));
    const kind = kindOf(request, url);
    log.push(`${kind} ${path}`);
    traffic.up += raw.length;

    const trouble = s3.trouble({ kind, path, number: log.length });
    if (trouble === 'cut') return void request.socket.destroy();
    if (trouble && trouble !== 'lost') return answer(response, trouble.status, {}, errorXml(trouble.code));

    const body = request.headers['content-encoding'] === 'aws-chunked' ? dechunk(raw) : raw;
    const [status, headers, text] = act(kind, path, url, request, body);
    if (trouble === 'lost') return void request.socket.destroy();
    answer(response, status, headers, kind === 'HEAD' ? undefined : text, kind === 'HEAD');
  }

  function answer(
    response: ServerResponse,
    status: number,
    headers: Record<string, string>,
    body: string | Buffer | undefined,
    head = false,
  ): void {
    const bytes = Buffer.from(body ?? '');
    traffic.down += bytes.length;
    response.writeHead(status, { ...(head ? {} : { 'content-length': String(bytes.length) }), ...headers });
    response.end(bytes);
  }

  type Answer = [status: number, headers: Record<string, string>, body?: string | Buffer];

  function act(kind: string, path: string, url: URL, request: IncomingMessage, body: Buffer): Answer {
    const header = (name: string) => request.headers[name] as string | undefined;
    switch (kind) {
      case 'PUT': {
        if (header('if-none-match') === '*' && objects.has(path)) return [412, {}, errorXml('PreconditionFailed')];
        const checksum = header('x-amz-checksum-crc32');
        const actual = base64Crc(body);
        if (checksum && checksum !== actual) return [400, {}, errorXml('BadDigest')];
        const kept: Record<string, string> = { 'x-amz-checksum-crc32': actual };
        for (const name of KEPT_HEADERS) if (header(name)) kept[name] = header(name) ?? '';
        const { etag, version } = put(path, body, kept);
        return [200, { etag, 'x-amz-version-id': version }];
      }
      case 'COPY': {
        const source = objects.get(decodeURIComponent(header('x-amz-copy-source') ?? '').replace(/^\//, ''));
        if (!source) return [404, {}, errorXml('NoSuchKey')];
        const { etag } = put(path, source.body, source.headers);
        return [200, {}, `<CopyObjectResult><ETag>${etag.replaceAll('"', '&quot;')}</ETag></CopyObjectResult>`];
      }
      case 'GET':
      case 'HEAD': {
        const object = objects.get(path);
        const version = url.searchParams.get('versionId');
        if (!object) return [404, {}, errorXml('NoSuchKey')];
        if (version && version !== object.version) return [404, {}, errorXml('NoSuchVersion')];
        const match = header('if-match');
        if (match && match !== object.etag) return [412, {}, errorXml('PreconditionFailed')];
        const headers: Record<string, string> = {
          ...object.headers,
          etag: object.etag,
          'x-amz-version-id': object.version,
          'content-length': String(object.body.length),
        };
        const range = rangeOf(header('range'), object.body.length);
        if (!range) return [200, headers, object.body];
        if (range.start > range.end) return [416, {}, errorXml('InvalidRange')];
        const part = object.body.subarray(range.start, range.end + 1);
        headers['content-range'] = `bytes ${range.start}-${range.end}/${object.body.length}`;
        headers['content-length'] = String(part.length);
        return [206, headers, part];
      }
      case 'LIST': {
        const prefix = url.searchParams.get('prefix') ?? '';
        const most = Number(url.searchParams.get('max-keys') ?? 1000);
        const after = url.searchParams.get('continuation-token') ?? url.searchParams.get('marker') ?? '';
        const bucket = path.replace(/\/$/, '');
        const coded = url.searchParams.has('encoding-type') ? encodeURIComponent : String;
        const keys = [...objects.keys()]
          .filter((name) => name.startsWith(`${bucket}/${prefix}`))
          .map((name) => name.slice(bucket.length + 1))
          .filter((key) => key > after)
          .sort();
        const page = keys.slice(0, most);
        const items = page.map(
          (key) =>
            `<Contents><Key>${xml(coded(key))}</Key><Size>${objects.get(`${bucket}/${key}`)?.body.length}</Size><ETag>${objects.get(`${bucket}/${key}`)?.etag}</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>`,
        );
        const more = keys.length > page.length;
        return [
          200,
          {},
          `<ListBucketResult><IsTruncated>${more}</IsTruncated>${
            more ? `<NextContinuationToken>${xml(page.at(-1) ?? '')}</NextContinuationToken>` : ''
          }${items.join('')}</ListBucketResult>`,
        ];
      }
      case 'LOCATION':
        return [200, {}, '<LocationConstraint></LocationConstraint>'];
      case 'DELETES': {
        const bucket = path.replace(/\/$/, '');
        for (const [, key] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) {
          objects.delete(`${bucket}/${unxml(key ?? '')}`);
        }
        return [200, {}, '<DeleteResult></DeleteResult>'];
      }
      case 'DELETE':
        objects.delete(path);
        return [204, {}];
      default:
        return [501, {}, errorXml('NotImplemented')];
    }
  }

  const s3: S3Server = {
    url: '',
    objects,
    log,
    traffic,
    put,
    counts() {
      const counts: Record<string, number> = {};
      for (const line of log) {
        const kind = line.slice(0, line.indexOf(' '));
        counts[kind] = (counts[kind] ?? 0) + 1;
      }
      return counts;
    },
    forget() {
      log.length = 0;
      traffic.up = 0;
      traffic.down = 0;
    },
    trouble: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  s3.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return s3;
}

function kindOf(request: IncomingMessage, url: URL): string {
  if (request.method === 'PUT' && request.headers['x-amz-copy-source']) return 'COPY';
  if (request.method === 'POST' && url.searchParams.has('delete')) return 'DELETES';
  const isBucket = /^\/[^/]+\/?$/.test(url.pathname);
  if (request.method === 'GET' && isBucket) return url.searchParams.has('location') ? 'LOCATION' : 'LIST';
  return request.method ?? '';
}

function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, start = '', end = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (!start && !end) return undefined;
  if (!start) return { start: Math.max(0, size - Number(end)), end: size - 1 };
  return { start: Number(start), end: Math.min(end ? Number(end) : size - 1, size - 1) };
}

/** The SDK's framing of a streamed body: `size[;…]\r\n bytes \r\n … 0\r\n trailers`. */
function dechunk(raw: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = raw.indexOf('\r\n', at);
    const size = Number.parseInt(raw.toString('latin1', at, line), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(raw.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}

function base64Crc(body: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}

const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const unxml = (text: string) =>
  text
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
const errorXml = (code: string) => `<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
