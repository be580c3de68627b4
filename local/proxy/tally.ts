import type { Call } from './call.ts';

export interface Row extends Call {
  calls: number;
  /** Bytes that the caller sent and received, without headers. */
  sent: number;
  received: number;
}

/** Counts calls by who made them and what they were. */
export class Tally {
  readonly #rows = new Map<string, Row>();

  add({ caller, service, action }: Call, sent: number, received: number): void {
    const id = `${caller} ${service} ${action}`;
    const row = this.#rows.get(id) ?? { caller, service, action, calls: 0, sent: 0, received: 0 };
    this.#rows.set(id, row);
    row.calls += 1;
    row.sent += sent;
    row.received += received;
  }

  /** Sorted by caller, service, action. */
  rows(): Row[] {
    const sorted = [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted.map(([, row]) => ({ ...row }));
  }

  clear(): void {
    this.#rows.clear();
  }
}

/** The rows as lines of text, with the sum of calls at the end. */
export function tallyTable(rows: readonly Row[]): string {
  const kb = (bytes: number) => (bytes / 1000).toFixed(1);
  const lines = [
    ['caller', 'service', 'action', 'calls', 'KB sent', 'KB received'],
    ...rows.map((row) => [row.caller, row.service, row.action, String(row.calls), kb(row.sent), kb(row.received)]),
    ['all', '', '', String(rows.reduce((sum, { calls }) => sum + calls, 0)), '', ''],
  ];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}
