import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** `sha256=` and 64 hex digits, as each provider writes it; two headers joined by a comma are none. */
const HEX_SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * Whether `sha256=<hex>` is the HMAC-SHA256 of these bytes under one of the secrets, compared in constant time.
 * An empty secret signs nothing. Each secret is tried, so that time does not tell which one fits.
 */
export function isHexSigned(signature: string | undefined, body: Uint8Array, secrets: readonly string[]): boolean {
  if (typeof signature !== 'string' || !HEX_SIGNATURE.test(signature)) return false;
  return someFits(secrets, (secret) => isSame(`sha256=${hmac(secret, body).toString('hex')}`, signature));
}

/** HMAC-SHA256 of parts, one after the other. */
export function hmac(key: string | Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const sum = createHmac('sha256', key);
  for (const part of parts) sum.update(part);
  return sum.digest();
}

/** Whether two texts are the same; the time that it takes tells neither how long nor where they differ. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

/** Whether one of the secrets that are not empty fits; all of them are tried. */
export function someFits(secrets: readonly string[], fits: (secret: string) => boolean): boolean {
  return secrets
    .filter((secret) => secret !== '')
    .map(fits)
    .includes(true);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
