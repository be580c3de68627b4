import { get, type Key, update, type Write } from '../aws/table.ts';
import { partition } from './deployments.ts';

/**
 * One lock per pilot and environment. It names its owner (a deployment), the
 * newest deployment that waits, and a fencing number that rises with each
 * owner, so that writes of an owner who lost it can be told and refused.
 */
export interface Lock {
  owner?: string;
  waiting?: string;
  fence: number;
  since?: string;
}

const lockKey = (pilot: string, environment: string): Key => ({ pk: partition(pilot, environment), sk: 'LOCK' });

export async function readLock(pilot: string, environment: string): Promise<Lock> {
  return (await get<Lock & Key>(lockKey(pilot, environment))) ?? { fence: 0 };
}

/**
 * Takes the lock if it is free, or finds that it is ours already.
 * @returns the lock as it stands; it is ours when `owner` is `id`.
 */
export async function takeLock(pilot: string, environment: string, id: string): Promise<Lock> {
  const written = await update<Lock & Key>({
    key: lockKey(pilot, environment),
    update: 'SET #owner = :id, fence = if_not_exists(fence, :zero) + :one, since = :now',
    condition: 'attribute_not_exists(#owner)',
    names: { '#owner': 'owner' },
    values: { ':id': id, ':zero': 0, ':one': 1, ':now': new Date().toISOString() },
  });
  if (!written.now) throw new Error(`the lock of ${pilot} in ${environment} could not be read`);
  return written.now;
}

/**
 * Raises the fencing number of a lock that `id` holds, so that a worker of its
 * own which was given up, but still runs, can no longer move the pointer.
 * @returns the new number, or undefined when `id` does not hold the lock.
 */
export async function raiseFence(pilot: string, environment: string, id: string): Promise<number | undefined> {
  const written = await update<Lock & Key>({
    key: lockKey(pilot, environment),
    update: 'SET fence = fence + :one',
    condition: '#owner = :id',
    names: { '#owner': 'owner' },
    values: { ':id': id, ':one': 1 },
  });
  return written.applied ? written.now.fence : undefined;
}

/**
 * Becomes the one that waits, in place of `instead` (whoever was read there).
 * @returns false when the lock changed in between: read it again.
 */
export async function waitForLock(pilot: string, environment: string, id: string, seen: Lock): Promise<boolean> {
  const written = await update({
    key: lockKey(pilot, environment),
    update: 'SET waiting = :id',
    condition: `#owner = :owner AND ${seen.waiting ? 'waiting = :seen' : 'attribute_not_exists(waiting)'}`,
    names: { '#owner': 'owner' },
    values: { ':id': id, ':owner': seen.owner, ...(seen.waiting && { ':seen': seen.waiting }) },
  });
  return written.applied;
}

/** The write that makes `id` neither own nor wait for the lock, or undefined when it does neither. */
export function leaveLock(pilot: string, environment: string, id: string, seen: Lock): Write | undefined {
  const field = seen.owner === id ? 'owner' : seen.waiting === id ? 'waiting' : undefined;
  if (!field) return undefined;
  return {
    key: lockKey(pilot, environment),
    update: field === 'owner' ? 'REMOVE #field, since' : 'REMOVE #field',
    condition: '#field = :id',
    names: { '#field': field },
    values: { ':id': id },
  };
}
