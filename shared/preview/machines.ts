import type { PriceId } from '../cost/catalogue.ts';
import { isPriceId } from '../cost/catalogue.ts';

/** What an hour of a machine is paid as: so many hours of something whose price is known. */
export interface Hourly {
  price: PriceId;
  times: number;
  /** The price is not this machine’s own but reckoned from one of as many vCPUs. */
  reckoned: boolean;
}

const PER_XLARGE = 4;

/**
 * vCPUs of an instance type or database class, by its size
 * (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html): the
 * burstable families have two up to `large`; elsewhere `medium` is one, `large` two, and
 * each `xlarge` four.
 */
export function vcpusOf(type: string): number {
  const size = type.split('.').at(-1) ?? '';
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  if (times !== undefined) return Number(times || 1) * PER_XLARGE;
  if (size === 'metal') return 64;
  return size === 'medium' && !/^(?:db\.)?t\d/.test(type) ? 1 : 2;
}

/** What an instance type costs an hour, on demand. */
export const instanceHour = (type: string): Hourly => hourly(`ec2.${type}.hour`, 'ec2.m7g.large.hour', type);

/** What a database class costs an hour, in one zone. */
export const databaseHour = (engine: 'postgres' | 'mysql' | 'mariadb', type: string): Hourly =>
  hourly(`rds.${engine}.${type}.hour`, `rds.${engine}.db.m7g.large.hour`, type);

function hourly(id: string, standIn: PriceId, type: string): Hourly {
  if (isPriceId(id)) return { price: id, times: 1, reckoned: false };
  return { price: standIn, times: vcpusOf(type) / 2, reckoned: true };
}
