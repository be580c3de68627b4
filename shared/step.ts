import type { Context } from 'aws-lambda';
import { answer } from './answer.ts';
import { cancelledBy } from './ending.ts';
import type { About, EventName, Events } from './events.ts';
import { PAST_CANCELLING } from './ledger/cancelling.ts';
import { beginStep, ENDING_STEPS } from './ledger/course.ts';
import type { Deployment } from './ledger/deployment.ts';
import { findDeployment } from './ledger/deployments.ts';
import { beginRun, findRunning, lookAgainSoon, park } from './ledger/parking.ts';
import { noteFacts, noteWarning, settle } from './ledger/settling.ts';
import { type Log, logOf } from './log.ts';
import { failed, type Outcome, overdue, type Parked } from './outcome.ts';

/** Loaded while the ledger's first call is under way: no step needs them before it. */
const bus = () => import('./aws/bus.ts');

/** What the state machine hands to every step: one shape for all (statemachines/deploy.asl.yml). */
export interface StepEvent {
  /** Step Functions' task token: the state goes on when it is answered. */
  token: string;
  /** The state's name, when it was entered, and which attempt at it this is. */
  step: string;
  entered: string;
  attempt: number;
  input: StepInput;
  /** Set when a parked step is run again: it may have been overtaken. */
  again?: boolean;
}

export interface StepInput {
  deployment: string;
  /** What a Catch put there on the way to Rollback or Unlock. */
  failure?: StepFailure;
}

/** An error's name and cause as Step Functions carries them. */
export interface StepFailure {
  Error: string;
  Cause: string;
}

/** What a step is given to work with. */
export interface Job {
  deployment: Deployment;
  failure?: StepFailure;
  log: Log;
  /** Puts an event on the bus. @throws when the bus does not take it. */
  publish<Name extends EventName>(name: Name, detail: Events[Name]): Promise<void>;
  /** Tells people how far a long step is. */
  progress(text: string): Promise<void>;
  /** Milliseconds until Lambda cuts this run off. */
  remaining(): number;
}

export type Step = (job: Job) => Promise<Outcome>;

/**
 * Makes a Lambda handler of a step: marks it as begun, runs it, and answers the
 * task token with its outcome, so that a state ends by `SendTaskSuccess`,
 * by `SendTaskFailure` with the outcome's name, or stays parked.
 *
 * What is thrown is answered as `Unexpected`, which the machine retries. A look
 * at something parked that throws is no attempt at the step: it stays parked.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
 */
export function step(name: string, run: Step) {
  return async (event: StepEvent, context: Context): Promise<void> => {
    const log = logOf(name, { deployment: event.input.deployment });
    try {
      await (event.again ? lookAgain : runFirst)(name, run, event, context, log);
    } catch (error) {
      log.error('unexpected', { error });
      if (event.again) return putOff(event, error);
      const { answerFailure } = await import('./aws/engine.ts');
      await answerFailure(event.token, 'Unexpected', { step: name, reason: String(error).slice(0, 500) });
    }
  };
}

/** A look that failed: the next one may come at once; people see meanwhile what is wrong. */
async function putOff(event: StepEvent, error: unknown): Promise<void> {
  const { deployment } = event.input;
  const progress = `it could not be looked at: ${String(error).slice(0, 200)}`;
  await settle(deployment, { progress }).catch(() => undefined);
  await lookAgainSoon(deployment, runOf(event));
}

/** Later entries of states, and later attempts, have greater names: a worker that was given up is told by it. */
const runOf = ({ entered, attempt }: StepEvent): string => `${entered}#${String(attempt).padStart(3, '0')}`;

async function runFirst(name: string, run: Step, event: StepEvent, context: Context, log: Log): Promise<void> {
  const { token, input } = event;
  const begun = await beginRun(input.deployment, runOf(event));
  if (begun === 'overtaken') throw new Error('a later attempt runs already; this one does nothing');
  const deployment = await beginStep(input.deployment, name, runOf(event));
  if (!deployment) return answer(token, name, failed('DEPLOYMENT_UNKNOWN', `${input.deployment} was never accepted`));
  if (deployment === 'ended')
    return answer(token, name, failed('ENDED', 'the deployment was brought to an end meanwhile'));

  // It had this outcome before, and only the answer was lost: what it decided once is not decided otherwise.
  if (deployment.failure?.step === name) return answer(token, name, deployment.failure);
  const job = jobOf(name, deployment, event, context, log);
  await job.tell('StepStarted', { ...aboutOf(deployment), step: name });
  await conclude(job, await outcomeOf(run, job, event, context), event);
}

