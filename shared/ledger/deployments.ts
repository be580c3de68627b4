import { type Check, get, type Key, list, transact, update, type Write } from '../aws/table.ts';
import type { Trigger } from '../events.ts';
import type { Manifest } from '../manifest/schema.ts';
import { ofDeployment } from '../names.ts';
import type { Facts, Failed, Refused, Superseded } from '../outcome.ts';
import type { Live, Plan } from '../targets/target.ts';
import type { Cancelled } from './cancelling.ts';

/**
 * The history of deployments, one row each: what was asked, what was decided,
 * how it ended. What is live is never read from here; the pointer says that.
 */
export interface Deployment {
  id: string;
  pilot: string;
  environment: string;
  trigger: Trigger;
  requestedAt: string;
  acceptedAt: string;
  status: Status;
  /** The step that runs or ran last, and when each one began. */
  step?: string;
  steps: Record<string, string>;
  /** The run of a step that began last: a late copy of an earlier one's beginning changes nothing. */
  run?: string;
  /** How far the step is, for people. */
  progress?: string;
  /** What the steps found worth telling, for people. */
  facts: Facts;

  /** Settled by Validate. */
  plan?: Plan;
  policy?: Policy;
  /** Settled by Queue: it had the waiting place once. */
  queued?: boolean;
  /** Settled by Queue: the fencing number under which everything is written. */
  fence?: number;
  /** Settled by Prepare: where the traffic was before, and whether it is this release already. */
  before?: Live;
  alreadyLive?: boolean;
  /** Settled by Verify: the release that was looked at and found complete. */
  verified?: string;
  /** Moved by Shift: percent of the traffic, and since when. */
  shifted?: { weight: number; at: string };
  /** Somebody asked that it be given up; see cancelling.ts. */
  cancelled?: Cancelled;
  /** The first outcome that was not `done`, and the step it came from. */
  failure?: Failure;
  /** Settled by Rollback: traffic had moved and was given back. */
  rolledBack?: boolean;

  finishedAt?: string;
  ending?: EndingRecord;
}

export type Failure = { step: string } & (Refused | Failed | Superseded);

export type Status = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'rejected' | 'superseded';

/** What of the manifest later steps go by. */
export type Policy = Pick<Manifest, 'rollout' | 'retention'> & {
  level: Manifest['notifications']['level'];
  commit?: string;
  /** The release before cannot work with the database that this one has migrated. */
  irreversible?: true;
};

/** The terminal record: written once, together with the lock's release, by Unlock. */
export interface EndingRecord {
  status: Exclude<Status, 'running'>;
  /** Release that serves after it; null when the pilot is offline. */
  serving: string | null;
  failure?: Failure;
}

export type Fresh = Pick<Deployment, 'id' | 'pilot' | 'environment' | 'trigger' | 'requestedAt'>;

/** A row of the partition of running deployments, which the watchdog goes through. */
export const runningKey = (id: string): Key => ({ pk: 'RUNNING', sk: id });

/** The partition of all that concerns one pilot in one environment. */
export const partition = (pilot: string, environment: string): string => `PILOT#${pilot}#${environment}`;

export function deploymentKey(id: string): Key {
  const of = ofDeployment(id);
  if (!of) throw new Error(`${id} is no deployment's id`);
  return { pk: partition(of.pilot, of.environment), sk: `DEPLOYMENT#${id}` };
}

/**
 * Records that a trigger was accepted.
 * @returns false when this trigger was recorded before.
 */
export function accept(fresh: Fresh): Promise<boolean> {
  return transact([
    {
      key: deploymentKey(fresh.id),
      update:
        'SET id = :id, pilot = :pilot, environment = :environment, #trigger = :trigger, requestedAt = :at, acceptedAt = :now, #status = :running, steps = :steps, facts = :facts',
      condition: 'attribute_not_exists(pk)',
      names: { '#trigger': 'trigger', '#status': 'status' },
      values: {
        ':id': fresh.id,
        ':pilot': fresh.pilot,
        ':environment': fresh.environment,
        ':trigger': fresh.trigger,
        ':at': fresh.requestedAt,
        ':now': new Date().toISOString(),
        ':running': 'running',
        ':steps': {},
        ':facts': {},
      },
    },
    { key: runningKey(fresh.id), update: 'SET acceptedAt = :now', values: { ':now': new Date().toISOString() } },
    {
      key: { pk: 'PILOTS', sk: `${fresh.pilot}#${fresh.environment}` },
      update: 'SET pilot = :pilot, environment = :environment',
      values: { ':pilot': fresh.pilot, ':environment': fresh.environment },
    },
  ]);
}

export const findDeployment = (id: string): Promise<Deployment | undefined> => get<Deployment & Key>(deploymentKey(id));

/** Uploads of one second have ids in any order: so many more are read, and put in the order of their acceptance. */
const SAME_SECOND = 10;

/** A pilot's deployments, newest first. */
export async function listDeployments(pilot: string, environment: string, most: number): Promise<Deployment[]> {
  const found = await list<Deployment & Key>(partition(pilot, environment), 'DEPLOYMENT#', most + SAME_SECOND);
  const newestFirst = (a: Deployment, b: Deployment) =>
    b.requestedAt.localeCompare(a.requestedAt) || b.acceptedAt.localeCompare(a.acceptedAt);
  return found.sort(newestFirst).slice(0, most);
}

