import { Readable } from 'node:stream';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from './objects.ts';

export interface Answer {
  status: number;
  text: string;
}

/** Says which function calls, as the SDK does: https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html */
const USER_AGENT = `pilotage app/${process.env.AWS_SDK_UA_APP_ID ?? 'none'}`;

export type Content = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * One PUT to S3, once. For a small object the SDK's middleware costs four times
 * what all the rest does, so the request is shaped here, and only the SDK's
 * resolved endpoint, signer, credentials and connections are used.
 * @throws when the connection breaks, and what `content` throws.
 */
export async function sendPut(
  bucket: string,
  key: string,
  headers: Record<string, string>,
  content: Content,
): Promise<Answer> {
  const place = await placeOf(bucket);
  const signed = await sign({
    ...place,
    method: 'PUT',
    path: `${place.path}${escapeKey(key)}`,
    // The body's integrity is the checksum's matter; signing it too would hash each byte again.
    headers: { ...headers, host: place.host, 'user-agent': USER_AGENT, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  const response = await send(signed, content);
  let text = '';
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
  return { status: response.statusCode, text };
}

async function send(signed: Handled, content: Content) {
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

/** A key as it stands in a URL: RFC 3986, each part. */
export const escapeKey = (key: string) =>
  encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
