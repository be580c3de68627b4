import type { Manifest } from './manifest/schema.ts';

/** What a rollout does next. */
export type Move = { move: 'shift'; weight: number } | { move: 'bake'; until: Date } | { move: 'finished' };

/**
 * The rollout's next move: each weight in turn, and after each the bake.
 * @param shifted what was shifted last, and when (ISO); absent before the first shift.
 */
export function nextMove(
  rollout: Manifest['rollout'],
  shifted: { weight: number; at: string } | undefined,
  now: Date,
): Move {
  if (shifted) {
    const until = new Date(Date.parse(shifted.at) + rollout.bake * 1000);
    if (now < until) return { move: 'bake', until };
  }
  const weight = rollout.steps.find((step) => step > (shifted?.weight ?? 0));
  return weight === undefined ? { move: 'finished' } : { move: 'shift', weight };
}
