import type { Row } from '../../local/proxy/tally.ts';
import type { Measured } from './measure.ts';

/** A line for each caller and action, with how often each deployment made it; nothing where it did not. */
export function callLines(all: Measured[], which: (row: Row) => boolean): string[][] {
  const kinds = new Map<string, string[]>();
  for (const { calls } of all)
    for (const { caller, service, action } of calls.filter(which))
      kinds.set(`${caller} ${service} ${action}`, [caller === '-' ? '(no name sent)' : caller, `${service} ${action}`]);
  const sorted = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ['caller', 'action', ...all.map(({ what }) => what)],
    ...sorted.map(([kind, [caller = '', action = '']]) => [caller, action, ...all.map((one) => timesOf(one, kind))]),
  ];
}

function timesOf({ calls }: Measured, kind: string): string {
  const row = calls.find(({ caller, service, action }) => `${caller} ${service} ${action}` === kind);
  return row ? String(row.calls) : '';
}
