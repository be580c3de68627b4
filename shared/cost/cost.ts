import { CATALOGUE, type PriceId } from './catalogue.ts';
import { priceOf } from './price.ts';

export { PRICE_DATE, PRICE_SOURCE } from './price.ts';

/** One thing that is paid for. */
export interface Use {
  price: PriceId;
  /** Units of the price: hours, GB… */
  quantity: number;
  per: 'month' | 'million requests';
  /** What it is for, in the words of the one who pays. */
  about: string;
}

export interface CostLine {
  about: string;
  price: PriceId;
  quantity: number;
  unit: string;
  /** USD for one unit. */
  each: number;
  /** USD for all of them. */
  usd: number;
  per: Use['per'];
  /** The region's own price is not known, and another region's stands in. */
  approximate?: true;
}

/** What a set of uses costs, in USD. */
export interface Cost {
  /** A month, whatever the traffic. */
  fixed: number;
  /** On top, for each million requests. */
  perMillion: number;
  lines: CostLine[];
  /** True when any line is. */
  approximate: boolean;
}

/** Hours in a month, as AWS counts them in its estimates. */
export const HOURS = 730;

/** The uses priced for a region, each on a line of its own, in the order given. */
export function costOf(uses: readonly Use[], region: string): Cost {
  const lines = uses.map((use) => lineOf(use, region));
  return {
    fixed: sum(lines.filter(({ per }) => per === 'month')),
    perMillion: sum(lines.filter(({ per }) => per === 'million requests')),
    lines,
    approximate: lines.some(({ approximate }) => approximate),
  };
}

/** USD a month at that many million requests a month. */
export function costAt(cost: Pick<Cost, 'fixed' | 'perMillion'>, millionRequests: number): number {
  return rounded(cost.fixed + cost.perMillion * millionRequests);
}

function lineOf({ price, quantity, per, about }: Use, region: string): CostLine {
  const { usd: each, region: priced } = priceOf(price, region);
  return {
    about,
    price,
    quantity,
    unit: CATALOGUE[price].unit,
    each,
    usd: rounded(each * quantity),
    per,
    ...(priced === region ? {} : { approximate: true }),
  };
}

const sum = (lines: readonly CostLine[]): number => rounded(lines.reduce((total, { usd }) => total + usd, 0));

/** To a millionth of a dollar: 0.1 + 0.2 is 0.3, and what is cheap still counts. */
const rounded = (usd: number): number => Math.round(usd * 1e6) / 1e6;
