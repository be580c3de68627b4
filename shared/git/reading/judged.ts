import type { Problem } from '../../errors.ts';
import type { WrongPilot } from '../../events.ts';
import type { PushedPilot, PushOutcome } from '../../ledger/pushes.ts';
import type { OperatorRead } from '../../manifest/operator.ts';
import { repositoryRefusals } from '../../planning/repositories.ts';
import type { Ref } from '../told.ts';
import type { FromGit } from './environments.ts';
import { isTouched } from './paths.ts';
import { type Usual, whyUnconfirmed } from './usual.ts';

/** What a push is judged by, beside the manifest. */
export interface Circumstances {
  ref: Ref;
  repository: string;
  /** The manifest’s path. */
  manifest: string;
  operator: OperatorRead;
  /** Undefined where it is not known. */
  changed: string[] | undefined;
  /** What the default branch says; undefined where the ref is that branch. */
  usual: Usual | undefined;
}

export type Judged =
  | { deploys: true }
  | { deploys: false; reason: string; isUntouched?: true }
  | { deploys: false; problems: Problem[] };

/** Whether a push deploys an environment that its ref is for. A tag is made on purpose: nothing needs to have changed. */
export function judged({ environment, git, loaded }: FromGit, by: Circumstances): Judged {
  const { name } = loaded.manifest;
  const refusals = repositoryRefusals(loaded, by.repository, environment, by.operator);
  if (refusals.length > 0 && !by.operator.ok) return { deploys: false, problems: refusals };
  const [refusal] = refusals;
  if (refusal) return { deploys: false, reason: inWords(refusal) };
  const unconfirmed = by.usual && whyUnconfirmed(by.usual, { pilot: name, environment, ...by });
  if (unconfirmed !== undefined) return { deploys: false, reason: unconfirmed };
  if (by.ref.kind === 'branch' && !isTouched(git.paths, by.manifest, by.changed))
    return {
      deploys: false,
      isUntouched: true,
      reason: `${name} in ${environment}: nothing was changed in ${(git.paths ?? []).join(', ')}`,
    };
  return { deploys: true };
}

const inWords = ({ message, expected, hint }: Problem): string => `${message}: ${hint ?? `expected ${expected}`}`;

/** More than these no event and no row of the ledger could hold. */
const MOST_PROBLEMS = 100;
/** An event holds 256 KB, a row of the ledger 400 KB, and both have some problems twice: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MOST_BYTES = 100_000;
const MOST_REASON = 2_000;

/** What a push meant for each pilot, as far as it can be kept. */
export function kept(told: readonly PushedPilot[]): PushedPilot[] {
  const share = Math.max(1, told.length);
  const each = Math.max(1, Math.floor(MOST_PROBLEMS / share));
  return told.map((one) =>
    one.problems ? { ...one, problems: fitting(one.problems.slice(0, each), MOST_BYTES / share) } : one,
  );
}

/** The first of them, which is cut where it is too long by itself, and those after it that have room. */
function fitting([first, ...others]: readonly Problem[], bytes: number): Problem[] {
  if (!first) return [];
  const kept = sizeOf(first) > bytes ? [inShort(first)] : [first];
  let size = sizeOf(kept[0]);
  for (const problem of others) {
    size += sizeOf(problem);
    if (size > bytes) break;
    kept.push(problem);
  }
  return kept;
}

const sizeOf = (what: unknown): number => Buffer.byteLength(JSON.stringify(what));
const inShort = ({ code, message, place }: Problem): Problem => ({
  code,
  message: `${message.slice(0, 500)}…`,
  ...(place && { place }),
});

/** Of each place where something is wrong the first that is: so much a commit’s statuses say. */
export const wrongOf = (pilots: readonly PushedPilot[]): WrongPilot[] =>
  pilots.flatMap(({ pilot, environment, problems: [problem] = [] }) =>
    problem ? [{ pilot, ...(environment !== undefined && { environment }), problem }] : [],
  );

/** What became of a push, from what it meant for each pilot: one that is wrong keeps none of the others. */
export function outcomeOf(pilots: readonly PushedPilot[]): PushOutcome {
  const deployments = pilots.flatMap(({ deployment }) => deployment ?? []);
  const problems = pilots.flatMap((one) => one.problems ?? []);
  if (deployments.length > 0) return { kind: 'deployments', deployments, ...(problems.length > 0 && { problems }) };
  if (problems.length > 0) return { kind: 'failed', problems };
  const reasons = pilots.flatMap(({ reason }) => reason ?? []);
  const reason = reasons.join('; ') || 'no pilot is connected with this repository';
  return { kind: 'ignored', reason: reason.slice(0, MOST_REASON) };
}
