import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { connectTo } from './connection.ts';

/** Where the edge fetches from. Paths are encoded, begin with a slash and carry no query. */
export interface Origin {
  fetch(path: string, request: { method: string; headers: OutgoingHttpHeaders }): Promise<IncomingMessage>;
}

/**
 * A bucket over plain, unsigned HTTP, path style. The distribution on AWS signs
 * as itself (origin access control); an emulator lets anyone read.
 */
export function bucketOrigin(endpoint: string, bucket: string): Origin {
  const send = connectTo(endpoint);
  return { fetch: (path, request) => send({ ...request, path: `/${bucket}${path}` }) };
}
