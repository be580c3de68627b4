import type { Call } from './aws/network.ts';
import { describeFault, type Fault } from './faults.ts';
import type { Judged, Kind } from './plan.ts';
import type { World } from './world.ts';

/** What came of the runs of one scenario and kind. */
interface Row {
  scenario: string;
  kind: Kind;
  runs: number;
  /** Runs in which every planned fault happened. */
  struck: number;
  calls: number;
  modes: Set<string>;
  survived: number;
  elsewhere: number;
  broken: number;
  lockSeconds: number;
  blueSeconds: number;
}

export interface Report {
  take(judged: Judged): void;
  /** The table, and the runs in which an invariant did not hold. */
  text(): string;
  broken: Judged[];
  runs: number;
}

const KINDS: Record<Kind, string> = { none: 'no fault', once: 'one fault', lasting: 'lasting', double: 'two faults' };

/** @param now milliseconds, of any clock. */
export function startReport(now: () => number): Report {
  const began = now();
  const lasted = new Map<Kind, { from: number; to: number }>();
  const rows = new Map<string, Row>();
  const report: Report = {
    broken: [],
    runs: 0,
    take(judged) {
      report.runs += 1;
      const { from = now() } = lasted.get(judged.kind) ?? {};
      lasted.set(judged.kind, { from, to: now() });
      const { scenario, kind, faults, calls, survived, breaches } = judged;
      const key = `${scenario} ${kind}`;
      const row = rows.get(key) ?? { ...EMPTY, scenario, kind, modes: new Set<string>() };
      rows.set(key, row);
      row.runs += 1;
      row.calls += calls;
      if (judged.struck === faults.length) row.struck += 1;
      for (const { mode } of faults) row.modes.add(mode);
      if (breaches.length > 0) row.broken += 1;
      else if (survived) row.survived += 1;
      else row.elsewhere += 1;
      row.lockSeconds = Math.max(row.lockSeconds, judged.lockSeconds);
      row.blueSeconds = Math.max(row.blueSeconds, judged.blueSeconds);
      if (breaches.length > 0) report.broken.push(judged);
    },
    text() {
      const seconds = (ms: number) => `${(ms / 1000).toFixed(0)} s`;
      const spans = [...lasted].map(([kind, { from, to }]) => `${KINDS[kind]}: ${seconds(to - from)}`);
      const all = [...rows.values()].sort(
        (a, b) => Object.keys(KINDS).indexOf(a.kind) - Object.keys(KINDS).indexOf(b.kind),
      );
      const lines = [...all.map(line), ...Object.keys(KINDS).flatMap((kind) => total(all, kind as Kind))];
      return [
        table([HEAD, ...lines]),
        `${report.runs} runs in ${seconds(now() - began)} (${spans.join(', ')})`,
        ...failures(report.broken),
      ].join('\n\n');
    },
  };
  return report;
}

const EMPTY = { runs: 0, struck: 0, calls: 0, survived: 0, elsewhere: 0, broken: 0, lockSeconds: 0, blueSeconds: 0 };
const HEAD = [
  'scenario',
  'faults',
  'modes',
  'runs',
  'struck',
  'calls',
  'as wanted',
  'other end',
  'broken',
  'lock s',
  'blue s',
];

const line = ({
  scenario,
  kind,
  modes,
  runs,
  struck,
  calls,
  survived,
  elsewhere,
  broken,
  ...longest
}: Row): string[] => [
  scenario,
  KINDS[kind],
  ...[modes.size, runs, struck, calls, survived, elsewhere, broken].map(String),
  longest.lockSeconds.toFixed(1),
  longest.blueSeconds.toFixed(1),
];

function total(rows: Row[], kind: Kind): string[][] {
  const of = rows.filter((row) => row.kind === kind);
  if (of.length < 2) return [];
  const sum = { ...EMPTY, scenario: 'all', kind, modes: new Set(of.flatMap(({ modes }) => [...modes])) };
  for (const row of of) {
    for (const field of ['runs', 'struck', 'calls', 'survived', 'elsewhere', 'broken'] as const)
      sum[field] += row[field];
    sum.lockSeconds = Math.max(sum.lockSeconds, row.lockSeconds);
    sum.blueSeconds = Math.max(sum.blueSeconds, row.blueSeconds);
  }
  return [line(sum)];
}

function table(lines: string[][]): string {
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((cells) => cells.map(pad).join('  ').trimEnd()).join('\n');
}

const SHOWN = 20;

function failures(broken: Judged[]): string[] {
  if (broken.length === 0) return [];
  const shown = broken.slice(0, SHOWN).map((judged) => {
    const what = judged.breaches.map(({ invariant, what }) => `  BROKEN ${invariant}: ${what}`);
    const faults = judged.faults.map(describeFault).join('; ') || 'no fault';
    return [`${judged.scenario}: ${faults}`, ...what, `  again: npm run sweep -- ${again(judged)}`].join('\n');
  });
  const more = broken.length > SHOWN ? [`and ${broken.length - SHOWN} more`] : [];
  return [...shown, ...more];
}

/** The arguments that repeat just this run, and show its journal. */
export const again = ({ scenario, seed, faults }: Pick<Judged, 'scenario' | 'seed' | 'faults'>): string =>
  [`--scenario ${scenario}`, `--seed ${seed}`, ...faults.map((fault) => `--fault "${writeFault(fault)}"`)].join(' ');

/** `late@23`, `throttled@3+300`: what `--fault` takes. */
export const writeFault = ({ mode, at, lasting }: Fault): string =>
  `${mode}@${at}${lasting === undefined ? '' : `+${lasting / 1000}`}`;

/** A run's calls and events, one a line, in the order in which they were made. */
export function journalOf({ journal, bus, start }: World): string {
  const at = (ms: number) => ((ms - start) / 1000).toFixed(3).padStart(10);
  const effects = ({ at: sent, applied }: Call) =>
    applied.length === 1 && applied[0] !== undefined && applied[0] - sent < 1000
      ? ''
      : ` done ${applied.map((ms) => at(ms).trim()).join(', ') || 'never'}`;
  const calls = journal.map((call) => ({
    ms: call.at,
    text: `call ${call.number} ${call.function}#${call.worker} ${call.service} ${call.name} ${call.about} → ${call.status ?? 'no reply'}${call.fault ? `  *** ${call.fault}` : ''}${effects(call)}`,
  }));
  const events = bus.deliveries.map(({ number, event, rule, fault }) => ({
    ms: event.at,
    text: `event ${number} ${event['detail-type']} to ${rule}${fault ? `  *** ${fault}` : ''}`,
  }));
  return [...calls, ...events]
    .sort((a, b) => a.ms - b.ms)
    .map(({ ms, text }) => `${at(ms)}  ${text}`)
    .join('\n');
}