async function lookAgain(name: string, run: Step, event: StepEvent, context: Context, log: Log): Promise<void> {
  const { deployment: id } = event.input;
  const [running, deployment] = await Promise.all([findRunning(id), findDeployment(id)]);
  // The row's own step says nothing here: a late copy of an earlier step's beginning may have written over it.
  if (running?.run !== runOf(event) || !deployment) return log.info('overtaken; nothing to look at');
  const { deadline = '' } = running.parked ?? {};
  if (deadline && deadline < new Date().toISOString()) {
    const late = failed('DEADLINE', `waited until ${deadline} for ${running.parked?.awaits}`);
    return conclude(jobOf(name, deployment, event, context, log), late, event);
  }
  // An earlier look decided, and was cut off before it answered.
  if (deployment.failure?.step === name) return answer(event.token, name, deployment.failure);
  const job = jobOf(name, deployment, event, context, log);
  await conclude(job, await outcomeOf(run, job, event, context), event);
}

async function outcomeOf(run: Step, job: OwnJob, event: StepEvent, context: Context): Promise<Outcome> {
  for (;;) {
    const outcome = cancelledAt(job) ?? overdue(await run(job), new Date());
    // A wake that came while it looked makes it look once more.
    if (outcome.outcome !== 'parked' || (await stays(outcome, event, context))) return outcome;
    job.deployment = (await findDeployment(job.deployment.id)) ?? job.deployment;
  }
}

/** Somebody gave the deployment up before its end began. */
function cancelledAt({ name, deployment: { cancelled } }: OwnJob): Outcome | undefined {
  if (!cancelled || PAST_CANCELLING.includes(name)) return undefined;
  return cancelledBy(cancelled);
}

async function conclude(job: OwnJob, outcome: Outcome, event: StepEvent): Promise<void> {
  const { deployment, name, log } = job;
  log.info('outcome', { outcome });
  if (outcome.outcome === 'parked') {
    if (!event.again) await job.progress(`waiting for ${outcome.awaits}`);
    return;
  }
  const { facts = {}, warning } = outcome.outcome === 'done' ? outcome : {};
  if (outcome.outcome === 'done') {
    await noteFacts(deployment, facts);
    await noteWarning(deployment, name, warning);
  }
  // What goes wrong at the end does not hide what the end was called for.
  else if (outcome.outcome !== 'ended' && !ENDING_STEPS.includes(name)) {
    await settle(deployment.id, {}, { failure: { step: name, ...outcome } });
  }
  const finished = { ...aboutOf(deployment), step: name, outcome: outcome.outcome, facts };
  await job.tell('StepFinished', { ...finished, ...(warning !== undefined && { warning }) });
  await answer(event.token, name, outcome);
}

interface OwnJob extends Job {
  name: string;
  /** How a step comes along is good to know, and no reason for it to fail. */
  tell: Job['publish'];
}

function jobOf(name: string, deployment: Deployment, event: StepEvent, context: Context, log: Log): OwnJob {
  const publish: Job['publish'] = async (name, detail) => (await bus()).publish(name, detail);
  const tell: Job['publish'] = (name, detail) =>
    publish(name, detail).catch((error) => log.warn(`${name} was not told`, { error }));
  return {
    name,
    deployment,
    log,
    ...(event.input.failure && { failure: event.input.failure }),
    publish,
    tell,
    progress: async (text) => {
      await settle(deployment.id, { progress: text });
      await tell('StepProgressed', { ...aboutOf(deployment), step: name, text });
    },
    remaining: () => context.getRemainingTimeInMillis(),
  };
}

const aboutOf = ({ id, pilot, environment }: Deployment): About => ({ deployment: id, pilot, environment });

const stays = ({ awaits, deadline, wakeAt }: Parked, event: StepEvent, context: Context): Promise<boolean> =>
  park(event.input.deployment, runOf(event), {
    function: context.functionName,
    event: { ...event, again: true },
    awaits,
    deadline,
    ...(wakeAt && { wakeAt }),
  });
