import type { Problem } from '../errors.ts';
import { aggregate, sharedBy } from './aggregate.ts';
import { type Block, parseBlock, textOf } from './cidr.ts';
import { CLOUDFRONTS, EVERYWHERE, isService } from './services.ts';

/** The name that AWS’s list has for whose addresses they are. */
export type Service = string;

/** The published ranges of some services. */
export interface Ranges {
  /** Seconds since 1970 at which they were published: a greater one is newer. */
  token: number;
  /** Aggregated, IPv4 first; of a service that was not asked for, nothing is known. */
  blocks: Readonly<Record<Service, readonly Block[]>>;
}

/** What was read of a list. */
export interface Published extends Ranges {
  /** All services of the list that a group could let in here, by their names. */
  services: string[];
}

/** Whose ranges are read, besides CloudFront's. */
export interface Wanted {
  services?: Iterable<Service>;
  /** Of services that are bound to regions, the ranges of this one count; undefined where that is not known. */
  region?: string | undefined;
}

const wrong = (message: string, expected?: string): Problem => ({
  code: 'RANGES_MALFORMED',
  message: `AWS’s list of its addresses ${message}`,
  ...(expected && { expected }),
  hint: 'no rule was changed, and what was let in before still is; the list is read again at the next round',
});

/**
 * Reads ip-ranges.json. One entry that is not as it has to be makes the whole of it worthless: a list that is cut off, or
 * another page in its place, is never taken for a list from which ranges are gone.
 * https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html
 */
export function parseRanges(text: string, { services = [], region }: Wanted = {}): Published | Problem {
  const document = jsonOf(text);
  if (!isRecord(document)) return wrong('is not JSON', 'an object with syncToken, prefixes and ipv6_prefixes');
  const { syncToken, prefixes, ipv6_prefixes } = document;
  if (typeof syncToken !== 'string' || !/^[1-9]\d{8,11}$/.test(syncToken))
    return wrong('has no syncToken', 'seconds since 1970');
  if (!Array.isArray(prefixes)) return wrong('has no prefixes', 'a list');
  if (!Array.isArray(ipv6_prefixes)) return wrong('has no ipv6_prefixes', 'a list');

  const found = new Map<Service, Block[]>([...CLOUDFRONTS, ...services].map((service) => [service, []]));
  const there = new Set<Service>();
  for (const [key, entries] of Object.entries({ ip_prefix: prefixes, ipv6_prefix: ipv6_prefixes }))
    for (const [index, entry] of entries.entries()) {
      const where = `${key === 'ip_prefix' ? 'prefixes' : 'ipv6_prefixes'}[${index}]`;
      if (!isRecord(entry) || typeof entry[key] !== 'string' || typeof entry.service !== 'string')
        return wrong(`has something else than a range at ${where}`, `${key} and service`);
      const { service } = entry;
      if (!isHere(service, entry.region, region)) continue;
      if (key === 'ip_prefix' && isService(service)) there.add(service);
      const wanted = found.get(service);
      if (!wanted) continue;
      const block = parseBlock(entry[key]);
      const trouble = typeof block === 'string' ? block : troubleWith(block, key === 'ip_prefix' ? 4 : 6);
      if (trouble) return wrong(`has ${JSON.stringify(entry[key].slice(0, 50))} at ${where}, which ${trouble}`);
      wanted.push(block as Block);
    }
  return {
    token: Number(syncToken),
    blocks: Object.fromEntries([...found].map(([service, blocks]) => [service, aggregate(blocks)])),
    services: [...there].sort(),
  };
}

const isHere = (service: Service, region: unknown, here: string | undefined): boolean =>
  EVERYWHERE.has(service) || region === 'GLOBAL' || region === here;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** No single range of AWS's is as large; a mistyped length would be. The largest were /9 and /24 in 2026. */
const LARGEST = { 4: 8, 6: 20 } as const;

/** Never CloudFront's: https://www.iana.org/assignments/iana-ipv4-special-registry */
const SPECIAL: readonly Block[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  // https://www.iana.org/assignments/iana-ipv6-special-registry
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
].map((text) => parseBlock(text) as Block);

/** What is routed on the internet in IPv6. */
const GLOBAL = parseBlock('2000::/3') as Block;

function troubleWith(block: Block, family: Block['family']): string | undefined {
  if (block.family !== family) return `is not IPv${family}`;
  if (block.bits < LARGEST[family]) return `lets in more than a /${LARGEST[family]}`;
  const special = SPECIAL.find((one) => sharedBy([one], [block]).length > 0);
  if (special) return `is no public range: ${textOf(special)} is not`;
  if (family === 6 && sharedBy([GLOBAL], [block]).length === 0) return `is no public range: ${textOf(GLOBAL)} is`;
  return undefined;
}
