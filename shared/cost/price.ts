import type { PriceId } from './catalogue.ts';
import snapshot from './prices.json' with { type: 'json' };

/** The region whose prices stand in for those that the snapshot lacks. */
const STAND_IN = 'us-east-1';

// The stand-in must have every price, and the compiler sees whether it has.
const standIn: Readonly<Record<PriceId, number>> = snapshot.regions[STAND_IN];
const regions: Readonly<Record<string, Readonly<Partial<Record<PriceId, number>>>>> = snapshot.regions;

/** The day, `YYYY-MM-DD`, of AWS's price list that the prices are from. */
export const PRICE_DATE: string = snapshot.date;

/** How the prices came here, in a sentence or two. */
export const PRICE_SOURCE: string = snapshot.source;

/**
 * What one unit costs in USD, and the region for which that is the price:
 * where it is not the one that was asked for, the price is only near.
 */
export function priceOf(id: PriceId, region: string): { usd: number; region: string } {
  const usd = Object.hasOwn(regions, region) ? regions[region]?.[id] : undefined;
  return usd === undefined ? { usd: standIn[id], region: STAND_IN } : { usd, region };
}
