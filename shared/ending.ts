import { type Events, isStanding, type TerminalEvent } from './events.ts';
import type { Cancelled } from './ledger/cancelling.ts';
import { ENDING_STEPS } from './ledger/course.ts';
import type { Deployment, EndingRecord, Failure } from './ledger/deployment.ts';
import { done, ended, type Failed, failed, type Outcome, type Warnings } from './outcome.ts';
import { touchedInWords } from './provisioning/touched.ts';
import type { StepFailure } from './step.ts';
import type { Live } from './targets/target.ts';

/** The failure's code of a deployment that a person gave up. */
const CANCELLED = 'CANCELLED';

export const cancelledBy = ({ by }: Cancelled): Failed => failed(CANCELLED, `${by} cancelled it`);

/**
 * The terminal record of a deployment.
 * @param caught what the machine caught, for failures that no step lived to record:
 *   a deadline of a state, a lost worker.
 * @param live what the pointer says now; absent when it could not be read: then what was done tells what
 *   serves, where it can.
 */
export function endingOf(
  deployment: Deployment,
  caught: StepFailure | undefined,
  live: Live | undefined,
): EndingRecord {
  const failure = deployment.failure ?? (caught && unrecorded(deployment, caught));
  // What goes wrong after the traffic has moved for good does not make a live release a failed one.
  if (!failure || failure.step === 'Finish' || failure.step === 'Unlock' || wentOffline(deployment, live)) {
    return { status: 'succeeded', serving: live ? (live.release ?? null) : wantedLive(deployment) };
  }
  const last = live ?? whatWasDone(deployment);
  const known = withLeftover(failure, deployment, live);
  return { status: statusOf(known), ...(last && { serving: last.release ?? null }), failure: known };
}

/** What was asked for has come true, whatever went wrong after it; nobody takes it back but by asking. */
const wentOffline = ({ trigger, pastCancelling }: Deployment, live: Live | undefined): boolean =>
  trigger.kind === 'offline' && pastCancelling !== undefined && live !== undefined && live.release === undefined;

const wantedLive = ({ trigger, plan }: Deployment): string | null =>
  isStanding(trigger) ? null : (plan?.release ?? null);

/** Traffic that may have been moved and was not given back is somewhere. */
const whatWasDone = ({ steps, before, rolledBack }: Deployment): Live | undefined =>
  steps.Shift && !rolledBack ? undefined : before;

function statusOf(failure: Failure): EndingRecord['status'] {
  if (failure.outcome === 'superseded') return 'superseded';
  if (failure.outcome === 'refused') return 'rejected';
  return failure.code === CANCELLED ? 'cancelled' : 'failed';
}

/** A release that failed and still gets traffic is what a person must know first. */
function withLeftover(failure: Failure, { plan, before }: Deployment, live: Live | undefined): Failure {
  const share = (plan && live?.weights[plan.release]) ?? 0;
  if (failure.outcome !== 'failed' || share === 0 || before?.release === plan?.release) return failure;
  const reason = `${failure.reason}; the rollback did not finish: ${share} % of the traffic still gets this release`;
  return { ...failure, code: 'ROLLBACK_FAILED', reason };
}

function unrecorded({ steps }: Deployment, { Error: name, Cause: cause }: StepFailure): Failure {
  return { step: lastStep(steps), outcome: 'failed', code: codeOf(name), reason: reasonOf(cause) };
}

/** The step that was at work when the machine turned to Rollback or Unlock. */
function lastStep(steps: Deployment['steps']): string {
  const worked = Object.entries(steps).filter(([step]) => !ENDING_STEPS.includes(step));
  return worked.sort(([, a], [, b]) => a.localeCompare(b)).at(-1)?.[0] ?? 'Validate';
}

const codeOf = (error: string): string =>
  ({ 'States.Timeout': 'DEADLINE', Unexpected: 'UNEXPECTED' })[error] ??
  error.replace(/([a-z])([A-Z])|\W+/g, '$1_$2').toUpperCase();

function reasonOf(cause: string): string {
  try {
    const { reason, errorMessage } = JSON.parse(cause) as { reason?: string; errorMessage?: string };
    return reason ?? errorMessage ?? cause.slice(0, 500);
  } catch {
    return cause.slice(0, 500);
  }
}

type Terminal = { [Name in TerminalEvent]: [Name, Events[Name]] }[TerminalEvent];

/** The one event that tells how a deployment ended. */
export function terminalEvent(deployment: Deployment): Terminal {
  const { id, pilot, environment, trigger, plan, policy, before, ending, facts } = deployment;
  const warnings = warningsOf(deployment);
  const about = {
    deployment: id,
    pilot,
    environment,
    trigger,
    ...(plan && { release: plan.release, url: plan.url }),
    ...(policy?.commit && { commit: policy.commit }),
    ...(before && { before: before.release ?? null }),
    ...(ending?.serving !== undefined && { serving: ending.serving }),
    ...(ending?.offline && { offline: ending.offline }),
    level: policy?.level ?? 'all',
    seconds: secondsOf(deployment),
    facts,
    ...(warnings && { warnings }),
  };
  const failure = ending?.failure;
  switch (failure?.outcome) {
    case undefined:
      return ['DeploymentSucceeded', { ...about, alreadyLive: deployment.alreadyLive ?? false }];
    case 'superseded':
      return ['Superseded', { ...about, by: failure.by }];
    case 'refused':
      return ['Rejected', { ...about, problems: failure.problems }];
    case 'failed': {
      const { step, code, reason } = failure;
      return ['DeploymentFailed', { ...about, step, code, reason, rolledBack: deployment.rolledBack ?? false }];
    }
  }
}

/**
 * What the steps warned of, and what a deployment that did not succeed leaves behind in its stack, which is only ever
 * extended for it: the traffic goes back, the stack does not.
 * @returns undefined where there is nothing.
 */
export function warningsOf(deployment: Deployment): Warnings | undefined {
  const { warnings, status } = deployment;
  const stack = status === 'running' || status === 'succeeded' ? undefined : stackLeft(deployment);
  const all = { ...warnings, ...(stack && { Provision: stack }) };
  return Object.keys(all).length > 0 ? all : undefined;
}

function stackLeft({ touched = {}, facts }: Deployment): string | undefined {
  const changes = Object.values(touched);
  if (changes.length === 0) return undefined;
  const what = touchedInWords(changes);
  // Provision has told of it once it was what it was to be.
  return facts.stack !== undefined
    ? `the stack keeps what this deployment changed in it: ${what} (pilot plan --live shows how it differs from a manifest)`
    : `CloudFormation was told to change the stack for this deployment, which is not taken back: ${what}`;
}

/** Seconds from the request to the end, or until now. */
export function secondsOf({ requestedAt, finishedAt }: Pick<Deployment, 'requestedAt' | 'finishedAt'>): number {
  const end = finishedAt ? Date.parse(finishedAt) : Date.now();
  return Math.max(0, Math.round((end - Date.parse(requestedAt)) / 1000));
}

/** What Unlock answers: the execution succeeds exactly when the deployment did. */
export function concludedAs({ ending }: Deployment): Outcome {
  if (!ending || ending.status === 'succeeded') return done();
  return ended(
    `${ending.status}: ${ending.failure?.outcome === 'failed' ? ending.failure.reason : ending.failure?.outcome}`,
  );
}
