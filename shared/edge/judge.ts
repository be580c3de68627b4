import type { Problem } from '../errors.ts';
import { countOf, sharedBy } from './aggregate.ts';
import { type Block, FAMILIES, type Family, textOf } from './cidr.ts';
import { type Ranges, SERVICES, type Service } from './ranges.ts';

/** A list that shares less with the one before, or is so many times as large, needs a person's word. */
const LEAST_SHARED = 0.5;
const MOST_GROWN = 2;
/** Where there was none before: CloudFront has had dozens of IPv4 ranges since 2014, and never a 64th of all addresses. */
const FEWEST = 5;
/** In IPv6 it had less than a /33 in 2024. */
const MOST: Readonly<Record<Family, bigint>> = { 4: 1n << 26n, 6: 1n << 100n };

/** Clocks differ, but not by as much; a list from later than that would keep out all that are published until then. */
const MOST_AHEAD_SECONDS = 86_400;

/** What is to be done with a list that was read. */
export type Judgement =
  /** It is the one that is known, or one that was published before that. */
  { judgement: 'known' | 'older' } | { judgement: 'newer' } | { judgement: 'suspicious'; problem: Problem };

export interface Judging {
  known: Ranges | undefined;
  /** The token of a list that a person has looked at. */
  accepted?: number | undefined;
  now: Date;
}

export function judge(read: Ranges, { known, accepted, now }: Judging): Judgement {
  if (read.token > now.getTime() / 1000 + MOST_AHEAD_SECONDS)
    return { judgement: 'suspicious', problem: ahead(read.token) };
  if (known && read.token < known.token) return { judgement: 'older' };
  if (known && read.token === known.token)
    return isSame(read, known) ? { judgement: 'known' } : { judgement: 'suspicious', problem: another(read.token) };
  if (read.token === accepted) return { judgement: 'newer' };
  for (const service of SERVICES) {
    const oddity = oddityOf(read.blocks[service], known?.blocks[service]);
    if (oddity) return { judgement: 'suspicious', problem: suspicious(read.token, service, oddity) };
  }
  return { judgement: 'newer' };
}

const isSame = (one: Ranges, other: Ranges): boolean =>
  SERVICES.every((service) => one.blocks[service].map(textOf).join() === other.blocks[service].map(textOf).join());

function oddityOf(read: readonly Block[], known: readonly Block[] | undefined): string | undefined {
  for (const family of FAMILIES) {
    const before = countOf(known ?? [], family);
    const oddity =
      before === 0n ? oddityOfFirst(read, family, !known) : oddityOfNext(read, known ?? [], before, family);
    if (oddity) return oddity;
  }
  return undefined;
}

/** @param nothingKnown a service that was published without ranges may stay so. */
function oddityOfFirst(read: readonly Block[], family: Family, nothingKnown: boolean): string | undefined {
  const ranges = read.filter((block) => block.family === family).length;
  if (family === 4 && ranges < FEWEST && (ranges > 0 || nothingKnown)) return `has only ${ranges} ranges of IPv4`;
  return countOf(read, family) > MOST[family] ? `has more IPv${family} addresses than CloudFront ever had` : undefined;
}

function oddityOfNext(
  read: readonly Block[],
  known: readonly Block[],
  before: bigint,
  family: Family,
): string | undefined {
  const kept = ratio(countOf(sharedBy(read, known), family), before);
  if (kept < LEAST_SHARED) return `has ${Math.round(kept * 100)} % of the IPv${family} addresses that were known`;
  const grown = ratio(countOf(read, family), before);
  if (grown > MOST_GROWN) return `has ${grown.toFixed(2)} times the IPv${family} addresses that were known`;
  return undefined;
}

/** Of counts that may have forty digits; below the third place it says nothing. */
const ratio = (part: bigint, whole: bigint): number => Number((part * 1000n) / whole) / 1000;

const suspicious = (token: number, service: Service, oddity: string): Problem => ({
  code: 'RANGES_SUSPICIOUS',
  message: `AWS’s list ${token} ${oddity}, for ${service}`,
  expected: `at least ${LEAST_SHARED * 100} % of what was known, and at most ${MOST_GROWN} times as many`,
  hint: `no rule was changed; whoever has looked at https://ip-ranges.amazonaws.com/ip-ranges.json takes it with pilot edge sync --accept ${token}`,
});

/** Nobody can accept these two: each list has a token of its own, and the time at which it was published. */
const another = (token: number): Problem => ({
  code: 'RANGES_SUSPICIOUS',
  message: `AWS’s list ${token} is another one than was read under the same token`,
  expected: 'that what was published once stays as it is',
  hint: 'no rule was changed; the next list that AWS publishes counts',
});

const ahead = (token: number): Problem => ({
  code: 'RANGES_MALFORMED',
  message: `AWS’s list has the syncToken ${token}, a time that lies more than a day ahead`,
  expected: 'the time at which it was published, in seconds since 1970',
  hint: 'no rule was changed, and what was let in before still is; the list is read again at the next round',
});
