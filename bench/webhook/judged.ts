import type { Burst } from './burst.ts';
import type { CallsOf } from './calls.ts';
import type { WholeWay } from './whole-way.ts';

/** Milliseconds within which 95 of 100 are answered. */
export const GOAL_MS = 300;

export interface Answers {
  what: string;
  sent: number;
  answers: Record<string, number>;
  /** Status 500 or more, or none. */
  errors: number;
  /** Accepted though it must not be; undefined where some are to be. */
  accepted?: number;
  wrong: string[];
}

/** Whether others’ work says how long answers take: the bench’s processes waited longer for a core than they had one. */
export const isCrowded = ({ worked, waited }: Burst): boolean => waited > worked;

export const missedByAnswers = (all: readonly Answers[]): string[] =>
  all.flatMap(({ what, errors, accepted = 0, wrong }) => [
    ...(errors > 0 ? [`${what}: ${errors} unexpected errors`] : []),
    ...(accepted > 0 ? [`${what}: ${accepted} accepted`] : []),
    ...wrong.slice(0, 5).map((one) => `${what}: ${one}`),
  ]);

const NONE = {
  lost: 'lost',
  pending: 'still pending',
  otherwise: 'ended otherwise',
  wrongHeads: 'branches whose last commit is not deployed',
  wrongStarts: 'deployments that were not started exactly once',
} as const;

export function missedByBurst(one: Burst, where: string): string[] {
  const { unanswered, wrong, ended } = one;
  const { accepted, deployments, superseded, ignored, foundByPoll } = ended;
  const sum = deployments + superseded + ignored;
  return [
    ...(unanswered > 0 ? [`${where}: ${unanswered} not answered`] : []),
    ...wrong.slice(0, 5).map((each) => `${where}: ${each}`),
    ...Object.entries(NONE).flatMap(([of, words]) => {
      const count = ended[of as keyof typeof NONE];
      return count > 0 ? [`${where}: ${count} ${words}`] : [];
    }),
    ...(sum === accepted + foundByPoll
      ? []
      : [`${where}: ${accepted} accepted and ${foundByPoll} found, ${sum} ended`]),
  ];
}

/** Of the quickest: others may be at work on the same machine. */
export function missedByTime(bursts: readonly Burst[]): string[] {
  const quickest = quickestOf(bursts);
  if (!quickest || quickest.p95 < GOAL_MS) return [];
  const why = isCrowded(quickest)
    ? ' (others work on this machine: the processes waited for a core longer than they had one)'
    : '';
  return [`95 of 100 answered within ${quickest.p95} ms, the goal is ${GOAL_MS}${why}`];
}

export const quickestOf = (bursts: readonly Burst[]): Burst | undefined =>
  bursts.toSorted((one, other) => one.p95 - other.p95)[0];

export const missedByCalls = (all: readonly CallsOf[]): string[] =>
  all.flatMap(({ what, each, most }) => (each > most ? [`${what}: ${each} calls, at most ${most}`] : []));

export const missedByWholeWay = ({ what, errors, wrong, accepted, recorded }: WholeWay): string[] => [
  ...missedByAnswers([{ what, sent: 0, answers: {}, errors, wrong }]),
  ...(accepted === recorded ? [] : [`${what}: ${accepted} accepted, ${recorded} recorded`]),
];
