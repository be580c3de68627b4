import type { Row } from './four-groups.ts';
import type { Sized } from './growth.ts';
import type { Decided } from './pure.ts';

/** Milliseconds of one core that 100,000 ranges may take to be aggregated. */
export const AGGREGATION_MS = 200;
/** Ten times as much may take so many times ten times as long: others are at work on the same machine. */
const SLACK = 3;

/** What of four groups missed its goal, in words. */
export const missedBy = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ goal, ...row }) => {
    if (!goal) return [];
    const where = `${row.who}, ${row.what}`;
    const {
      reads = Number.POSITIVE_INFINITY,
      writes = Number.POSITIVE_INFINITY,
      calls = Number.POSITIVE_INFINITY,
    } = goal;
    return [
      ...(row.reads > reads ? [`${where}: ${row.reads} reads, at most ${reads}`] : []),
      ...(row.writes > writes ? [`${where}: ${row.writes} writes, at most ${writes}`] : []),
      ...(row.reads + row.writes > calls ? [`${where}: ${row.reads + row.writes} calls, at most ${calls}`] : []),
      ...wrongIn(row, where),
    ];
  });

/** Whatever the size: nothing less is ever let in, and at the end it is right. */
const wrongIn = ({ fewer, right, outcome }: Omit<Row, 'goal'>, where: string): string[] => [
  ...(fewer > 0 ? [`${where}: ${fewer} states with less than old and new share`] : []),
  ...(right ? [] : [`${where}: not what is to be let in, ${outcome}`]),
];

/** What grew faster than its size, or was wrong. */
export function missedByGrowth(rows: readonly Sized[]): string[] {
  return rows.flatMap((row) => {
    const where = `${row.who}, ${row.what}, ${row.size}`;
    const before = rows.find(({ who, what, size }) => who === row.who && what === row.what && size * 10 === row.size);
    if (!before) return wrongIn(row, where);
    const calls = (one: Sized) => one.reads + one.writes + one.ledger;
    return [
      ...wrongIn(row, where),
      ...(calls(row) > calls(before) * 10 ? [`${where}: ${calls(row)} calls, ${calls(before)} for a tenth of it`] : []),
      ...tooSlow(where, row.ms, before.ms),
    ];
  });
}

/** Below it, times say nothing. */
const LEAST_MS = 5;

const tooSlow = (where: string, ms: number, before: number): string[] =>
  ms > Math.max(before, LEAST_MS) * 10 * SLACK ? [`${where}: ${ms} ms, ${before} ms for a tenth of it`] : [];

export const missedByDeciding = (all: readonly Decided[], aggregation: number): string[] => [
  ...all.flatMap(({ prefixes, read, decide }, at) => {
    const before = all[at - 1];
    if (!before) return [];
    return [
      ...tooSlow(`${prefixes} ranges read`, read, before.read),
      ...tooSlow(`${prefixes} ranges compared`, decide, before.decide),
    ];
  }),
  ...(aggregation > AGGREGATION_MS ? [`100,000 ranges aggregated: ${aggregation} ms, at most ${AGGREGATION_MS}`] : []),
];
