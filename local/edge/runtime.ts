import vm from 'node:vm';
import { GLOBALS, METHODS, STATICS } from './runtime-features.ts';

/** Reads a CloudFront KeyValueStore; undefined for a key that is not there, an error when it cannot tell. */
export interface KeyValueReader {
  get(key: string): Promise<string | undefined>;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export interface EdgeEvent {
  version: '1.0';
  context: { eventType: 'viewer-request'; requestId: string };
  viewer: { ip: string };
  request: EdgeRequest;
}

export interface EdgeRequest {
  method: string;
  /** The path as the viewer sent it, still encoded, without the query. */
  uri: string;
  querystring: EdgeFields;
  headers: EdgeFields;
  cookies: EdgeFields;
  /** The query as sent; undefined when there is no question mark. */
  rawQueryString(): string | undefined;
}

export type EdgeFields = Record<string, { value: string; multiValue?: { value: string }[] }>;

/** What a function answers instead of letting the request go on. */
export interface EdgeResponse {
  statusCode: number;
  statusDescription?: string;
  headers?: EdgeFields;
  body?: string | { encoding: 'text' | 'base64'; data: string };
}

export type EdgeHandler = (event: EdgeEvent) => Promise<EdgeRequest | EdgeResponse>;

/**
 * Runs a CloudFront Function's own code with what CloudFront's runtime 2.0 has
 * and nothing more: no Node, no code from strings, no method that its
 * documentation does not name.
 *
 * The code must define a function `handler`; `import cf from 'cloudfront'`
 * gives it `cf.kvs()` on the reader.
 */
export function loadFunction(code: string, kvs: KeyValueReader): EdgeHandler {
  const context = vm.createContext(
    { console: { log: () => undefined }, atob, btoa, TextDecoder, TextEncoder },
    { codeGeneration: { strings: false, wasm: false } },
  );
  vm.runInContext(`(${prune})`, context)(GLOBALS, STATICS, METHODS);
  const body = code.replace(/^import cf from 'cloudfront';$/m, '');
  const factory = vm.runInContext(`(function (cf) { 'use strict'; ${body}\nreturn handler; })`, context, {
    filename: 'viewer-request.js',
  });
  return factory({ kvs: () => helpers(kvs) });
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html */
function helpers(kvs: KeyValueReader) {
  return {
    async get(key: string, options: { format?: 'string' | 'json' | 'bytes' } = {}) {
      const value = await kvs.get(key);
      if (value === undefined) throw new Error('KeyNotFound');
      if (options.format === 'json') return JSON.parse(value);
      return options.format === 'bytes' ? Buffer.from(value) : value;
    },
    exists: async (key: string) => (await kvs.get(key)) !== undefined,
  };
}

/** Runs inside the context, on its own globals, so it can see nothing of this file. */
const prune = `function (globals, statics, methods) {
  const names = Object.getOwnPropertyNames;
  const all = globalThis;
  const drop = (object, keep) => {
    for (const name of names(object)) {
      if (!keep.includes(name)) delete object[name];
    }
  };
  const builtIn = ['length', 'name', 'prototype', 'constructor', '__proto__', 'lastIndex'];
  for (const [name, keep] of Object.entries(methods)) drop(all[name].prototype, keep.concat(builtIn));
  for (const [name, keep] of Object.entries(statics)) drop(all[name], keep.concat(builtIn));
  drop(all, globals);
}`;
