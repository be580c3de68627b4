import type { PriceId } from '../cost/catalogue.ts';
import { HOURS, type Use } from '../cost/cost.ts';
import { burstHours, type Capacity } from './capacity.ts';
import type { Load } from './load.ts';
import type { Hourly } from './machines.ts';

/** What an instance on spot is reckoned at, of its price on demand; it follows supply and demand. */
const SPOT_SHARE = 0.4;

/** Something that is paid by the hour for each that runs. */
export interface PerHour {
  about: string;
  price: PriceId;
  /** Units of the price that one of them takes. */
  each: number;
  /** What one on spot takes, and of which price. */
  spot: { price: PriceId; each: number };
}

/** Machines whose price on spot is reckoned from the one on demand. */
export const machinesPerHour = (about: string, { price, times }: Hourly): PerHour => ({
  about,
  price,
  each: times,
  spot: { price, each: times * SPOT_SHARE },
});

/** The same whether it runs on spot or on demand. */
export const alwaysPerHour = (about: string, price: PriceId, each: number): PerHour => ({
  about,
  price,
  each,
  spot: { price, each },
});

/** The fewest all month, and those that come and go for as long as the requests need them. */
export function runningUses({ min, max, spot, unit }: Capacity, load: Load, kinds: readonly PerHour[]): Use[] {
  const hours = burstHours(load);
  return kinds.flatMap(({ about, price, each, spot: onSpot }) => {
    const use = (count: number, of: PriceId, units: number, per: Use['per'], what: string): Use[] => {
      const time = per === 'month' ? HOURS : hours;
      return count > 0 ? [{ price: of, quantity: count * units * time, per, about: what }] : [];
    };
    const most = max - min;
    return [
      ...use(min - spot.min, price, each, 'month', `${about}: ${counted(min - spot.min, unit)}, all month`),
      ...use(spot.min, onSpot.price, onSpot.each, 'month', `${about}: ${counted(spot.min, unit)} on spot, all month`),
      ...use(
        most - spot.beyond,
        price,
        each,
        'million requests',
        `${about}: ${counted(most - spot.beyond, unit)} more while the load asks for it`,
      ),
      ...use(
        spot.beyond,
        onSpot.price,
        onSpot.each,
        'million requests',
        `${about}: ${counted(spot.beyond, unit)} more on spot while the load asks for it`,
      ),
    ];
  });
}

/** `1 task`, `2.5 instances` */
const counted = (count: number, unit: string): string =>
  `${Math.round(count * 100) / 100} ${unit}${count === 1 ? '' : 's'}`;

/** Something that is there all month. */
export const monthly = (price: PriceId, quantity: number, about: string): Use => ({
  price,
  quantity,
  per: 'month',
  about,
});

/** Something that each million requests takes. */
export const perMillion = (price: PriceId, quantity: number, about: string): Use => ({
  price,
  quantity,
  per: 'million requests',
  about,
});
