import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, type Content, escapeKey, sendPut } from './signed-put.ts';

/**
 * Writing objects by the thousand: each with its checksum, repeated where it
 * met bad luck, past the SDK's middleware (see signed-put.ts).
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
  content: () => Content | Promise<Content>;
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
  const { status } = await request(bucket, object.key, headers, object.content, [200, 412]);
  return status === 412 ? 'exists' : 'stored';
}

/**
 * Copies an object within a bucket, with its headers.
 * @returns `absent` when the source is gone.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copyObject(bucket: string, from: string, to: string): Promise<'copied' | 'absent'> {
  const source = `/${bucket}/${escapeKey(from)}`;
  const { status } = await request(bucket, to, { 'x-amz-copy-source': source }, () => new Uint8Array(), [200, 404]);
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

/** 409: two conditional writes of one key met. */
const isWorthRepeating = (status: number) => status >= 500 || status === 429 || status === 408 || status === 409;

/** @param answers the statuses that say something about the object. Others are repeated, or thrown. */
async function request(
  bucket: string,
  key: string,
  headers: Record<string, string>,
  content: NewObject['content'],
  answers: number[],
): Promise<Answer> {
  for (let tried = 1; ; tried += 1) {
    const answer = await attempt(bucket, key, headers, content).catch(asFailure);
    // CopyObject may fail after its 200 was sent; then the body says so.
    const failedLate = answer.status === 200 && answer.text.includes('<Error>');
    if (answers.includes(answer.status) && !failedLate) return answer;
    if (tried === TRIES || !(failedLate || isWorthRepeating(answer.status))) {
      throw new Error(`S3 answered ${answer.status} to a write of ${bucket}/${key}: ${answer.text.slice(0, 300)}`);
    }
    await pause(FIRST_PAUSE_MS * 2 ** (tried - 1) * (0.5 + Math.random()));
  }
}

const attempt = async (bucket: string, key: string, headers: Record<string, string>, content: NewObject['content']) =>
  sendPut(bucket, key, headers, await content());

/** A broken connection or a timeout counts as 503: what S3 says when it is short of time. */
function asFailure(error: unknown): Answer {
  const { code, name, message } = error as { code?: string; name?: string; message?: string };
  if (name === 'TimeoutError' || /^(E[A-Z]+|ERR_STREAM\w*)$/.test(code ?? '')) {
    return { status: 503, text: message ?? '' };
  }
  throw error;
}
