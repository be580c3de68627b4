import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { beginningOf, bytesOf, intoFile } from './body.ts';
import { follow } from './follow.ts';
import { patiently, untilAnswered, type Wait } from './patience.ts';
import { brokenOff, CallTrouble, isTrouble, troubleOf } from './trouble.ts';

/** How a provider is reached. */
export interface Reach {
  /** Its name, for messages. */
  provider: string;
  api: string;
  /** Where people read its pages: the only other place that gets the token. */
  web: string;
  /** The repository’s own path in the API, which is there as long as the token may see the repository. */
  home: string;
  /** The Authorization header’s value; undefined for public reads. */
  authorization(): Promise<string | undefined>;
  /** Told that the provider took the authorization for none. */
  onRefused?(): void;
  headers?: Readonly<Record<string, string>>;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the API’s beginning, or a whole address. */
  path: string;
  body?: object;
  accept?: string;
  deadlineMs?: number;
  /** Whether it may be made again though it may have taken effect. All but POST are. */
  isRepeatable?: boolean;
  /** Whether the provider may answer by another host, which never gets the token. */
  mayLeave?: boolean;
}

const MEBIBYTE = 1024 * 1024;
const DEADLINE_MS = 15_000;
const DOWNLOAD_MS = 240_000;
const JSON_LIMIT = 5 * MEBIBYTE;
const FILE_LIMIT = MEBIBYTE;

/** Calls of one provider’s REST API: tried again where it is busy, bounded in time and size. */
export class HostHttp {
  readonly #reach: Reach;
  readonly #wait: Wait;

  constructor(reach: Reach, wait: Wait = pause) {
    this.#reach = reach;
    this.#wait = wait;
  }

  /** What a call answers, of at most 5 MiB; null where that is nothing (204). @throws HostTrouble `unexpected` where it is not of that shape. */
  json<T extends z.ZodMiniType>(shape: T, call: Call | string): Promise<z.output<T>> {
    return this.#ask(wholeCall(call), async (response, asked) => {
      const text = new TextDecoder().decode(await bytesOf(asked, response, JSON_LIMIT));
      const read = shape.safeParse(response.status === 204 ? null : parsed(text));
      if (!read.success) throw new CallTrouble('unexpected', `${asked}: ${misfit(text, read.error)}`);
      return read.data;
    });
  }

  /** The same of something that may not be there: undefined, as long as the repository itself is. */
  async jsonIfThere<T extends z.ZodMiniType>(shape: T, call: Call | string): Promise<z.output<T> | undefined> {
    return this.ifThere(() => this.json(shape, call));
  }

  /** A file’s bytes, at most 1 MiB, and its content type. */
  file(call: Call | string): Promise<{ bytes: Uint8Array; type: string }> {
    return this.#ask(wholeCall(call), async (response, asked) => ({
      bytes: await bytesOf(asked, response, FILE_LIMIT),
      type: response.headers.get('content-type') ?? '',
    }));
  }

  /** Writes what a call answers into a file, and leaves none where that fails. */
  download(path: string, file: string, limit: number, accept = '*/*'): Promise<void> {
    return this.#ask({ path, accept, mayLeave: true, deadlineMs: DOWNLOAD_MS }, (response, asked) =>
      intoFile(asked, response, file, limit),
    );
  }

  /** A call whose answer does not matter. */
  send(call: Call): Promise<void> {
    return this.#ask(call, async (response) => response.body?.cancel());
  }

  /**
   * Undefined where something is missing. Whether it is that or the whole repository makes a difference: a
   * repository out of sight must not look like a deleted branch.
   */
  async ifThere<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (!isTrouble(error, 'missing')) throw error;
      await this.json(z.unknown(), this.#reach.home);
      return undefined;
    }
  }

  /** Does again what looks before it acts, where the provider was not there to answer. */
  untilAnswered<T>(act: () => Promise<T>): Promise<T> {
    return untilAnswered(this.#wait, act);
  }

  #ask<T>(call: Call, use: (response: Response, asked: string) => Promise<T>): Promise<T> {
    const isRepeatable = call.isRepeatable ?? call.method !== 'POST';
    return patiently(this.#wait, isRepeatable, () => this.#once(call, use));
  }

  async #once<T>(call: Call, use: (response: Response, asked: string) => Promise<T>): Promise<T> {
    const { deadlineMs = DEADLINE_MS } = call;
    const asked = `${this.#reach.provider}, asked ${call.method ?? 'GET'} ${pathOf(call.path)}`;
    const authorization = await this.#reach.authorization();
    try {
      const response = await this.#fetch(call, asked, authorization, AbortSignal.timeout(deadlineMs));
      if (response.ok) return await use(response, asked);
      if (response.status === 401) this.#reach.onRefused?.();
      throw troubleOf(asked, response, without(authorization, await beginningOf(response)));
    } catch (error) {
      throw brokenOff(asked, error, deadlineMs);
    }
  }

  #fetch(call: Call, asked: string, authorization: string | undefined, signal: AbortSignal): Promise<Response> {
    const { api, web, headers } = this.#reach;
    const { method = 'GET', path, body, accept = 'application/json', mayLeave = false } = call;
    const request = {
      method,
      headers: { accept, 'user-agent': 'pilotage', ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal,
    };
    const own = [new URL(api).origin, new URL(web).origin];
    return follow(asked, path.startsWith('/') ? api + path : path, request, authorization, own, mayLeave);
  }
}

const wholeCall = (call: Call | string): Call => (typeof call === 'string' ? { path: call } : call);

const pathOf = (path: string): string => (path.startsWith('/') ? path : new URL(path).pathname).replace(/\?.*$/, '');

const without = (authorization: string | undefined, text: string): string =>
  authorization ? text.replaceAll(authorization.replace(/^\w+ /, ''), '…') : text;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function misfit(text: string, error: z.core.$ZodError): string {
  if (parsed(text) === undefined) return 'the answer is no JSON. Is this the address of the API?';
  return `the answer is not what is documented, at ${error.issues[0]?.path.join('.') || 'its top'}`;
}
