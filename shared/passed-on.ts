import { withoutSecrets } from './notify/redact.ts';

/** What stands by itself in a line: blanks and quotes end it. */
const CHUNK = /[^\s"'`]+/g;
/** What names are made of words and numbers with. */
const JOINT = /[^A-Za-z0-9]+/;
/** A word, a number, or a word with a number after it: `notes`, `2026`, `AddAuthor2`. */
const NAMED = /^(?:[A-Za-z]*|\d+|[A-Za-z]+\d+)$/;
/** Signs that passwords have, and names have not. */
const ODD = /[!#$%^&*+~?|]/g;
/** Where something lies is told folder by folder. */
const PATH = /^(?:\.{0,2}\/|[a-z]\w*:\/\/)/;
/** Such a host's name holds what looks as if it was drawn by lot, and is told in public. */
const OF_AWS = /\.amazonaws\.com(?:\.cn)?(?::\d+)?\W*$/;

const HIDDEN = '***';
/** Shorter pieces come in dates, versions and error codes. */
const SHORT = 5;
const ENOUGH = 8;
const ODD_ENOUGH = 3;

/**
 * A line that a pilot wrote, as it may be passed on. Pilotage does not know the values of its secrets, so it is without
 * whatever looks like a credential, or as if it was drawn by lot: letters and digits in no order, or many signs. Words
 * and numbers, and names made of them, stay; so does a password that is made of these alone.
 */
export const passedOn = (line: string): string =>
  withoutSecrets(line).replace(CHUNK, (chunk) =>
    PATH.test(chunk) ? chunk.split('/').map(kept).join('/') : kept(chunk),
  );

const kept = (chunk: string): string => (isDrawn(chunk.replaceAll(HIDDEN, '')) ? HIDDEN : chunk);

function isDrawn(chunk: string): boolean {
  if (chunk.length < ENOUGH || OF_AWS.test(chunk)) return false;
  if ((chunk.match(ODD)?.length ?? 0) >= ODD_ENOUGH) return true;
  const mixed = chunk.split(JOINT).filter((piece) => piece.length > SHORT && !NAMED.test(piece));
  return mixed.join('').length >= ENOUGH;
}
