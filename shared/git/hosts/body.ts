import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CallTrouble } from './trouble.ts';

/**
 * All bytes of an answer.
 * @throws HostTrouble `too-large` as soon as there are more than so many.
 */
export async function bytesOf(asked: string, response: Response, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of within(asked, response, limit)) parts.push(part);
  return Buffer.concat(parts);
}

/** The beginning of an answer, for its words about a failure; the rest is left. */
export async function beginningOf(response: Response, most = 16 * 1024): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length >= most) break;
  }
  return text;
}

/**
 * Writes an answer into a file; no file is left where it fails.
 * @throws HostTrouble `too-large` as soon as there are more bytes than the limit.
 */
export async function intoFile(asked: string, response: Response, file: string, limit: number): Promise<void> {
  try {
    await pipeline(Readable.from(within(asked, response, limit)), createWriteStream(file));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function* within(asked: string, response: Response, limit: number): AsyncGenerator<Uint8Array> {
  const tooLarge = () => new CallTrouble('too-large', `${asked}: the answer is larger than ${limit} bytes`);
  if (Number(response.headers.get('content-length') ?? 0) > limit) {
    await response.body?.cancel();
    throw tooLarge();
  }
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > limit) throw tooLarge();
    yield part;
  }
}
