import type { Problem } from '../errors.ts';
import { type Block, canonical, type Family, textOf } from './cidr.ts';

/** A customer-managed prefix list: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html */
export interface PrefixList {
  id: string;
  /** Each change has to name the version that it was made from. */
  version: number;
  /** What it counts as in each group that names it, however many entries it has. */
  maxEntries: number;
  cidrs: readonly string[];
}

/** Changes of one list: first its size, then call after call. Each call is one new version, which is there as a whole. */
export interface ListChanges {
  resize?: number;
  calls: { add: Block[]; remove: string[] }[];
}

/** Entries that one call may add, and may remove: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html */
export const ENTRIES_A_CALL = 100;
/** Room for what is published later: each change of the size is checked against every group that names the list. */
const ROOM = 1.2;
const FEWEST = 10;

/** The size that a list is made with. @param allowed rules that a group may have. */
export const sizeFor = (entries: number, allowed: number): number =>
  Math.max(entries, Math.min(Math.max(FEWEST, Math.ceil(entries * ROOM)), allowed));

/**
 * What makes the list hold exactly these blocks: all that is added is there before the first one goes, or comes with it.
 * A list is never made larger than a group may have rules, but one that is, since the quota was lowered, may change.
 * @param desired aggregated, and of the list's family.
 * @param allowed rules that a group may have: the list counts as its size, in each group.
 */
export function reconcileList(
  desired: readonly Block[],
  list: PrefixList,
  family: Family,
  allowed: number,
): ListChanges | Problem {
  const wanted = new Map(desired.map((block) => [textOf(block), block]));
  const there = new Map(list.cidrs.map((cidr) => [canonical(cidr), cidr]));
  const add = [...wanted].filter(([text]) => !there.has(text)).map(([, block]) => block);
  const remove = [...there].filter(([text]) => !wanted.has(text)).map(([, cidr]) => cidr);
  const calls = callsOf(add, remove);
  const most = mostOf(calls, there.size);
  if (most > Math.max(allowed, list.maxEntries)) return tooLong(most, family, allowed);
  return { ...(most > list.maxEntries && { resize: sizeFor(most, allowed) }), calls };
}

/** One call is one new version, so the last to add can be the first to remove. */
function callsOf(add: readonly Block[], remove: readonly string[]): ListChanges['calls'] {
  const [adding, removing] = [inParts(add), inParts(remove)];
  if (adding.length === 0 && removing.length === 0) return [];
  return [
    ...adding.slice(0, -1).map((part) => ({ add: part, remove: [] })),
    { add: adding.at(-1) ?? [], remove: removing[0] ?? [] },
    ...removing.slice(1).map((part) => ({ add: [], remove: part })),
  ];
}

/** Entries that it has when it has the most, after any of the calls. */
function mostOf(calls: ListChanges['calls'], entries: number): number {
  let now = entries;
  const after = calls.map(({ add, remove }) => {
    now += add.length - remove.length;
    return now;
  });
  return Math.max(0, ...after);
}

const inParts = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / ENTRIES_A_CALL) }, (_, index) =>
    all.slice(index * ENTRIES_A_CALL, (index + 1) * ENTRIES_A_CALL),
  );

const tooLong = (entries: number, family: Family, allowed: number): Problem => ({
  code: 'EDGE_QUOTA',
  message: `a prefix list of ${entries} IPv${family} ranges counts as as many rules, and a group may have ${allowed}`,
  expected: `at most ${allowed} ranges`,
  hint: 'edge.service: CLOUDFRONT_ORIGIN_FACING has fewer, and they are all that reach an origin; edge.mode: rules spreads them over several groups; no list was changed',
});
