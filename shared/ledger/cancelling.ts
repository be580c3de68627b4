import { type Key, update } from '../aws/table.ts';
import type { Deployment } from './deployment.ts';
import { deploymentKey } from './keys.ts';
import { hasEnded } from './settling.ts';

/** The steps that nobody can cancel: those that bring a deployment to an end, and Finish, before which Shift says so. */
export const PAST_CANCELLING = ['Finish', 'Rollback', 'Revert', 'Unlock'];

/** Who asked that a deployment be given up, and when. */
export interface Cancelled {
  by: string;
  at: string;
}

/**
 * Asks a running deployment to give up; the step at work, or the next one, sees it.
 * @returns the deployment as it stands, with `cancelled` when that is now (or was
 *   before) asked for, without when it is too late; undefined when there is none.
 */
export async function askToCancel(id: string, by: string): Promise<Deployment | undefined> {
  const asked = await update<Deployment & Key>({
    key: deploymentKey(id),
    update: 'SET cancelled = if_not_exists(cancelled, :cancelled)',
    condition: `attribute_exists(pk) AND attribute_not_exists(finishedAt) AND attribute_not_exists(pastCancelling) AND ${PAST_CANCELLING.map((_, n) => `attribute_not_exists(steps.#step${n})`).join(' AND ')}`,
    names: Object.fromEntries(PAST_CANCELLING.map((step, n) => [`#step${n}`, step])),
    values: { ':cancelled': { by, at: new Date().toISOString() } satisfies Cancelled },
  });
  return asked.now;
}

/**
 * From now on nobody can give the deployment up.
 * @returns who did so before; undefined when nobody did.
 */
export async function closeCancelling(id: string): Promise<Cancelled | undefined> {
  const closed = await update<Deployment & Key>({
    key: deploymentKey(id),
    update: 'SET pastCancelling = if_not_exists(pastCancelling, :now)',
    condition: 'attribute_exists(pk) AND attribute_not_exists(finishedAt) AND attribute_not_exists(cancelled)',
    values: { ':now': new Date().toISOString() },
  });
  if (closed.applied) return undefined;
  if (closed.now?.cancelled && !closed.now.finishedAt) return closed.now.cancelled;
  throw hasEnded(id);
}
