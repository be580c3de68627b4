import * as z from 'zod/mini';

/** Seconds. */
export const DAY = 86_400;
const SECONDS = { s: 1, m: 60, h: 3600, d: DAY };
export const DURATION = /^\d{1,5}[smh]$/;

/**
 * A duration written like `30s`, `5m` or `2h`; resolved to seconds.
 * @param most seconds, and so is `least`.
 */
export function duration(most = DAY, least = 0) {
  const expected = `a duration from ${shortest(least)} to ${shortest(most)}, such as 30s, 5m or 2h`;
  return written(DURATION, expected, least, most);
}

/**
 * One that is written like `12h` or `3d`; resolved to seconds.
 * @param most seconds, whole days of them, and so is `least`, of hours.
 */
export function time(most: number, least: number) {
  const expected = `a time from ${shortest(least)} to ${most / DAY}d, such as 12h or 3d`;
  return written(/^\d{1,5}[hd]$/, expected, least, most);
}

function written(pattern: RegExp, expected: string, least: number, most: number) {
  return z.pipe(
    z.string(expected).check(
      z.regex(pattern, expected),
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
