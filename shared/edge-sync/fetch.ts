import type { Problem } from '../errors.ts';

/** https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html */
const PUBLISHED = 'https://ip-ranges.amazonaws.com/ip-ranges.json';
/** It had 2 MB in 2026. */
const LARGEST_BYTES = 20 * 2 ** 20;
const DEADLINE_MS = 10_000;

export interface Fetched {
  text: string;
  etag?: string;
}

/**
 * AWS's list as it is served now; `unchanged` where it is still the one with this ETag. What is no answer, too slow or too
 * large, is a problem.
 */
export async function fetchRanges(etag?: string): Promise<Fetched | 'unchanged' | Problem> {
  const url = process.env.IP_RANGES_URL || PUBLISHED;
  try {
    const response = await fetch(url, {
      headers: etag === undefined ? {} : { 'If-None-Match': etag },
      // Whoever could send it elsewhere could say what is let in.
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (response.status === 304) return 'unchanged';
    if (response.status !== 200) return unreachable(`answers ${response.status}`);
    const text = await textOf(response);
    const tag = response.headers.get('ETag');
    return text === undefined ? unreachable('has more than 20 MB') : { text, ...(tag !== null && { etag: tag }) };
  } catch (error) {
    return unreachable(`does not answer: ${reasonOf(error)}`);
  }
}

/** @returns undefined where it is too large; no more than that is ever held. */
async function textOf(response: Response): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > LARGEST_BYTES) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return (cause instanceof Error ? cause.message : message).slice(0, 200);
}

const unreachable = (what: string): Problem => ({
  code: 'RANGES_UNREACHABLE',
  message: `AWS’s list of its addresses ${what}`,
  hint: 'no rule was changed; the list is read again at the next round',
});
