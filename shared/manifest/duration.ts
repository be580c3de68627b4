import * as z from 'zod/mini';

const SECONDS = { s: 1, m: 60, h: 3600 };
const DAY = 86_400;

/** A duration written like `30s`, `5m` or `2h`, from `0s` to `24h`; resolved to seconds. */
export function duration() {
  const expected = 'a duration from 0s to 24h, such as 30s, 5m or 2h';
  return z.pipe(
    z.string(expected).check(
      z.regex(/^\d{1,5}[smh]$/, expected),
      z.refine((text) => seconds(text) <= DAY, expected),
    ),
    z.transform(seconds),
  );
}

function seconds(text: string): number {
  return Number(text.slice(0, -1)) * SECONDS[text.slice(-1) as keyof typeof SECONDS];
}
