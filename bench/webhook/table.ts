import type { Burst } from './burst.ts';
import type { CallsOf } from './calls.ts';
import type { Answers } from './judged.ts';

const inWords = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([what, count]) => `${count} × ${what}`)
    .join(', ');

export const answerLines = (all: readonly Answers[]): string[][] => [
  ['', 'sent', 'errors', 'accepted', 'answered'],
  ...all.map(({ what, sent, errors, answers, accepted = answers['202 accepted'] ?? 0 }) => [
    what,
    ...[sent, errors, accepted].map(String),
    inWords(answers),
  ]),
];

/** One line for each figure: bursts beside each other. */
export function burstLines(bursts: readonly Burst[]): string[][] {
  const rows: [string, (burst: Burst) => unknown][] = [
    ['sent', (one) => one.webhooks],
    ['not answered', (one) => one.unanswered],
    ['half answered within ms', (one) => one.p50],
    ['95 of 100 within ms', (one) => one.p95],
    ['all within ms', (one) => one.max],
    ['seconds with a core', (one) => one.worked],
    ['seconds waiting for one', (one) => one.waited],
    ['first answers of the processes, ms', (one) => Math.max(...one.cold)],
    ['processes that want a core', (one) => one.load],
    ['pushes accepted', (one) => one.ended.accepted],
    ['ended in one deployment', (one) => one.ended.deployments],
    ['superseded', (one) => one.ended.superseded],
    ['ignored', (one) => one.ended.ignored],
    ['ended otherwise', (one) => one.ended.otherwise],
    ['last commits deployed twice', (one) => one.ended.twice],
    ['lost', (one) => one.ended.lost],
    ['still pending', (one) => one.ended.pending],
    ['found by the poll', (one) => one.ended.foundByPoll],
  ];
  const statuses = [...new Set(bursts.flatMap((one) => Object.keys(one.statuses)))].sort();
  return [
    ['', ...bursts.map((_, at) => `burst ${at + 1}`)],
    ...rows.slice(0, 2).map(([what, of]) => [what, ...bursts.map((one) => String(of(one)))]),
    ...statuses.map((status) => [`answered ${status}`, ...bursts.map((one) => String(one.statuses[status] ?? 0))]),
    ...rows.slice(2).map(([what, of]) => [what, ...bursts.map((one) => String(of(one)))]),
  ];
}

export const callLines = (all: readonly CallsOf[]): string[][] => [
  ['', 'measured', 'calls', 'each', 'at most'],
  ...all.map(({ what, of, calls, each, most }) => [what, String(of), inWords(calls), each.toFixed(2), String(most)]),
];
