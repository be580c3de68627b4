import type { Problem } from '../errors.ts';
import { countOf, sharedBy } from './aggregate.ts';
import { type Block, FAMILIES, type Family, textOf } from './cidr.ts';
import type { Ranges, Service } from './ranges.ts';
import { isCloudFronts } from './services.ts';

/** A list that shares less with the one before, or is so many times as large, needs a person's word. */
const LEAST_SHARED = 0.5;
const MOST_GROWN = 2;
/** A service may have a single range, to which a second and a third one are added: of so few more nobody has to be asked. */
const FEW_MORE: Readonly<Record<Family, bigint>> = { 4: 1n << 12n, 6: 1n << 84n };

/** What a service can have that was not known before: ranges of IPv4 at least, and addresses at most. */
interface Usual {
  fewest: number;
  most: Readonly<Record<Family, bigint>>;
}
/** It has had dozens of IPv4 ranges since 2014, and never a 64th of all addresses; in IPv6 it had less than a /33 in 2024. */
const CLOUDFRONT: Usual = { fewest: 5, most: { 4: 1n << 26n, 6: 1n << 100n } };
/** All of AWS's in its largest region were 25 million of IPv4 in 2025, and less than a /29 of IPv6. */
const ANY: Usual = { fewest: 1, most: { 4: 1n << 26n, 6: 1n << 104n } };

const usualOf = (service: Service): Usual => (isCloudFronts(service) ? CLOUDFRONT : ANY);

/** Clocks differ, but not by as much; a list from later than that would keep out all that are published until then. */
const MOST_AHEAD_SECONDS = 86_400;

/** What is to be done with a list that was read. */
export type Judgement =
  /** It is the one that is known, or one that was published before that. */
  | { judgement: 'known' | 'older' }
  /** `wider`: the one that is known, with services that were not asked for until now. */
  | { judgement: 'newer' | 'wider' }
  | { judgement: 'suspicious'; problem: Problem };

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
  const isAgain = known?.token === read.token;
  if (isAgain && !isSame(read, known)) return { judgement: 'suspicious', problem: another(read.token) };
  const services = Object.keys(read.blocks).filter((service) => !isAgain || !known.blocks[service]);
  if (isAgain && services.length === 0) return { judgement: 'known' };
  const taken = { judgement: isAgain ? 'wider' : 'newer' } as const;
  if (read.token === accepted) return taken;
  for (const service of services) {
    const oddity = oddityOf(service, read.blocks[service] ?? [], known?.blocks[service]);
    if (oddity) return { judgement: 'suspicious', problem: suspicious(read.token, service, oddity) };
  }
  return taken;
}

/** What one of them was not asked for says nothing. */
const isSame = (read: Ranges, known: Ranges): boolean =>
  Object.entries(known.blocks).every(([service, blocks]) => {
    const now = read.blocks[service];
    return !now || now.map(textOf).join() === blocks.map(textOf).join();
  });

function oddityOf(service: Service, read: readonly Block[], known: readonly Block[] | undefined): string | undefined {
  for (const family of FAMILIES) {
    const before = countOf(known ?? [], family);
    const oddity =
      before === 0n
        ? oddityOfFirst(read, family, !known, usualOf(service))
        : oddityOfNext(read, known ?? [], before, family, isCloudFronts(service) ? 0n : FEW_MORE[family]);
    if (oddity) return oddity;
  }
  return undefined;
}

/** @param nothingKnown a service that was published without ranges may stay so. */
function oddityOfFirst(
  read: readonly Block[],
  family: Family,
  nothingKnown: boolean,
  { fewest, most }: Usual,
): string | undefined {
  const ranges = read.filter((block) => block.family === family).length;
  if (family === 4 && ranges < fewest && (ranges > 0 || nothingKnown)) return `has only ${ranges} ranges of IPv4`;
  return countOf(read, family) > most[family]
    ? `has more IPv${family} addresses than ${most === CLOUDFRONT.most ? 'CloudFront ever had' : 'a service of AWS’s ever had'}`
    : undefined;
}

function oddityOfNext(
  read: readonly Block[],
  known: readonly Block[],
  before: bigint,
  family: Family,
  fewMore: bigint,
): string | undefined {
  const kept = ratio(countOf(sharedBy(read, known), family), before);
  if (kept < LEAST_SHARED) return `has ${Math.round(kept * 100)} % of the IPv${family} addresses that were known`;
  const now = countOf(read, family);
  const grown = ratio(now, before);
  if (grown > MOST_GROWN && now - before > fewMore)
    return `has ${grown.toFixed(2)} times the IPv${family} addresses that were known`;
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
