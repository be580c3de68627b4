import * as z from 'zod/mini';
import type { Delivery, Told } from '../told.ts';
import { fault } from './words.ts';

/** A commit or a tag’s object, as 40 or 64 hex digits; zeros where there is none. */
export const hash = () => z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/));

/** How a provider counts pull requests. */
export const count = () => z.int().check(z.positive());

/**
 * The object that a delivery’s JSON is, or why there is none, in words. A byte order mark before it is passed over:
 * it was signed with the rest, and says nothing.
 */
export function payloadOf({ headers, body }: Delivery): object | string {
  if (/^\s*application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) return FORM;
  try {
    const payload: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? payload : NO_OBJECT;
  } catch {
    return beginsAsForm(body) ? FORM : NO_JSON;
  }
}

/** What is told by a payload of that shape; a fault that names the place where it has another one. */
export function shaped<Shape extends z.ZodMiniType>(
  shape: Shape,
  payload: unknown,
  tell: (value: z.output<Shape>) => Told[],
): Told[] {
  const read = z.safeParse(shape, payload);
  if (read.success) return tell(read.data);
  return [fault(`the payload is not what the provider documents: look at ${place(read.error)}`)];
}

const place = ({ issues }: z.core.$ZodError): string => issues[0]?.path.join('.') || 'the whole';

const beginsAsForm = (body: Uint8Array): boolean => Buffer.from(body.subarray(0, 8)).toString('latin1') === 'payload=';

const FORM = 'the payload came as a form: choose application/json as the content type of the webhook';
const NO_JSON = 'the body is no JSON in UTF-8';
const NO_OBJECT = 'the body is no JSON object';
