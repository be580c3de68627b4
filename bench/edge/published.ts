import { sharedBy } from '../../shared/edge/aggregate.ts';
import { type Block, parseBlock, sizeOf, textOf } from '../../shared/edge/cidr.ts';
import { parseRanges, type Ranges, type Service } from '../../shared/edge/ranges.ts';
import list2020 from './data/ip-ranges-2020-07-01.json' with { type: 'json' };
import list2024 from './data/ip-ranges-2024-07-01.json' with { type: 'json' };

/** An entry of ip-ranges.json. */
interface Entry {
  ip_prefix: string;
  region: string;
  service: string;
}

/** A list as AWS publishes it. */
export interface Published {
  name: string;
  document: { syncToken: string; prefixes: Entry[]; ipv6_prefixes: unknown[] };
  ranges: Ranges;
}

const LISTS = { 2020: list2020, 2024: list2024 };

/** One of the lists that were published, with CloudFront's entries alone. */
export const publishedIn = (year: keyof typeof LISTS): Published => published(String(year), LISTS[year]);

function published(name: string, document: Published['document']): Published {
  const ranges = parseRanges(JSON.stringify(document));
  if ('code' in ranges) throw new Error(ranges.message);
  return { name, document, ranges };
}

/** So many ranges, none of which joins another one, from one of them on. */
export function generated(count: number, first = 0, token = 1_800_000_000): Published {
  const prefixes = Array.from({ length: count }, (_, at) => generatedEntry(first + at));
  return published(String(count), { syncToken: String(token), prefixes, ipv6_prefixes: [] });
}

const generatedEntry = (at: number): Entry => ({
  ip_prefix: textOf({ family: 4, first: (16n << 24n) + 512n * BigInt(at), bits: 24 }),
  region: 'GLOBAL',
  service: 'CLOUDFRONT_ORIGIN_FACING',
});

const NEW: readonly [string, string] = ['16.162.2.0/24', '16.163.4.0/23'];

/** The next list: of a service two ranges are gone, two are new, and one has become twice as large. */
export function withFiveChanged({ name, document }: Published, service: Service): Published {
  const own = document.prefixes.filter((entry) => entry.service === service);
  const grown = own.slice(1, -1).find((entry) => isAlone(entry, own));
  if (!grown) throw new Error('each range has a neighbour');
  const gone = [own[0], own.at(-1)];
  const kept = document.prefixes.filter((entry) => !gone.includes(entry) && entry !== grown);
  const more = [NEW[0], NEW[1], textOf(parentOf(grown))].map((ip_prefix, at) => ({
    ...(gone[at] ?? grown),
    ip_prefix,
  }));
  return published(`${name}, 5 changed`, {
    ...document,
    syncToken: String(Number(document.syncToken) + 1),
    prefixes: [...kept, ...more],
  });
}

const blockOf = ({ ip_prefix }: Entry): Block => parseBlock(ip_prefix) as Block;

function parentOf(entry: Entry): Block {
  const { family, first, bits } = blockOf(entry);
  const size = sizeOf({ family, first, bits: bits - 1 });
  return { family, first: first - (first % size), bits: bits - 1 };
}

/** Four times its size holds no other one: twice its size joins none. */
function isAlone(entry: Entry, all: readonly Entry[]): boolean {
  const around = parentOf({ ...entry, ip_prefix: textOf(parentOf(entry)) });
  return all.every((other) => other === entry || sharedBy([around], [blockOf(other)]).length === 0);
}

/** What the sample takes from a list: IPv4, CloudFront's own locations apart from the regions'. */
export function forSample({ document }: Published, service: Service) {
  const own = document.prefixes.filter((entry) => entry.service === service);
  const texts = (isGlobal: boolean) =>
    own.filter(({ region }) => (region === 'GLOBAL') === isGlobal).map(({ ip_prefix }) => ip_prefix);
  return { cloudfront_g: texts(true), cloudfront_r: texts(false) };
}
