import { get, type Key, transact, update, type Write } from '../aws/table.ts';
import { deploymentKey, partition } from './keys.ts';

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
  /** When the latest that ever had it was asked for, and which one that was. */
  newest?: string;
  newestId?: string;
  /** What the pointer was to say last, and when (ISO) it was about to be written. */
  moved?: Moved;
  /** Somebody keeps the pilot offline, until they say otherwise. */
  offline?: Offline;
}

/** Since when a pilot is kept offline, by whom, and what was live before. */
export interface Offline {
  /** The deployment that took it offline. */
  deployment: string;
  by?: string;
  /** ISO time. */
  at: string;
  release: string;
  /** How that was served; `Live.pointer`. */
  pointer?: string;
}

/** A move of the traffic: percent for each release; empty when the pilot goes offline. */
export interface Moved {
  weights: Record<string, number>;
  at: string;
}

const lockKey = (pilot: string, environment: string): Key => ({ pk: partition(pilot, environment), sk: 'LOCK' });

export async function readLock(pilot: string, environment: string): Promise<Lock> {
  return (await get<Lock & Key>(lockKey(pilot, environment))) ?? { fence: 0 };
}

/** Who asks for the lock, and when it was asked for (to the second, by our clock or S3's). */
export interface Claimant {
  id: string;
  pilot: string;
  environment: string;
  at: string;
}

/**
 * Takes the lock if it is free and nothing that was asked for later had it
 * before: an older trigger never comes after a newer one. Its owner waits no more.
 * @param known the lock as it was read last, where something was decided by it; whoever had it since keeps it.
 * @returns the lock as it stands; it is ours when `owner` is our id, and somebody
 *   newer had it when `newest` is later than us.
 */
export async function takeLock({ id, pilot, environment, at }: Claimant, known?: Lock): Promise<Lock> {
  const seen = known ?? (await readLock(pilot, environment));
  if (seen.owner || (seen.newest ?? '') > at) return seen;
  await transact([
    {
      key: lockKey(pilot, environment),
      update: `SET #owner = :id, fence = :next, since = :now, newest = :at, newestId = :id${seen.waiting === id ? ' REMOVE waiting' : ''}`,
      // Whoever had it since has raised the number.
      condition: 'attribute_not_exists(#owner) AND (attribute_not_exists(fence) OR fence = :fence)',
      names: { '#owner': 'owner' },
      values: { ':id': id, ':fence': seen.fence, ':next': seen.fence + 1, ':now': new Date().toISOString(), ':at': at },
    },
    // A worker that was given up must not take it for a deployment that has ended.
    { check: deploymentKey(id), condition: 'attribute_exists(pk) AND attribute_not_exists(finishedAt)' },
  ]);
  return readLock(pilot, environment);
}

/** Takes the lock from an owner that has ended without leaving it. */
export async function freeFrom(pilot: string, environment: string, dead: string): Promise<void> {
  await update({
    key: lockKey(pilot, environment),
    update: 'REMOVE #owner, since',
    condition: '#owner = :dead',
    names: { '#owner': 'owner' },
    values: { ':dead': dead },
  });
}

/**
 * Raises the fencing number of a lock that `id` holds, so that a worker of its
 * own which was given up, but still runs, can no longer move the pointer.
 * @returns the new number, or undefined when `id` does not hold the lock.
 */
export async function raiseFence(pilot: string, environment: string, id: string): Promise<number | undefined> {
  const { fence } = await readLock(pilot, environment);
  // Not `fence + 1` in the write itself: that would count twice when the request comes twice.
  const written = await update<Lock & Key>({
    key: lockKey(pilot, environment),
    update: 'SET fence = :next',
    condition: '#owner = :id AND fence = :fence',
    names: { '#owner': 'owner' },
    values: { ':id': id, ':fence': fence, ':next': fence + 1 },
  });
  if (written.now?.owner !== id) return undefined;
  // When the answer to the first try was lost, the second finds it done.
  if (written.now.fence !== fence + 1) throw new Error('the lock changed while it was read');
  return fence + 1;
}

