import { type Check, type Key, transact, update, type Write } from '../aws/table.ts';
import type { Deployment, EndingRecord } from './deployment.ts';
import { deploymentKey, runningKey } from './keys.ts';

/** The steps that bring a deployment to an end; once they began, no other step may begin. */
export const ENDING_STEPS = ['Rollback', 'Revert', 'Unlock'];

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

/** That the end of a deployment has not begun, for writes that must not come after it. */
export const notEnding = (id: string): Check => ({
  check: deploymentKey(id),
  condition: `attribute_exists(pk) AND attribute_not_exists(finishedAt) AND ${ENDING_STEPS.map((_, n) => `attribute_not_exists(steps.#step${n})`).join(' AND ')}`,
  names: Object.fromEntries(ENDING_STEPS.map((step, n) => [`#step${n}`, step])),
});

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
