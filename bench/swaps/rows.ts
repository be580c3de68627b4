import type { LoadReport } from '../../local/example/load.ts';
import { inColumns } from './columns.ts';

/** A line of what viewers were given. */
export interface Row {
  what: string;
  seconds?: string;
  requests: number;
  failed: number;
  mixed: number;
  /** How often somebody was given an older release than before. */
  back?: number;
}

export type Counts = Pick<LoadReport, 'requests' | 'failed' | 'mixed'>;

export const countsOf = ({ requests, failed, mixed }: Counts): Counts => ({ requests, failed, mixed });

/** What was counted since. */
export const since = (before: Counts, now: Counts): Counts => ({
  requests: now.requests - before.requests,
  failed: now.failed - before.failed,
  mixed: now.mixed - before.mixed,
});

export function sumOf(rows: Row[]): Required<Omit<Row, 'seconds'>> {
  const sum = (value: (row: Row) => number) => rows.reduce((total, row) => total + value(row), 0);
  return {
    what: 'all',
    requests: sum(({ requests }) => requests),
    failed: sum(({ failed }) => failed),
    mixed: sum(({ mixed }) => mixed),
    back: sum(({ back = 0 }) => back),
  };
}

/** The rows and their sum as lines of text. */
export function tableOf(rows: Row[]): string {
  const lines = [
    ['', 'seconds', 'requests', 'failed', 'of them mixed', 'went back'],
    ...[...rows, sumOf(rows)].map((row: Row) => [
      row.what,
      row.seconds ?? '',
      ...[row.requests, row.failed, row.mixed].map(String),
      row.back === undefined ? '' : String(row.back),
    ]),
  ];
  return inColumns(lines);
}
