import type { Load } from '../load.ts';

/** The alias that is the pointer. What calls the function is told its name before there is one. */
export const ALIAS = 'live';

/** How many times the busiest second an HTTP API lets through: only what is no traffic any more is turned away. */
const HEADROOM = 10;
/** What an account has for all its APIs: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MOST = { rate: 10_000, burst: 5_000 };

/** Requests a second that an HTTP API lets through, and at one moment; it answers the others with 429. */
export function throttleOf({ peak }: Load): { rate: number; burst: number } {
  const rate = Math.min(MOST.rate, Math.max(1, Math.ceil(peak * HEADROOM)));
  return { rate, burst: Math.min(MOST.burst, rate) };
}
