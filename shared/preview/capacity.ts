import { HOURS } from '../cost/cost.ts';
import type { ResolvedFor } from '../manifest/complete.ts';
import { counted } from '../notify/quantities.ts';
import type { Load } from './load.ts';

/** How much carries the load, and why so much. */
export interface Capacity {
  /** What is counted. */
  unit: 'task' | 'instance' | 'call';
  /** One of them, in words: `t4g.medium, 8 GB of disk`. */
  size: string;
  /** At least and at most so many at once. */
  min: number;
  max: number;
  /** How many of the fewest run on spot, and how many of those that come and go. */
  spot: { min: number; beyond: number };
  /** How it was derived, a step a sentence. */
  derived: string[];
}

/** Requests a second that one vCPU carries when it does nothing else: a guess, to be replaced by what is measured. */
const PER_VCPU = 50;
/** From this peak on, two are running at all times, so that one may fail. */
const PAIR_FROM = 100;
/** A larger size is taken rather than more than so many. */
const MOST = 20;

type Server = ResolvedFor<'ecs' | 'ec2' | 'beanstalk'>;

/** vCPUs that carry the peak while the processors stay at the percentage that is aimed at. */
export const vcpusFor = ({ peak }: Load, { scaling }: Pick<Server, 'scaling'>): number =>
  peak / PER_VCPU / (scaling.cpu / 100);

/** The first of the sizes of which at most 20 carry the load, or the largest. */
export function sizeFor<Size>(needed: number, sizes: readonly [Size, ...Size[]], vcpus: (size: Size) => number): Size {
  return sizes.find((size) => needed / vcpus(size) <= MOST) ?? sizes.at(-1) ?? sizes[0];
}

/**
 * How many of a size run.
 *
 * - vCPUs = peak ÷ 50 ÷ `scaling.cpu`
 * - most = vCPUs ÷ vCPUs of one, rounded up; fewest = 1, or 2 from a peak of 100 a second on
 * - `scaling.min` and `scaling.max` say otherwise, as does `scaling.requests` for the most.
 */
export function capacityOf(
  { scaling, capacity: { base, spot } }: Pick<Server, 'scaling' | 'capacity'>,
  load: Load,
  unit: 'task' | 'instance',
  { size, vcpus }: { size: string; vcpus: number },
): Capacity {
  const needed = vcpusFor(load, { scaling });
  const carry = scaling.requests
    ? Math.ceil((load.peak * 60) / scaling.requests)
    : Math.max(1, Math.ceil(tidy(needed / vcpus)));
  const usual = load.peak >= PAIR_FROM ? 2 : 1;
  const min = scaling.min ?? Math.min(usual, scaling.max ?? usual);
  const max = scaling.max ?? Math.max(carry, min, 1);
  const onSpot = (count: number) => (Math.max(0, count - base) * spot) / 100;
  return {
    unit,
    size,
    min,
    max,
    spot: { min: onSpot(min), beyond: onSpot(max) - onSpot(min) },
    derived: [
      scaling.requests
        ? `a peak of ${counted(load.peak, 'request')} a second ÷ ${scaling.requests} a minute for each ${unit} = ${carry}`
        : `a peak of ${counted(load.peak, 'request')} a second ÷ ${PER_VCPU} for a vCPU ÷ ${scaling.cpu} % = ${twoDigits(needed)} vCPU, so ${carry} × ${twoDigits(vcpus)} vCPU`,
      scaling.min === undefined
        ? `at least ${min}: ${usual === 2 ? `two from ${PAIR_FROM} requests a second on, so that one may fail` : `a second one is kept from ${PAIR_FROM} requests a second on`}`
        : `at least ${min}: scaling.min`,
      scaling.max === undefined ? `at most ${max}: as many as carry the peak` : `at most ${max}: scaling.max`,
    ],
  };
}

/**
 * Hours that those which come and go run, for a million requests: as if all of
 * them came at the peak. More than that it cannot be.
 */
export const burstHours = ({ peak, requests }: Load): number =>
  Math.min(1e6 / peak / 3600, requests > 0 ? HOURS / requests : HOURS);

/** `2 to 17`, or `1` */
export const rangeOf = (min: number, max: number): string => (min === max ? String(min) : `${min} to ${max}`);

const twoDigits = (value: number): string => String(Math.round(value * 100) / 100);

/** 2.0000000000000004 of something is two of it. */
const tidy = (value: number): number => Math.round(value * 1e9) / 1e9;
