import type { Delivery } from '../told.ts';
import { hmac, isSame, someFits } from './signature.ts';

/** How far the sender’s clock may be from ours, in seconds: https://github.com/standard-webhooks/standard-webhooks */
const TOLERANCE = 5 * 60;
/** One or several signatures of any version; headers that were joined by a comma are none. */
const SIGNATURES = /^v\d+[a-z]?,[A-Za-z0-9+/]+={0,2}(?: v\d+[a-z]?,[A-Za-z0-9+/]+={0,2})*$/;
const SECRET = /^whsec_([A-Za-z0-9+/]{32,}={0,2})$/;

/** Whether a secret is a key that signs (`whsec_…`), and no token that is sent along. */
export const isSigningKey = (secret: string): boolean => SECRET.test(secret);

/**
 * Whether one of the secrets signed `<id>.<timestamp>.<body>` as Standard Webhooks has it, within five minutes of now.
 * @param now milliseconds since 1970
 */
export function isStandardSigned({ headers, body }: Delivery, secrets: readonly string[], now: number): boolean {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (!isText(id) || !isText(timestamp) || !isText(signatures)) return false;
  if (!isNear(timestamp, now) || !SIGNATURES.test(signatures)) return false;
  const told = signatures.split(' ');
  return someFits(secrets.filter(isSigningKey), (secret) => {
    const right = `v1,${hmac(keyOf(secret), `${id}.${timestamp}.`, body).toString('base64')}`;
    return told.map((signature) => isSame(signature, right)).includes(true);
  });
}

const isText = (value: string | undefined): value is string => typeof value === 'string' && value !== '';

const isNear = (timestamp: string, now: number): boolean =>
  /^\d{1,12}$/.test(timestamp) && Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE;

const keyOf = (secret: string): Buffer => Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64');
