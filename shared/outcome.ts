import type { Problem } from './errors.ts';

/**
 * What a step has to say when it is over. Expected ends are values of this
 * union; a step that throws says "unexpected, retry me".
 */
export type Outcome = Done | Parked | Refused | Failed | Superseded | Ended;

/** The step's work is done, or there was nothing to do. */
export interface Done {
  outcome: 'done';
  /** Small facts for people: shown in progress, history and notifications. Never secrets. */
  facts: Facts;
  /** What somebody has to know or to do although it is done, in words; shown apart from the facts. Never secrets. */
  warning?: string;
}

/** Nothing can be done until something happens; the step is run again when it may have. */
export interface Parked {
  outcome: 'parked';
  /** What is awaited, in words that follow "waiting for": `acme_production_… to finish`. */
  awaits: string;
  /** ISO time after which waiting longer is a failure. */
  deadline: string;
  /** ISO time at which to look again even if no event comes. */
  wakeAt?: string;
}

/** The input is wrong; nothing was changed. */
export interface Refused {
  outcome: 'refused';
  problems: Problem[];
}

/** It went wrong, and trying again would not help. */
export interface Failed {
  outcome: 'failed';
  code: string;
  reason: string;
}

/** A newer deployment takes this one's place; nothing was changed. */
export interface Superseded {
  outcome: 'superseded';
  /** Id of the newer deployment. */
  by: string;
}

/** The deployment is over and did not succeed. Only the last step says this; its own work is done. */
export interface Ended {
  outcome: 'ended';
  reason: string;
}

export type Facts = Record<string, string | number | boolean>;

/** What the steps of a deployment warned of, in words, by the step's name. */
export type Warnings = Record<string, string>;

export function done(): Done;
export function done<const Told extends Facts>(facts: Told, warning?: string): Done & { facts: Told };
export function done(facts: Facts = {}, warning?: string): Done {
  return { outcome: 'done', facts, ...(warning !== undefined && { warning }) };
}

export const parked = (awaits: string, deadline: Date, wakeAt?: Date): Parked => ({
  outcome: 'parked',
  awaits,
  deadline: deadline.toISOString(),
  ...(wakeAt && { wakeAt: wakeAt.toISOString() }),
});

export const refused = (...problems: Problem[]): Refused => ({ outcome: 'refused', problems });

export const failed = (code: string, reason: string): Failed => ({ outcome: 'failed', code, reason });

export const superseded = (by: string): Superseded => ({ outcome: 'superseded', by });

export const ended = (reason: string): Ended => ({ outcome: 'ended', reason });

/** A wait that is over its deadline has failed. */
export function overdue(outcome: Outcome, now: Date): Outcome {
  if (outcome.outcome !== 'parked' || outcome.deadline > now.toISOString()) return outcome;
  return failed('DEADLINE', `waited until ${outcome.deadline} for ${outcome.awaits}`);
}
