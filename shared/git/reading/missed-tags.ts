import type { SeenTags } from '../../ledger/seen-tags.ts';
import type { TagsNow } from '../host.ts';

/**
 * The tags that were not there at the look before, the older version first. Where not all are told, or were, what follows
 * the last one that was seen may have been there as well, and only now be among those that are told.
 */
export function unseenTags({ names, isWhole }: TagsNow, seen: Pick<SeenTags, 'has' | 'isWhole'>): string[] {
  const told = isWhole && seen.isWhole ? names : names.slice(0, Math.max(0, names.findLastIndex(seen.has)));
  return told.filter((name) => !seen.has(name)).sort(byVersion);
}

/** v9 before v10, and v2.0.0-rc.1 before v2.0.0. */
function byVersion(one: string, other: string): number {
  const [a, b] = [comparable(one), comparable(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A name ends after what a hyphen adds, and before what a dot does. */
const comparable = (name: string): string =>
  `${name.replace(/\d+/g, (digits) => digits.padStart(20, '0')).replaceAll('-', '\u0001')}\u0002`;
