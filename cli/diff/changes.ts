import { isSection } from '../../shared/manifest/complete.ts';
import { canonicalJson } from '../../shared/manifest/digest.ts';

/** One key that is not the same in two manifests. */
export interface Change {
  path: (string | number)[];
  change: 'added' | 'removed' | 'changed';
  before?: unknown;
  after?: unknown;
}

/**
 * What differs between two resolved manifests, key by key, in the order of the
 * second one. A list of plain values counts as one value.
 */
export function changesBetween(before: unknown, after: unknown, path: Change['path'] = []): Change[] {
  const parts = partsOf(before, after);
  if (parts) return parts.flatMap((part) => changesBetween(at(before, part), at(after, part), [...path, part]));
  if (before === undefined) return [{ path, change: 'added', after }];
  if (after === undefined) return [{ path, change: 'removed', before }];
  return canonicalJson(before) === canonicalJson(after) ? [] : [{ path, change: 'changed', before, after }];
}

/** What to compare one by one; undefined where the two are compared as a whole. */
function partsOf(before: unknown, after: unknown): (string | number)[] | undefined {
  const given = [after, before].filter((one) => one !== undefined);
  if (given.every(isSection)) return orNone([...new Set(given.flatMap((section) => Object.keys(section)))]);
  if (given.every(isListOfParts)) return orNone([...given.reduce((a, b) => (a.length > b.length ? a : b)).keys()]);
  return undefined;
}

const orNone = <Part>(parts: Part[]): Part[] | undefined => (parts.length > 0 ? parts : undefined);

const isListOfParts = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.some((item) => typeof item === 'object');

const at = (value: unknown, part: string | number): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined;
