import { type Key, transact, update, type Write } from '../aws/table.ts';
import type { Facts, Warnings } from '../outcome.ts';
import type { Plan } from '../targets/target.ts';
import type { Deployment, Policy } from './deployment.ts';
import { deploymentKey } from './keys.ts';
import { planOf } from './settled.ts';

/** What a step may settle for the steps after it. */
export type Settled = Partial<
  Pick<
    Deployment,
    | 'plan'
    | 'policy'
    | 'build'
    | 'queued'
    | 'lookedUp'
    | 'touched'
    | 'fence'
    | 'before'
    | 'alreadyLive'
    | 'verified'
    | 'alarms'
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
  if (!written.applied) throw hasEnded(id);
  return written.now;
}

/** What a step finds that was given up, and goes on after its deployment was brought to an end. */
export const hasEnded = (id: string): Error => new Error(`${id} has ended; nothing more is settled for it`);

/**
 * Keeps which share of the traffic the release has now, and since when. What a
 * worker tells late, of a share that was raised since, changes nothing.
 * @returns the deployment after it.
 */
export async function noteShift(id: string, weight: number): Promise<Deployment> {
  const written = await update<Deployment & Key>({
    key: deploymentKey(id),
    update: 'SET shifted = :shifted',
    condition:
      'attribute_exists(pk) AND attribute_not_exists(finishedAt) AND (attribute_not_exists(shifted) OR shifted.weight < :weight)',
    values: { ':shifted': { weight, at: new Date().toISOString() }, ':weight': weight },
  });
  if (!written.now || written.now.finishedAt) throw hasEnded(id);
  return written.now;
}

/** What the alarms said is of no use where no share was given after it: the next look settles it anew. */
export async function forgetAlarms(id: string): Promise<void> {
  await update({
    key: deploymentKey(id),
    update: 'REMOVE alarms',
    condition: 'attribute_exists(pk) AND attribute_not_exists(finishedAt) AND attribute_not_exists(shifted)',
  });
}

/**
 * Keeps what Validate settled, or Build, once, with the writes that go with it.
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
  return first ? planned.plan : planOf(await settle(id, {}, planned));
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

/** Keeps what a step warned of; run again without a warning, it has none any more. */
export async function noteWarning({ id, warnings = {} }: Deployment, step: string, warning?: string): Promise<void> {
  if (warnings[step] === warning) return;
  const { [step]: _, ...others } = warnings;
  const now: Warnings = warning === undefined ? others : { ...others, [step]: warning };
  await update({
    key: deploymentKey(id),
    update: 'SET warnings = :warnings',
    condition: 'attribute_exists(pk) AND attribute_not_exists(finishedAt)',
    values: { ':warnings': now },
  });
}
