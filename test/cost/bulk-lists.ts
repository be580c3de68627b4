import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CATALOGUE, type PriceId } from '../../shared/cost/catalogue.ts';

/** A product of a price list, and its tiers as [from, USD]. */
export interface Product {
  family: string;
  attributes: Record<string, string>;
  tiers: [from: number, usd: string][];
}

/** Price lists by their paths, in the bulk format's shape; `write` puts them into a folder. */
export type Lists = Record<string, Product[]>;

export const PUBLISHED = '2027-02-03T04:05:06Z';
const LONDON = { code: 'EUW2-', area: 'EU-' };

export const ids = Object.keys(CATALOGUE) as PriceId[];
export const pathOf = (id: PriceId): string =>
  CATALOGUE[id].scope
    ? `${CATALOGUE[id].offer}/current/index.json`
    : `${CATALOGUE[id].offer}/current/eu-west-2/index.json`;

/** The product that answers a wish, in eu-west-2. Its price in the list's own unit is 0.125 USD. */
export function productOf(id: PriceId): Product {
  const { usage, scope, family = 'Any family', where } = CATALOGUE[id];
  const code = scope === 'world' ? '' : scope === 'area' ? LONDON.area : LONDON.code;
  return {
    family,
    attributes: { servicecode: CATALOGUE[id].offer, usagetype: code + usage.replace('*', 'any'), ...where },
    tiers: [[0, '0.1250000000']],
  };
}

/** Lists for eu-west-2 that have every price once. */
export function completeLists(): Lists {
  const lists: Lists = {};
  for (const id of ids) lists[pathOf(id)] = [...(lists[pathOf(id)] ?? []), productOf(id)];
  return lists;
}

/** Writes the lists into a new folder. */
export function write(lists: Lists): string {
  const folder = mkdtempSync(join(tmpdir(), 'pilotage-prices-'));
  for (const [path, products] of Object.entries(lists)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), documentOf(path.split('/')[0] ?? '', products));
  }
  return folder;
}

/** Serves a folder on this machine. */
export async function serve(folder: string): Promise<{ url: string; close: () => void }> {
  const server: Server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(folder, request.url ?? '')));
    } catch {
      response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}

function documentOf(offerCode: string, products: readonly Product[]): string {
  const skus = products.map((product, index) => ({ sku: `SKU${String(index).padStart(13, '0')}`, ...product }));
  const term = (sku: string, code: string, tiers: Product['tiers']) => ({
    [`${sku}.${code}`]: {
      offerTermCode: code,
      sku,
      effectiveDate: '2027-02-01T00:00:00Z',
      priceDimensions: Object.fromEntries(
        tiers.map(([from, usd], index) => [
          `${sku}.${code}.${index}`,
          {
            rateCode: `${sku}.${code}.${index}`,
            description: 'so much for "that" {a brace, a \\ and a [',
            beginRange: String(from),
            endRange: 'Inf',
            unit: 'Hrs',
            pricePerUnit: { USD: usd },
            appliesTo: [],
          },
        ]),
      ),
      termAttributes: {},
    },
  });
  const document = {
    formatVersion: 'v1.0',
    disclaimer: 'This pricing list is for informational purposes only.',
    offerCode,
    version: '20270203040506',
    publicationDate: PUBLISHED,
    products: Object.fromEntries(
      skus.map(({ sku, family, attributes }) => [sku, { sku, productFamily: family, attributes }]),
    ),
    terms: {
      OnDemand: Object.fromEntries(skus.map(({ sku, tiers }) => [sku, term(sku, 'JRTCKXETXF', tiers)])),
      Reserved: Object.fromEntries(skus.map(({ sku }) => [sku, term(sku, '38NPMPTW36', [[0, '0.0700000000']])])),
    },
    attributesList: {},
  };
  return JSON.stringify(document, null, 2);
}
