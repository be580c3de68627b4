import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from './objects.ts';

/**
 * Writing objects by the thousand. The SDK's middleware costs four times what
 * the rest of a small PUT does, so a request is shaped here, and only the SDK's
 * resolved endpoint, signer and connections are used.
 */
export interface NewObject {
  key: string;
  /** Bytes; `content` must deliver exactly so many. */
  size: number;
  /** CRC-32 of the content; S3 refuses bytes that do not match it. */
  crc: number;
  type: string;
  cacheControl: string;
  /** Called for each try. */
  content: () => Uint8Array | Promise<AsyncIterable<Uint8Array>>;
  /** Leave an object that is already there as it is. */
  onlyIfAbsent?: boolean;
}

/**
 * @returns `exists` when the key is taken and `onlyIfAbsent` is set.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export async function putObject(bucket: string, object: NewObject): Promise<'stored' | 'exists'> {
  const headers = {
    'content-type': object.type,
    'cache-control': object.cacheControl,
    'content-length': String(object.size),
    'x-amz-checksum-crc32': base64Crc(object.crc),
    ...(object.onlyIfAbsent && { 'if-none-match': '*' }),
  };
  const { status } = await request(bucket, object.key, headers, object.content);
  return status === 412 ? 'exists' : 'stored';
}

/**
 * Copies an object within a bucket, with its headers.
 * @returns `absent` when the source is gone.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copyObject(bucket: string, from: string, to: string): Promise<'copied' | 'absent'> {
  const source = `/${bucket}/${escapeKey(from)}`;
  const { status } = await request(bucket, to, { 'x-amz-copy-source': source }, () => new Uint8Array());
  return status === 404 ? 'absent' : 'copied';
}

/** A CRC-32 as S3's headers carry it: four bytes, big endian, in base64. */
export function base64Crc(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}

const TRIES = 5;
const FIRST_PAUSE_MS = 100;

/** Answers that say something about the object, not about the request's luck. */
const isAnswer = (status: number) => status === 200 || status === 412 || status === 404;
/** 409: two conditional writes of one key met. */
const isWorthRepeating = (status: number) => status >= 500 || status === 429 || status === 408 || status === 409;

interface Answer {
  status: number;
  text: string;
}

async function request(
  bucket: string,
  key: string,
  headers: Record<string, string>,
  content: NewObject['content'],
): Promise<Answer> {
  for (let tried = 1; ; tried += 1) {
    const answer = await attempt(bucket, key, headers, content).catch((error: unknown) => asFailure(error));
    // CopyObject may fail after its 200 was sent; then the body says so.
    const failedLate = answer.status === 200 && answer.text.includes('<Error>');
    if (isAnswer(answer.status) && !failedLate) return answer;
    if (tried === TRIES || !(failedLate || isWorthRepeating(answer.status))) {
      throw new Error(`S3 answered ${answer.status} to a write of ${bucket}/${key}: ${answer.text.slice(0, 300)}`);
    }
    await pause(FIRST_PAUSE_MS * 2 ** (tried - 1) * (0.5 + Math.random()));
  }
}

/** A broken connection or a timeout counts as 503: what S3 says when it is short of time. */
function asFailure(error: unknown): Answer {
  const { code, name, message } = error as { code?: string; name?: string; message?: string };
  if (name === 'TimeoutError' || /^(E[A-Z]+|ERR_STREAM\w*)$/.test(code ?? '')) {
    return { status: 503, text: message ?? '' };
  }
  throw error;
}

async function attempt(
  bucket: string,
  key: string,
  headers: Record<string, string>,
  content: NewObject['content'],
): Promise<Answer> {
  const place = await placeOf(bucket);
  const signed = await sign({
    ...place,
    method: 'PUT',
    path: `${place.path}${escapeKey(key)}`,
    // The body's integrity is the checksum's matter; signing it too would hash each byte again.
    headers: { ...headers, host: place.host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  const response = await send(signed, await content());
  let text = '';
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
  return { status: response.statusCode, text };
}

async function send(signed: Handled, content: Uint8Array | AsyncIterable<Uint8Array>) {
  const { requestHandler } = s3.config;
  if (content instanceof Uint8Array) {
    signed.body = content;
    return (await requestHandler.handle(signed)).response;
  }
  // The handler does not hear of a body that breaks, and would wait for the rest of it.
  const stop = new AbortController();
  let broken: unknown;
  const body = Readable.from(content, { objectMode: false }).once('error', (error) => {
    broken = error;
    stop.abort();
  });
  signed.body = body;
  try {
    return (await requestHandler.handle(signed, { abortSignal: stop.signal })).response;
  } catch (error) {
    throw broken ?? error;
  } finally {
    body.destroy();
  }
}

type Handled = Parameters<typeof s3.config.requestHandler.handle>[0];

/** Where a bucket is reached. */
interface Place {
  protocol: string;
  hostname: string;
  port?: number;
  /** As the Host header says it. */
  host: string;
  /** What comes before the key: `/`, or `/bucket/` where buckets are not in the host's name. */
  path: string;
}

interface Unsigned extends Place {
  method: string;
  headers: Record<string, string>;
}

const places = new Map<string, Promise<Place>>();

function placeOf(bucket: string): Promise<Place> {
  const known = places.get(bucket);
  if (known) return known;
  const asked = askPlace(bucket);
  places.set(bucket, asked);
  // What failed is asked again the next time.
  asked.catch(() => places.delete(bucket));
  return asked;
}

/** Has the SDK build a request, and keeps where it would have gone. */
async function askPlace(bucket: string): Promise<Place> {
  const command = new PutObjectCommand({ Bucket: bucket, Key: 'k' });
  let built: { protocol: string; hostname: string; port?: number; path: string } | undefined;
  command.middlewareStack.add(
    () => async (args) => {
      built = args.request as typeof built;
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'build', priority: 'low' },
  );
  await s3.send(command);
  if (!built) throw new Error('the SDK built no request');
  const { protocol, hostname, port, path } = built;
  const host = port ? `${hostname}:${port}` : hostname;
  return { protocol, hostname, host, path: path.slice(0, -1), ...(port && { port }) };
}

let signing: ReturnType<typeof s3.config.signer> | undefined;

/** Signs as the SDK would, with the credentials of the moment. */
async function sign(request: Unsigned): Promise<Handled> {
  signing ??= s3.config.signer();
  const signer = await signing;
  return signer.sign({ ...request, query: {} } as Handled);
}

/** RFC 3986, each part of the key. */
const escapeKey = (key: string) =>
  encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
