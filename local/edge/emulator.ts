import type { Server } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { connectTo } from './connection.ts';
import type { NotFoundAnswer, NotFoundEvent } from './failover.ts';
import { bucketOrigin } from './origin.ts';
import type { KeyValueReader } from './runtime.ts';
import { createEdge } from './server.ts';

export interface EmulatedEdge {
  /** The text of `edge/viewer-request.js`. */
  functionCode: string;
  /** `http://127.0.0.1:4566` */
  endpoint: string;
  siteBucket: string;
  kvsArn: string;
  siteDomain: string;
  /** Name of the not-found Lambda function in the emulator. */
  notFoundFunction: string;
  onError?: (error: unknown) => void;
}

/** The local edge on an AWS emulator's S3, KeyValueStore and Lambda. The caller lets it listen, and closes it. */
export function createEmulatedEdge(edge: EmulatedEdge): Server {
  return createEdge({
    functionCode: edge.functionCode,
    siteDomain: edge.siteDomain,
    kvs: emulatedStore(edge.endpoint, edge.kvsArn),
    origin: bucketOrigin(edge.endpoint, edge.siteBucket, asRoot('s3')),
    notFound: emulatedNotFound(edge.endpoint, edge.notFoundFunction),
    ...(edge.onError && { onError: edge.onError }),
  });
}

/**
 * The emulator knows its root by the key's id and checks no signature of it. On
 * AWS the distribution signs as itself.
 */
const asRoot = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
  'x-amz-date': '20260101T000000Z',
});

/** Reads keys through the KeyValueStore's data plane; its signature (SigV4a) is for AWS only. */
export function emulatedStore(endpoint: string, kvsArn: string): KeyValueReader {
  const send = connectTo(endpoint, asRoot('cloudfront-keyvaluestore'));
  const keys = `/key-value-stores/${encodeURIComponent(kvsArn)}/keys/`;
  return {
    async get(key) {
      const response = await send({ method: 'GET', path: keys + encodeURIComponent(key) });
      const text = await textOf(response);
      // A store that is not there answers 404 too, and must not pass for one without the key.
      if (response.statusCode === 404 && !text.includes(kvsArn)) return undefined;
      if (response.statusCode !== 200) throw new Error(`The KeyValueStore answered ${response.statusCode}: ${text}`);
      return JSON.parse(text).Value;
    },
  };
}

/** Invokes the not-found function as its function URL would. */
export function emulatedNotFound(endpoint: string, functionName: string) {
  const send = connectTo(endpoint, asRoot('lambda'));
  return async (event: NotFoundEvent): Promise<NotFoundAnswer> => {
    const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
    const response = await send({ method: 'POST', path, body: JSON.stringify(event) });
    const text = await textOf(response);
    if (response.statusCode !== 200 || response.headers['x-amz-function-error']) {
      throw new Error(`The function ${functionName} answered ${response.statusCode}: ${text}`);
    }
    return JSON.parse(text);
  };
}
