import * as z from 'zod/mini';

const SECONDS = { s: 1, m: 60, h: 3600 };
/** Seconds. */
export const DAY = 86_400;
export const DURATION = /^\d{1,5}[smh]$/;

/**
 * A duration written like `30s`, `5m` or `2h`; resolved to seconds.
 * @param most seconds, and so is `least`.
 */
export function duration(most = DAY, least = 0) {
  const expected = `a duration from ${shortest(least)} to ${shortest(most)}, such as 30s, 5m or 2h`;
  return z.pipe(
    z.string(expected).check(
      z.regex(DURATION, expected),
      z.refine((text) => seconds(text) >= least && seconds(text) <= most, expected),
    ),
    z.transform(seconds),
  );
}

export function seconds(text: string): number {
  return Number(text.slice(0, -1)) * SECONDS[text.slice(-1) as keyof typeof SECONDS];
}

/** `900` as `15m`. */
export function shortest(count: number): string {
  if (count % 3600 === 0 && count > 0) return `${count / 3600}h`;
  return count % 60 === 0 && count > 0 ? `${count / 60}m` : `${count}s`;
}
