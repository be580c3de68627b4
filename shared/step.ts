import type { Context } from 'aws-lambda';
import { formatProblem } from './errors.ts';
import type { About, EventName, Events } from './events.ts';
import { beginStep, type Deployment, findDeployment, noteFacts, settle } from './ledger/deployments.ts';
import { park, unpark } from './ledger/parking.ts';
import { type Log, logOf } from './log.ts';
import { failed, type Outcome, type Parked } from './outcome.ts';

/** Loaded while the ledger's first call is under way: no step needs them before it. */
const bus = () => import('./aws/bus.ts');
const engine = () => import('./aws/engine.ts');

/** What the state machine hands to every step: one shape for all (statemachines/deploy.asl.yml). */
export interface StepEvent {
  /** Step Functions' task token: the state goes on when it is answered. */
  token: string;
  /** The state's name. */
  step: string;
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
 * What is thrown is answered as `Unexpected`, which the machine retries.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
 */
export function step(name: string, run: Step) {
  return async (event: StepEvent, context: Context): Promise<void> => {
    const log = logOf(name, { deployment: event.input.deployment });
    try {
      await runOnce(name, run, event, context, log);
    } catch (error) {
      log.error('unexpected', { error });
      const { answerFailure } = await engine();
      await answerFailure(event.token, 'Unexpected', { step: name, reason: String(error).slice(0, 500) });
      if (event.again) await unpark(event.input.deployment);
    }
  };
}

async function runOnce(name: string, run: Step, event: StepEvent, context: Context, log: Log): Promise<void> {
  const { token, input } = event;
  const deployment = await (event.again ? findDeployment : beginStepAs(name))(input.deployment);
  if (event.again && deployment?.step !== name) return log.info('the deployment has moved on; nothing to look at');
  if (!deployment) return answer(token, name, failed('DEPLOYMENT_UNKNOWN', `${input.deployment} was never accepted`));

  const about: About = { deployment: deployment.id, pilot: deployment.pilot, environment: deployment.environment };
  const publish: Job['publish'] = async (name, detail) => (await bus()).publish(name, detail);
  // How a step comes along is good to know, and no reason for it to fail.
  const tell: Job['publish'] = (name, detail) =>
    publish(name, detail).catch((error) => log.warn(`${name} was not told`, { error }));
  const job: Job = {
    deployment,
    log,
    ...(input.failure && { failure: input.failure }),
    publish,
    progress: async (text) => {
      await settle(deployment.id, { progress: text });
      await tell('StepProgressed', { ...about, step: name, text });
    },
    remaining: () => context.getRemainingTimeInMillis(),
  };

  if (!event.again) await tell('StepStarted', { ...about, step: name });
  let outcome = overdue(await run(job));
  while (outcome.outcome === 'parked' && !(await stays(outcome, event, context))) outcome = overdue(await run(job));
  log.info('outcome', { outcome });
  if (outcome.outcome === 'parked') {
    if (!event.again) await job.progress(`waiting for ${outcome.awaits}`);
    return;
  }

  const facts = outcome.outcome === 'done' ? outcome.facts : {};
  if (outcome.outcome === 'done') await noteFacts(deployment, facts);
  else if (outcome.outcome !== 'ended') await settle(deployment.id, {}, { failure: { step: name, ...outcome } });
  await tell('StepFinished', { ...about, step: name, outcome: outcome.outcome, facts });
  await answer(token, name, outcome);
  if (event.again) await unpark(deployment.id);
}

const beginStepAs = (name: string) => (id: string) => beginStep(id, name);

/** A wait that is over its deadline has failed. */
function overdue(outcome: Outcome): Outcome {
  if (outcome.outcome !== 'parked' || outcome.deadline > new Date().toISOString()) return outcome;
  return failed('DEADLINE', `waited until ${outcome.deadline} for ${outcome.awaits}`);
}

const stays = ({ awaits, deadline, wakeAt }: Parked, event: StepEvent, context: Context): Promise<boolean> =>
  park(event.input.deployment, {
    function: context.functionName,
    event: { ...event, again: true },
    awaits,
    deadline,
    ...(wakeAt && { wakeAt }),
  });

/**
 * The names are the machine's vocabulary: its Retry and Catch go by them. Why
 * it happened is in the deployment's row; the state carries only one line of it.
 */
async function answer(token: string, step: string, outcome: Exclude<Outcome, Parked>): Promise<void> {
  const { answerFailure, answerSuccess } = await engine();
  const fail = (error: string, reason: string) => answerFailure(token, error, { step, reason: reason.slice(0, 500) });
  switch (outcome.outcome) {
    case 'done':
      return answerSuccess(token, {});
    case 'refused':
      return fail('Refused', outcome.problems.map(formatProblem).join('; '));
    case 'superseded':
      return fail('Superseded', `by ${outcome.by}`);
    case 'failed':
      return fail('Failed', `${outcome.code} ${outcome.reason}`);
    case 'ended':
      return fail('Ended', outcome.reason);
  }
}
