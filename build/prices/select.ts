import type { Listed } from '../../shared/cost/listed.ts';
import type { Place } from './places.ts';

/** A product as the bulk price list has it, and as far as it is used here. */
export interface Product {
  productFamily?: string;
  attributes?: Record<string, string>;
}

/** The on-demand terms of one product, by the term's code. */
export type Terms = Record<string, { priceDimensions: Record<string, Rate> }>;

interface Rate {
  beginRange?: string;
  pricePerUnit: { USD?: string };
}

/** Whether that product is the listed one in that place. */
export function fits({ usage, scope, family, where = {} }: Listed, product: Product, place: Place): boolean {
  const { attributes = {}, productFamily } = product;
  const codes = scope === 'area' ? [`${place.area}-`] : scope === 'world' ? [''] : place.codes;
  return (
    codes.some((code) => isOf(`${code}${usage}`, attributes.usagetype ?? '')) &&
    (family === undefined || family === productFamily) &&
    Object.entries(where).every(([name, value]) => attributes[name] === value)
  );
}

const isOf = (wanted: string, usage: string): boolean =>
  wanted.endsWith('*') ? usage.startsWith(wanted.slice(0, -1)) : usage === wanted;

/**
 * USD for one of our units, once for each term that has a price. Of tiers it is
 * the first that costs anything: what is free is free for the whole account.
 */
export function pricesIn(terms: Terms, times = 1): number[] {
  return Object.values(terms).flatMap(({ priceDimensions }) => {
    const usd = Object.values(priceDimensions)
      .toSorted((a, b) => Number(a.beginRange ?? 0) - Number(b.beginRange ?? 0))
      .map(({ pricePerUnit }) => Number(pricePerUnit.USD ?? 0))
      .find((price) => price > 0);
    return usd === undefined ? [] : [Number((usd * times).toPrecision(12))];
  });
}
