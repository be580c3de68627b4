import { createHash } from 'node:crypto';

/** One line of at most so many characters. */
export function line(text: string, most = 140): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= most ? flat : `${flat.slice(0, most - 1)}…`;
}

/** A name as a key of at most 40 characters; one that is longer gets a hash, so that no two are the same. */
export const keyOf = (name: string): string =>
  name.length <= 40 ? name : `${name.slice(0, 27)}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