export const listPilots = (): Promise<{ pilot: string; environment: string }[]> =>
  list<{ pilot: string; environment: string } & Key>('PILOTS');

/** The steps that bring a deployment to an end; once they began, no other step may begin. */
export const ENDING_STEPS = ['Rollback', 'Unlock'];

/**
 * Marks a step as begun and gives the deployment as it stands. A step that comes
 * after the end began is not marked: either Rollback sees that Shift began, or
 * Shift does not begin.
 * Nor is a late copy of the beginning of a run before it.
 * @param run the entry and attempt of its state; later ones have greater names.
 * @returns `ended` in that case, and undefined when no such deployment was accepted.
 */
export async function beginStep(id: string, step: string, run: string): Promise<Deployment | 'ended' | undefined> {
  const isEnding = ENDING_STEPS.includes(step);
  const open = isEnding ? '' : ' AND attribute_not_exists(steps.#rollback) AND attribute_not_exists(steps.#unlock)';
  const written = await update<Deployment & Key>({
    key: deploymentKey(id),
    update: 'SET #step = :step, #run = :run, steps.#name = if_not_exists(steps.#name, :now) REMOVE progress',
    condition: `attribute_exists(pk) AND attribute_not_exists(finishedAt) AND (attribute_not_exists(#run) OR #run <= :run)${open}`,
    names: {
      '#step': 'step',
      '#run': 'run',
      '#name': step,
      ...(!isEnding && { '#rollback': 'Rollback', '#unlock': 'Unlock' }),
    },
    values: { ':step': step, ':run': run, ':now': new Date().toISOString() },
  });
  return written.applied || isEnding || !written.now ? written.now : 'ended';
}

/** What a step may settle for the steps after it. */
export type Settled = Partial<
  Pick<
    Deployment,
    | 'plan'
    | 'policy'
    | 'queued'
    | 'fence'
    | 'before'
    | 'alreadyLive'
    | 'verified'
    | 'shifted'
    | 'failure'
    | 'rolledBack'
    | 'progress'
  >
>;

/**
 * Keeps what a step settled. Values given in `once` are not overwritten, so
 * that a step which runs twice goes by what its first run saw.
 * @returns the deployment after it.
 */
export async function settle(id: string, settled: Settled, once: Settled = {}): Promise<Deployment> {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const assignments = [
    ...Object.entries(settled).map(([name, value]) => ({ name, value, first: false })),
    ...Object.entries(once).map(([name, value]) => ({ name, value, first: true })),
  ].map(({ name, value, first }) => {
    names[`#${name}`] = name;
    values[`:${name}`] = value;
    return first ? `#${name} = if_not_exists(#${name}, :${name})` : `#${name} = :${name}`;
  });
  const written = await update<Deployment & Key>({
    key: deploymentKey(id),
    update: `SET ${assignments.join(', ')}`,
    condition: 'attribute_exists(pk) AND attribute_not_exists(finishedAt)',
    names,
    values,
  });
  if (!written.applied) throw new Error(`${id} has ended; nothing more is settled for it`);
  return written.now;
}

/**
 * Keeps what Validate settled, once, with the writes that go with it.
 * @returns the plan that counts: the first run's, since the artifact may have been replaced since.
 */
export async function settlePlan(id: string, planned: { plan: Plan; policy: Policy }, more: Write[]): Promise<Plan> {
  const first = await transact([
    {
      key: deploymentKey(id),
      update: 'SET #plan = :plan, policy = :policy',
      condition: 'attribute_exists(pk) AND attribute_not_exists(finishedAt) AND attribute_not_exists(#plan)',
      names: { '#plan': 'plan' },
      values: { ':plan': planned.plan, ':policy': planned.policy },
    },
    ...more,
  ]);
  return first ? planned.plan : ((await settle(id, {}, planned)).plan ?? planned.plan);
}

/**
 * Writes the terminal record, takes the deployment off those that act and leaves
 * the lock, all or nothing: a lock is free exactly when its deployment has ended.
 * The deployment stays among the running ones, as untold, until people were told.
 * @param more writes that belong to the end, such as that the release is live.
 * @returns false when the lock changed since it was read, or the deployment ended meanwhile.
 */
export function endDeployment(id: string, ending: EndingRecord, more: (Write | Check)[]): Promise<boolean> {
  return transact([
    {
      key: deploymentKey(id),
      update: 'SET #status = :status, ending = :ending, finishedAt = :now',
      condition: 'attribute_exists(pk) AND attribute_not_exists(finishedAt)',
      names: { '#status': 'status' },
      values: { ':status': ending.status, ':ending': ending, ':now': new Date().toISOString() },
    },
    { key: runningKey(id), update: 'SET untold = :yes REMOVE parked, woken, lookingUntil', values: { ':yes': true } },
    ...more,
  ]);
}

/** Everybody was told how it ended: it is off the running ones for good. */
export async function noteEndTold(id: string): Promise<void> {
  await transact([{ remove: runningKey(id) }]);
}

/** Adds to the facts that people are shown. */
export async function noteFacts(deployment: Deployment, facts: Facts): Promise<void> {
  if (Object.keys(facts).length === 0) return;
  await update({
    key: deploymentKey(deployment.id),
    update: 'SET facts = :facts',
    condition: 'attribute_exists(pk) AND attribute_not_exists(finishedAt)',
    values: { ':facts': { ...deployment.facts, ...facts } },
  });
}
