import type { Problem } from './errors.ts';
import type { Deployment } from './ledger/deployment.ts';
import type { Lock, Offline } from './ledger/lock.ts';

/** The same while that waits for its turn. */
export const aboutToChange = ({ id, pilot, trigger }: Pick<Deployment, 'id' | 'pilot' | 'trigger'>): Problem => ({
  code: 'PILOT_OFFLINE',
  message: `${pilot} is about to ${trigger.kind === 'online' ? 'come back online' : 'go offline'}: ${id}`,
  hint: `deploy again after that; pilot status ${pilot} tells`,
});

/** Whether the pilot is kept offline from then on. @param after what `offlineAfter` says. */
export const staysOffline = ({ offline }: Pick<Lock, 'offline'>, after: Offline | 'no' | undefined): boolean =>
  (after ?? offline ?? 'no') !== 'no';

/**
 * What is kept of a pilot's being offline once a deployment has ended; undefined: it stays as it is. Where nobody can tell
 * whether the pilot went offline, it counts as offline: then a person's word brings it back, and no upload.
 */
export function offlineAfter(
  { id, trigger, plan, before, pastCancelling }: Deployment,
  { status, serving }: Pick<NonNullable<Deployment['ending']>, 'status' | 'serving'>,
  { offline }: Pick<Lock, 'offline'>,
  now: Date,
): Offline | 'no' | undefined {
  // Nobody serves from a database that is only just there: it takes a person's word to bring the pilot back.
  if (trigger.kind === 'restore') return undefined;
  if (trigger.kind !== 'offline') return status === 'succeeded' ? 'no' : undefined;
  const isUnknown = pastCancelling !== undefined && serving === undefined;
  if (!plan || (status !== 'succeeded' && !isUnknown)) return undefined;
  // Told anew, with another page, it is still offline since the first time.
  const was = before?.release === undefined ? offline : undefined;
  return {
    ...was,
    deployment: id,
    at: was?.at ?? now.toISOString(),
    ...(trigger.requestedBy && { by: trigger.requestedBy }),
    release: before?.release ?? was?.release ?? plan.release,
    ...(before?.pointer && { pointer: before.pointer }),
  };
}

/** Why the database of a pilot cannot be replaced: whoever serves, or goes on serving, uses it. */
export const notOffline = (pilot: string): Problem => ({
  code: 'PILOT_NOT_OFFLINE',
  message: `${pilot} is not offline, and what serves uses the database whose place the snapshot would take`,
  expected: 'a pilot that somebody keeps offline',
  hint: `pilot offline ${pilot}`,
});