/**
 * Writes down what the pointer is about to say, right before it is written: a read of
 * the pointer may be old, this one is not.
 * @returns false when `id` no longer holds the lock under that number: it must leave the pointer alone.
 */
export async function noteMove(
  { pilot, environment, id }: Pick<Claimant, 'pilot' | 'environment' | 'id'>,
  fence: number,
  weights: Moved['weights'],
): Promise<boolean> {
  const written = await update<Lock & Key>({
    key: lockKey(pilot, environment),
    update: 'SET moved = :moved',
    condition: '#owner = :id AND fence = :fence',
    names: { '#owner': 'owner' },
    values: { ':id': id, ':fence': fence, ':moved': { weights, at: new Date().toISOString() } satisfies Moved },
  });
  return written.applied;
}

/** Whether a deployment has the lock under this number. */
export async function isHeld(
  { pilot, environment, id }: Pick<Claimant, 'pilot' | 'environment' | 'id'>,
  fence: number,
): Promise<boolean> {
  const lock = await readLock(pilot, environment);
  return lock.owner === id && lock.fence === fence;
}

/** That a deployment has the lock under this number, for the writes that go by it. */
export const stillHeld = (
  { pilot, environment, id }: Pick<Claimant, 'pilot' | 'environment' | 'id'>,
  fence: number,
) => ({
  check: lockKey(pilot, environment),
  condition: '#owner = :id AND fence = :fence',
  names: { '#owner': 'owner' },
  values: { ':id': id, ':fence': fence },
});

/** That nobody has the lock, for the writes of what looks after pilots between their deployments. */
export const nobodyHolds = ({ pilot, environment }: Pick<Claimant, 'pilot' | 'environment'>) => ({
  check: lockKey(pilot, environment),
  condition: 'attribute_not_exists(#owner)',
  names: { '#owner': 'owner' },
});

/**
 * Becomes the one that waits, in place of `instead` (whoever was read there).
 * @returns false when the lock changed in between: read it again.
 */
export async function waitForLock(pilot: string, environment: string, id: string, seen: Lock): Promise<boolean> {
  const written = await update<Lock & Key>({
    key: lockKey(pilot, environment),
    update: 'SET waiting = :id',
    condition: `#owner = :owner AND ${seen.waiting ? 'waiting = :seen' : 'attribute_not_exists(waiting)'}`,
    names: { '#owner': 'owner' },
    values: { ':id': id, ':owner': seen.owner, ...(seen.waiting && { ':seen': seen.waiting }) },
  });
  // When the answer to the first try was lost, the second finds it done.
  return written.applied || written.now?.waiting === id;
}

const NOT_OWNER = '(attribute_not_exists(#owner) OR #owner <> :id)';

/** That `id` does not own the lock: a claim of its own that came late must not outlive it. */
export const notOwned = (pilot: string, environment: string, id: string) => ({
  check: lockKey(pilot, environment),
  condition: NOT_OWNER,
  names: { '#owner': 'owner' },
  values: { ':id': id },
});

/**
 * The write that makes `id` neither own nor wait for the lock, or undefined when it does neither.
 * @param offline where `id` owns it: what is said of the pilot's being offline from then on; `no`: it is not any more.
 */
export function leaveLock(
  pilot: string,
  environment: string,
  id: string,
  seen: Lock,
  offline?: Offline | 'no',
): Write | undefined {
  const field = seen.owner === id ? 'owner' : seen.waiting === id ? 'waiting' : undefined;
  if (!field) return undefined;
  const isOwner = field === 'owner';
  const told = isOwner && typeof offline === 'object' ? offline : undefined;
  const isOver = isOwner && offline === 'no' && seen.offline;
  return {
    key: lockKey(pilot, environment),
    update: `${told ? 'SET #offline = :offline ' : ''}REMOVE #field${isOwner ? ', since' : ''}${isOver ? ', #offline' : ''}`,
    condition: isOwner ? '#field = :id' : `#field = :id AND ${NOT_OWNER}`,
    names: {
      '#field': field,
      ...(!isOwner && { '#owner': 'owner' }),
      ...((told || isOver) && { '#offline': 'offline' }),
    },
    values: { ':id': id, ...(told && { ':offline': told }) },
  };
}
