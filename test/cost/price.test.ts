import { statSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '../../build/prices/text.ts';
import { CATALOGUE, isPriceId, type PriceId } from '../../shared/cost/catalogue.ts';
import { PRICE_DATE, PRICE_SOURCE, priceOf } from '../../shared/cost/price.ts';
import snapshot from '../../shared/cost/prices.json' with { type: 'json' };

const ids = Object.keys(CATALOGUE) as PriceId[];
const regions: Record<string, Record<string, number>> = snapshot.regions;

describe('the snapshot of prices', () => {
  it('has every price for us-east-1', () => {
    expect(Object.keys(snapshot.regions['us-east-1']).sort()).toEqual([...ids].sort());
  });

  it.each(Object.keys(regions))('has prices for %s that exist and are near those of us-east-1', (region) => {
    for (const [id, usd] of Object.entries(regions[region] ?? {})) {
      expect([id, isPriceId(id)]).toEqual([id, true]);
      const ratio = usd / (regions['us-east-1']?.[id] ?? 0);
      expect([id, usd > 0 && ratio >= 0.5 && ratio <= 3]).toEqual([id, true]);
    }
  });

  it('has prices that rise with the size', () => {
    for (const prices of Object.values(regions)) {
      for (const [id, usd] of Object.entries(prices)) {
        const half = prices[id.replace(/\.large\.hour$/, '.medium.hour').replace(/\.xlarge\.hour$/, '.large.hour')];
        if (half !== undefined && half !== usd) expect([id, (usd / half).toFixed(1)]).toEqual([id, '2.0']);
      }
    }
  });

  it('tells its date and where it is from', () => {
    expect(PRICE_DATE).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(PRICE_SOURCE).toContain('build/prices.ts');
  });

  it('is small, and written as the script writes it', () => {
    const file = join(__dirname, '../../shared/cost/prices.json');
    expect(statSync(file).size).toBeLessThan(60_000);
    expect(statSync(file).size).toBe(Buffer.byteLength(textOf(snapshot)));
  });
});

describe('a price', () => {
  it("is the region's own where it is known", () => {
    expect(priceOf('alb.hour', 'eu-central-1')).toEqual({ usd: 0.027, region: 'eu-central-1' });
  });

  it('is that of us-east-1 where the region or its price is not known, and says so', () => {
    const { usd } = priceOf('alb.hour', 'us-east-1');
    expect(priceOf('alb.hour', 'mx-central-1')).toEqual({ usd, region: 'us-east-1' });
    expect(priceOf('alb.hour', 'constructor')).toEqual({ usd, region: 'us-east-1' });
    const [region, id] = Object.keys(regions)
      .flatMap((name) => ids.map((each) => [name, each] as const))
      .find(([name, each]) => regions[name]?.[each] === undefined) ?? ['mx-central-1', 'alb.hour' as const];
    expect(priceOf(id, region)).toEqual(priceOf(id, 'us-east-1'));
  });

  it('is known by its name only', () => {
    expect(isPriceId('ec2.t4g.small.hour')).toBe(true);
    expect(isPriceId('ec2.p5.48xlarge.hour')).toBe(false);
    expect(isPriceId('constructor')).toBe(false);
  });
});
