import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { connectTo } from './connection.ts';

/** Where the edge fetches from. Paths are encoded, begin with a slash and carry no query. */
export interface Origin {
  fetch(path: string, request: { method: string; headers: OutgoingHttpHeaders }): Promise<IncomingMessage>;
}

/**
 * A bucket over plain HTTP, path style, with the headers that say who asks. The
 * distribution on AWS signs as itself (origin access control).
 */
export function bucketOrigin(endpoint: string, bucket: string, always: OutgoingHttpHeaders = {}): Origin {
  const send = connectTo(endpoint, always);
  return { fetch: (path, request) => send({ ...request, path: `/${bucket}${path}` }) };
}
