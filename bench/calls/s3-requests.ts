import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { callOf } from '../../local/proxy/call.ts';

/** A request to S3, with what it is about. */
export interface S3Request {
  caller: string;
  action: string;
  /** `/<bucket>/<key>`, without the query. */
  path: string;
}

/** Lists the signed S3 requests that servers of this process get from now on, so those that the recording proxy passes on. */
export function listenForS3(): S3Request[] {
  const heard: S3Request[] = [];
  subscribe('http.server.request.start', (message) => {
    const { method = '', url = '', headers } = (message as { request: IncomingMessage }).request;
    const { caller, service, action } = callOf({ method, url, headers, body: '' });
    if (service === 's3') heard.push({ caller, action, path: decodeURIComponent(url.split('?')[0] ?? '') });
  });
  return heard;
}
