import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PriceId } from '../../shared/cost/catalogue.ts';
import type { Listed } from '../../shared/cost/listed.ts';
import type { Problem } from '../../shared/errors.ts';
import { pick } from './pick.ts';
import { PLACES, type Place } from './places.ts';
import { fits, type Product, pricesIn, type Terms } from './select.ts';

/** A price that is looked for. */
export interface Wish {
  id: PriceId;
  region: string;
  listed: Listed;
}

/** A file of a price list, and what is looked for in it. */
export interface Offer {
  /** Below the address or folder that the lists are in. */
  path: string;
  wishes: readonly Wish[];
}

/** What a file has: the day it was published, and for each wish every different price that answers it. */
export interface Found {
  published: string;
  prices: Map<Wish, Set<number>>;
}

/**
 * Reads a price list's file, from an address or a folder, as a stream: no more of
 * it is kept than the products that were looked for. Products come before terms.
 */
export async function readOffer({ path, wishes }: Offer, from: string): Promise<Found | Problem> {
  const file = isAddress(from) ? `${from.replace(/\/$/, '')}/${path}` : join(from, path);
  try {
    const chunks = isAddress(file) ? await download(file) : existsSync(file) ? createReadStream(file) : undefined;
    return chunks ? await answer(chunks, wishes) : unreadable(file, 'it is not there');
  } catch (error) {
    return unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

const isAddress = (text: string): boolean => /^https?:/.test(text);

async function download(file: string): Promise<AsyncIterable<Uint8Array> | undefined> {
  const response = await fetch(file);
  return response.ok && response.body ? response.body : undefined;
}

const unreadable = (file: string, why: string): Problem => ({
  code: 'PRICE_LIST_UNREADABLE',
  message: `${file} cannot be read: ${why}. Its prices stay as they were.`,
});

async function answer(chunks: AsyncIterable<Uint8Array>, wishes: readonly Wish[]): Promise<Found> {
  const skus = new Map<string, Wish[]>();
  const prices = new Map(wishes.map((wish) => [wish, new Set<number>()]));
  let published = '';
  const wanted = ([first, second, sku, ...more]: readonly string[]): boolean => {
    if (more.length > 0) return false;
    if (first === 'terms') return second === 'OnDemand' && sku !== undefined && skus.has(sku);
    return first === 'publicationDate' || (first === 'products' && second !== undefined);
  };
  for await (const { path, value } of pick(chunks, wanted)) {
    const [kind, second = '', sku = ''] = path;
    if (kind === 'publicationDate') published = String(value).slice(0, 10);
    else if (kind === 'products') {
      const fitting = wishes.filter(({ listed, region }) => fits(listed, value as Product, placeOf(region)));
      if (fitting.length > 0) skus.set(second, fitting);
    } else
      for (const wish of skus.get(sku) ?? [])
        for (const usd of pricesIn(value as Terms, wish.listed.times)) prices.get(wish)?.add(usd);
  }
  return { published, prices };
}

const NOWHERE: Place = { codes: [], area: '' };
const placeOf = (region: string): Place => PLACES[region] ?? NOWHERE;
