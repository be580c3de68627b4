import type { Manifest } from '../manifest/schema.ts';

/** What a pilot has to bear. */
export interface Load {
  name: 'normal' | 'heavy' | 'as given';
  /** Millions a month. */
  requests: number;
  /** Requests in a second, at the busiest. */
  peak: number;
  /** Size of an answer, on average. */
  kilobytes: number;
}

/** What the two words of the manifest mean. */
export const LOADS = {
  normal: { name: 'normal', requests: 1, peak: 10, kilobytes: 50 },
  heavy: { name: 'heavy', requests: 50, peak: 500, kilobytes: 50 },
} as const satisfies Record<string, Load>;

export const loadOf = (traffic: Manifest['traffic']): Load =>
  typeof traffic === 'string' ? LOADS[traffic] : { name: 'as given', ...traffic };

/** `normal: 1 million requests a month, at most 10 a second, 50 KB an answer` */
export const loadInWords = ({ name, requests, peak, kilobytes }: Load): string =>
  `${name}: ${requests} million requests a month, at most ${peak} a second, ${kilobytes} KB an answer`;
