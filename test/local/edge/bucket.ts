import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoredObject {
  body: string | Buffer;
  type?: string;
  cacheControl?: string;
}

/** Lets a server listen on a free port of this machine; says where. */
export async function listen(server: http.Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function close(server: http.Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/**
 * A server that speaks as much of S3's wire as reading needs: objects by
 * `/<bucket>/<key>`, path style, `missing` for all else: 404, or 403 to those who may not list.
 * `asked` lists the requests as `GET /bucket/key`.
 */
export function bucketServer(objects: Record<string, StoredObject>, missing: 403 | 404 = 404) {
  const bucket = { missing, asked: [] as string[] };
  const server = http.createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '');
    bucket.asked.push(`${request.method} ${path}`);
    const object = objects[path];
    if (!object) {
      const code = bucket.missing === 404 ? 'NoSuchKey' : 'AccessDenied';
      response.writeHead(bucket.missing, { 'content-type': 'application/xml' });
      return response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
    }
    const body = Buffer.from(object.body);
    response.writeHead(200, {
      'content-type': object.type ?? 'text/html; charset=utf-8',
      'content-length': body.length,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      'last-modified': 'Mon, 02 Nov 2026 10:00:00 GMT',
      'x-amz-request-id': 'secret-of-s3',
      ...(object.cacheControl && { 'cache-control': object.cacheControl }),
    });
    response.end(body);
  });
  return Object.assign(bucket, { server });
}
