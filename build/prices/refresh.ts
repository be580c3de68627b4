import { CATALOGUE, type PriceId } from '../../shared/cost/catalogue.ts';
import type { Problem } from '../../shared/errors.ts';
import { type Offer, readOffer, type Wish } from './offer.ts';
import { PLACES } from './places.ts';

/** The snapshot, as `shared/cost/prices.json` has it. */
export interface Snapshot {
  /** `YYYY-MM-DD`. */
  date: string;
  source: string;
  regions: Record<string, Record<string, number>>;
}

const ids = Object.keys(CATALOGUE) as PriceId[];

/**
 * The snapshot with the prices that AWS's lists have now for those regions. A price
 * that is not found, or is found twice and differs, stays as it was and is a problem.
 */
export async function refresh(
  old: Snapshot,
  regions: readonly string[],
  from: string,
): Promise<{ snapshot: Snapshot; problems: Problem[] }> {
  const problems = regions.filter((region) => !PLACES[region]).map(unknownRegion);
  const known = regions.filter((region) => PLACES[region]);
  const fresh: Snapshot['regions'] = structuredClone(old.regions);
  const read = new Set<Wish>();
  let date = '';
  const offers = offersFor(known);
  for (const offer of offers) {
    const found = await readOffer(offer, from);
    if ('code' in found) {
      problems.push(found);
      continue;
    }
    if (found.published > date) date = found.published;
    for (const [wish, prices] of found.prices) {
      const [usd, ...others] = [...prices];
      if (usd === undefined && !wish.listed.unlisted) problems.push(missing(wish));
      if (others.length > 0) problems.push(ambiguous(wish, [...prices]));
      if (usd === undefined || others.length > 0) continue;
      fresh[wish.region] = { ...fresh[wish.region], [wish.id]: usd };
      read.add(wish);
    }
  }
  const kept = offers.flatMap(({ wishes }) => wishes).filter((wish) => !read.has(wish));
  const unread = Object.keys(fresh).filter((region) => !known.includes(region));
  return {
    snapshot: { date: date || old.date, source: read.size > 0 ? source(kept, unread) : old.source, regions: fresh },
    problems,
  };
}

/** One file for the whole world, or one for each region, depending on where the list's prices hold. */
function offersFor(regions: readonly string[]): Offer[] {
  const wishes = regions.flatMap((region) => ids.map((id): Wish => ({ id, region, listed: CATALOGUE[id] })));
  const byFile = Object.groupBy(wishes, ({ region, listed: { offer, scope } }) =>
    scope ? `${offer}/current/index.json` : `${offer}/current/${region}/index.json`,
  );
  return Object.entries(byFile).map(([path, of = []]) => ({ path, wishes: of }));
}

function source(kept: readonly Wish[], unread: readonly string[]): string {
  const older = [...new Set(kept.map(({ id }) => id)), ...unread].sort();
  const but = older.length > 0 ? ` Older than the rest: ${older.join(', ')}.` : '';
  return `AWS's bulk price lists, read with \`node build/prices.ts\`.${but}`;
}

const unknownRegion = (region: string): Problem => ({
  code: 'PRICE_REGION_UNKNOWN',
  message: `${region} is no region whose prices can be read.`,
  expected: `one of ${Object.keys(PLACES).join(', ')}`,
});

const missing = ({ id, region, listed }: Wish): Problem => ({
  code: 'PRICE_MISSING',
  message: `${id} in ${region}: ${listed.offer} lists no price for usage type ${listed.usage}. It stays as it was.`,
});

const ambiguous = ({ id, region, listed }: Wish, prices: readonly number[]): Problem => ({
  code: 'PRICE_AMBIGUOUS',
  message: `${id} in ${region}: ${listed.offer} lists ${prices.toSorted((a, b) => a - b).join(' and ')} USD for usage type ${listed.usage}. It stays as it was.`,
});
