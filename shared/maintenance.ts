import type { Problem } from './errors.ts';

/** What visitors see while a pilot is offline, unless somebody says otherwise. A load balancer takes at most 1,024 characters. */
export const MAINTENANCE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Back soon</title><body style="font:1.1rem/1.5 system-ui;max-width:32rem;margin:20vh auto;padding:0 1rem"><h1>Back soon</h1><p>We are working on it. Please try again in a few minutes.</p></body></html>';

/**
 * Bytes that a page of somebody's own may have, written as a JSON string: where it has to fit is a key of a
 * CloudFront KeyValueStore, with a fencing number beside it.
 */
export const PAGE_LIMIT = 960;

/** Seconds after which visitors of an offline pilot may look again. */
export const RETRY_AFTER = 60;

/** A page that begins with a tag is HTML, any other is plain text. */
export const contentTypeOf = (page: string): 'text/html' | 'text/plain' =>
  page.startsWith('<') ? 'text/html' : 'text/plain';

/** What is wrong with a page that visitors are to see; undefined when nothing is. */
export function pageProblem(page: string): Problem | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(page));
  if (page.trim() === '') return { code: 'MESSAGE_EMPTY', message: 'the message has no text', expected: TEXT };
  if (/(?![\t\n\r])\p{Cc}|\ufffd/u.test(page))
    return { code: 'MESSAGE_NOT_TEXT', message: 'the message has bytes that no text has', expected: TEXT };
  if (bytes > PAGE_LIMIT)
    return {
      code: 'MESSAGE_TOO_LARGE',
      message: `the message has ${bytes} bytes, with what JSON adds to quotes and line breaks`,
      expected: `at most ${PAGE_LIMIT}`,
      hint: 'leave out styles and pictures, or link to them',
    };
  if (/[^\0-\x7f]/.test(page) && !/charset=["']?utf-8/i.test(page))
    return {
      code: 'MESSAGE_CHARSET',
      message: 'the message has letters beyond ASCII, and does not say in which encoding',
      expected: '<meta charset="utf-8"> in a page of HTML',
    };
  return undefined;
}

const TEXT = 'plain text, or HTML that begins with a tag, in UTF-8';

/** A pilot that somebody keeps offline: since when (ISO), who, and which release comes back. */
export interface Kept {
  at: string;
  by?: string;
  release: string;
}

/** `since 2026-11-21T02:50:11Z by ada@laptop` */
export const sinceWhen = ({ at, by }: Pick<Kept, 'at' | 'by'>): string =>
  `since ${at.slice(0, 19)}Z${by ? ` by ${by}` : ''}`;

/** Why nothing goes live of its own accord while somebody keeps the pilot offline. */
export const keptOffline = (pilot: string, offline: Kept): Problem => ({
  code: 'PILOT_OFFLINE',
  message: `${pilot} is offline ${sinceWhen(offline)}, and nothing goes live meanwhile`,
  hint: `pilot online ${pilot} brings release ${offline.release} back, pilot deploy after it the new one; with --online either goes live at once`,
});
