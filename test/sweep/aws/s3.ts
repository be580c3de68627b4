import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Operation, type Reply, type Request, type Service, textOf } from './call.ts';

export interface Version {
  id: string;
  body: Buffer;
  etag: string;
  /** Kept headers, and `x-amz-meta-…`. */
  headers: Record<string, string>;
  /** Milliseconds since 1970. */
  at: number;
  /** A delete marker. */
  gone?: true;
}

/** `bucket/key` → its versions, the newest last. Lists are never changed in place. */
export type Objects = Map<string, Version[]>;

export interface Buckets extends Service {
  objects: Objects;
  put(bucket: string, key: string, body: Uint8Array, headers?: Record<string, string>): Version;
  remove(bucket: string, key: string): void;
  newest(path: string): Version | undefined;
  /** Called before each removal. */
  watchRemoval: (path: string) => void;
}

const KEPT = /^(content-type|cache-control|x-amz-checksum-crc32|x-amz-meta-.*)$/;

/** S3 with versions, ranges and conditions: strongly consistent, as S3 is. */
export function bucketsOf(now: () => number, objects: Objects = new Map()): Buckets {
  let versions = [...objects.values()].reduce((sum, list) => sum + list.length, 0);
  const add = (path: string, version: Omit<Version, 'id' | 'at'>): Version => {
    versions += 1;
    const added = { ...version, id: `v${String(versions).padStart(4, '0')}`, at: now() };
    objects.set(path, [...(objects.get(path) ?? []), added]);
    return added;
  };
  const newest = (path: string) => {
    const version = objects.get(path)?.at(-1);
    return version?.gone ? undefined : version;
  };
  const versionOf = (path: string, wanted?: string) =>
    wanted ? objects.get(path)?.find(({ id, gone }) => id === wanted && !gone) : newest(path);
  const put: Buckets['put'] = (bucket, key, body, headers = {}) => {
    const bytes = Buffer.from(body);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    return add(`${bucket}/${key}`, { body: bytes, etag, headers });
  };
  const remove: Buckets['remove'] = (bucket, key) => {
    const path = `${bucket}/${key}`;
    buckets.watchRemoval(path);
    if (newest(path)) add(path, { body: Buffer.alloc(0), etag: '', headers: {}, gone: true });
  };

  function putObject(path: string, request: Request): Reply {
    const [bucket = '', key = ''] = split(path);
    if (request.headers['if-none-match'] === '*' && newest(path)) return fault(412, 'PreconditionFailed');
    const body = request.body instanceof Uint8Array ? request.body : Buffer.from(textOf(request.body));
    const checksum = request.headers['x-amz-checksum-crc32'];
    if (checksum && checksum !== base64Crc(body)) return fault(400, 'BadDigest');
    const kept = Object.fromEntries(Object.entries(request.headers).filter(([name]) => KEPT.test(name)));
    const { etag, id } = put(bucket, key, body, { ...kept, 'x-amz-checksum-crc32': base64Crc(body) });
    return { status: 200, headers: { etag, 'x-amz-version-id': id } };
  }

  function copyObject(path: string, request: Request): Reply {
    const [from = '', wanted] = (request.headers['x-amz-copy-source'] ?? '').replace(/^\//, '').split('?versionId=');
    const source = versionOf(decodeURIComponent(from), wanted && decodeURIComponent(wanted));
    if (!source) return fault(404, wanted ? 'NoSuchVersion' : 'NoSuchKey');
    const match = request.headers['x-amz-copy-source-if-match'];
    if (match && match !== source.etag) return fault(412, 'PreconditionFailed');
    const { etag } = put(...(split(path) as [string, string]), source.body, source.headers);
    return { status: 200, body: `<CopyObjectResult><ETag>${etag}</ETag></CopyObjectResult>` };
  }

  function readObject(path: string, request: Request): Reply {
    const wanted = request.query?.versionId;
    const found = versionOf(path, wanted ? String(wanted) : undefined);
    if (!found) return fault(404, wanted ? 'NoSuchVersion' : 'NoSuchKey', request.method);
    const match = request.headers['if-match'];
    if (match && match !== found.etag) return fault(412, 'PreconditionFailed', request.method);
    const headers: Record<string, string> = {
      ...found.headers,
      etag: found.etag,
      'x-amz-version-id': found.id,
      'last-modified': new Date(found.at).toUTCString(),
      'content-length': String(found.body.length),
    };
    if (request.method === 'HEAD') return { status: 200, headers };
    // S3 tells a checksum of the whole, and none for a part.
    delete headers['x-amz-checksum-crc32'];
    const range = rangeOf(request.headers.range, found.body.length);
    if (!range) return { status: 200, headers, body: found.body };
    const { start, end } = range;
    if (start > end) return fault(416, 'InvalidRange');
    const body = found.body.subarray(start, end + 1);
    headers['content-length'] = String(body.length);
    headers['content-range'] = `bytes ${start}-${end}/${found.body.length}`;
    return { status: 206, headers, body };
  }

  function listObjects(bucket: string, request: Request): Reply {
    const prefix = `${bucket}/${request.query?.prefix ?? ''}`;
    const items = [...objects.keys()]
      .filter((path) => path.startsWith(prefix) && newest(path))
      .sort()
      .map(
        (path) =>
          `<Contents><Key>${path.slice(bucket.length + 1)}</Key><Size>${newest(path)?.body.length}</Size></Contents>`,
      );
    const body = `<ListBucketResult><IsTruncated>false</IsTruncated>${items.join('')}</ListBucketResult>`;
    return { status: 200, headers: XML, body };
  }

  function deleteObjects(bucket: string, request: Request): Reply {
    for (const [, key = ''] of textOf(request.body).matchAll(/<Key>([^<]*)<\/Key>/g)) remove(bucket, key);
    return { status: 200, headers: XML, body: '<DeleteResult></DeleteResult>' };
  }

  const actions: Record<string, { writes: boolean; act: (path: string, request: Request) => Reply }> = {
    PutObject: { writes: true, act: putObject },
    CopyObject: { writes: true, act: copyObject },
    GetObject: { writes: false, act: readObject },
    HeadObject: { writes: false, act: readObject },
    ListObjectsV2: { writes: false, act: listObjects },
    DeleteObjects: { writes: true, act: deleteObjects },
  };

  const buckets: Buckets = {
    name: 's3',
    objects,
    put,
    remove,
    newest,
    watchRemoval: () => undefined,
    isAt: (hostname) => /(^|\.)s3\.[a-z0-9-]+\.amazonaws\.com$/.test(hostname),
    error: { status: 500, headers: XML, body: errorXml('InternalError') },
    throttled: { status: 503, headers: XML, body: errorXml('SlowDown') },
    read(request): Operation {
      const [bucket = ''] = request.hostname.split('.s3.');
      const key = decodeURIComponent(request.path).replace(/^\//, '');
      const name = nameOf(request, key);
      const action = actions[name];
      if (!action) throw new Error(`S3's ${name} is not known here: ${request.method} ${request.path}`);
      const path = key ? `${bucket}/${key}` : bucket;
      const { prefix, versionId } = request.query ?? {};
      return {
        service: 's3',
        name,
        about: `${path}${prefix ? `/${prefix}*` : ''}${versionId ? `?${versionId}` : ''}`,
        writes: action.writes,
        apply: () => action.act(path, request),
      };
    },
  };
  return buckets;
}

const XML = { 'content-type': 'application/xml' };
const errorXml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
const fault = (status: number, code: string, method = ''): Reply =>
  method === 'HEAD' ? { status } : { status, headers: XML, body: errorXml(code) };

function nameOf({ method, headers, query = {} }: Request, key: string): string {
  if (method === 'PUT') return headers['x-amz-copy-source'] ? 'CopyObject' : 'PutObject';
  if (method === 'HEAD') return 'HeadObject';
  if (method === 'POST') return 'delete' in query ? 'DeleteObjects' : 'POST';
  return key ? 'GetObject' : 'ListObjectsV2';
}

const split = (path: string): string[] => [path.slice(0, path.indexOf('/')), path.slice(path.indexOf('/') + 1)];

function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, start = '', end = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (!start && !end) return undefined;
  if (!start) return { start: Math.max(0, size - Number(end)), end: size - 1 };
  return { start: Number(start), end: Math.min(end ? Number(end) : size - 1, size - 1) };
}

function base64Crc(body: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}
