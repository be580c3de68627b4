import type { Snapshot } from './refresh.ts';

/** The snapshot as its file has it: a price a line, everything in order. */
export function textOf({ date, source, regions }: Snapshot): string {
  const inOrder = sorted(Object.entries(regions).map(([region, prices]) => [region, sorted(Object.entries(prices))]));
  return `${JSON.stringify({ date, source, regions: inOrder }, null, 2)}\n`;
}

function sorted<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
