import { type Cost, costAt, costOf, PRICE_DATE, PRICE_SOURCE } from '../cost/cost.ts';
import { rangeOf } from './capacity.ts';
import { componentsOf } from './components.ts';
import { LOADS, type Load } from './load.ts';
import type { Component, Site } from './model.ts';
import { targetPlan } from './targets/index.ts';
import type { TargetPlan } from './targets/target.ts';

/** What a pilot costs, in USD. */
export interface Estimate {
  region: string;
  /** The day that the prices are from, and how they came here. */
  priceDate: string;
  priceSource: string;
  /** Some prices are another region’s. */
  approximate: boolean;
  /** A month, whatever the traffic; and on top for each million requests. With the capacity of the manifest’s own traffic. */
  fixed: number;
  perMillion: number;
  components: ({ component: string } & Cost)[];
  /** The manifest’s own traffic first, then normal and heavy, each with the capacity that it takes. */
  months: Month[];
}

interface Month {
  load: Load;
  /** `2 to 17 tasks of 1 vCPU, 2 GB`; absent where nothing is counted. */
  capacity?: string;
  fixed: number;
  perMillion: number;
  total: number;
}

export function estimateOf(site: Site, components: readonly Component[]): Estimate {
  const own = costsOf(site, components);
  const others = Object.values(LOADS).filter(({ name }) => name !== site.load.name);
  return {
    region: site.region,
    priceDate: PRICE_DATE,
    priceSource: PRICE_SOURCE,
    approximate: own.some(({ approximate }) => approximate),
    ...sumOf(own),
    components: own,
    months: [
      monthOf(site),
      ...others.map((load) => monthOf({ ...site, load: { ...load, kilobytes: site.load.kilobytes } })),
    ],
  };
}

function monthOf(site: Site): Month {
  const target = targetPlan(site);
  const cost = sumOf(costsOf(site, componentsOf(site, target)));
  return {
    load: site.load,
    ...(target.capacity && { capacity: capacityInWords(target.capacity) }),
    ...cost,
    total: costAt(cost, site.load.requests),
  };
}

const costsOf = ({ region }: Site, components: readonly Component[]) =>
  components.map(({ name, uses }) => ({ component: name, ...costOf(uses, region) }));

const sumOf = (costs: readonly Pick<Cost, 'fixed' | 'perMillion'>[]) => ({
  fixed: cents(costs.reduce((sum, { fixed }) => sum + fixed, 0)),
  perMillion: cents(costs.reduce((sum, { perMillion }) => sum + perMillion, 0)),
});

/** To a millionth of a dollar, as the costs of the parts are. */
const cents = (usd: number): number => Math.round(usd * 1e6) / 1e6;

/** `1 to 2 tasks of 0.25 vCPU, 0.5 GB` */
export function capacityInWords({ unit, size, min, max }: NonNullable<TargetPlan['capacity']>): string {
  if (unit === 'call') return `up to ${max} calls at once of ${size}`;
  return `${rangeOf(min, max)} ${unit}${max === 1 ? '' : 's'} of ${size}`;
}
