import { isKeptOffline } from '../events.ts';
import type { Deployment } from './deployment.ts';
import type { Lock } from './lock.ts';

/** Whose turn it is. `claim` means: the waiting place should be ours. */
export type Turn =
  | { turn: 'ours' }
  | { turn: 'waiting' | 'claim'; behind: string }
  | { turn: 'superseded' | 'refused'; by: string };

/**
 * Decides for a deployment that looked at the lock.
 *
 * What was asked for before something that had the lock already is superseded by it.
 * An upload comes here only while it is its key's newest version, so it may take
 * the waiting place of whatever was not asked for in a later second. A push comes here only while no later one
 * had the lock, and of two pushes the one that was recorded later is newer, also within a second. A rollback, a
 * retry or a push that once lost the waiting place never takes it back: no two push each other out for ever.
 * Nothing that goes live of its own accord takes the place of somebody's word that the pilot goes offline, or comes back.
 * @param rival whoever has the waiting place and has not ended.
 */
export function decideTurn(
  { id, trigger, queued, requestedAt }: Pick<Deployment, 'id' | 'trigger' | 'queued' | 'requestedAt'>,
  { owner, newest, newestId }: Pick<Lock, 'owner' | 'newest' | 'newestId'>,
  rival?: Asked & Pick<Deployment, 'id'>,
): Turn {
  if (owner === id) return { turn: 'ours' };
  if (newest && newestId && newest > secondOf(requestedAt)) return { turn: 'superseded', by: newestId };
  if (!owner) throw new Error('the lock is free and could not be taken: somebody else was faster, or ended us');
  if (!rival) return { turn: 'claim', behind: owner };
  if (rival.id === id) return { turn: 'waiting', behind: owner };
  const { kind } = rival.trigger;
  if ((kind === 'offline' || kind === 'online') && isKeptOffline(trigger)) return { turn: 'refused', by: rival.id };
  const displaced = queued && (trigger.kind !== 'upload' || trigger.retryOf !== undefined);
  return displaced || isLater(rival, { trigger, requestedAt })
    ? { turn: 'superseded', by: rival.id }
    : { turn: 'claim', behind: owner };
}

type Asked = Pick<Deployment, 'requestedAt' | 'trigger'>;

/** Whether one was asked for after another, as far as that can be told: only pushes are recorded by one clock, and finely. */
export const isLater = (one: Asked, other: Asked): boolean =>
  one.trigger.kind === 'push' && other.trigger.kind === 'push'
    ? one.requestedAt > other.requestedAt
    : secondOf(one.requestedAt) > secondOf(other.requestedAt);

/** S3 tells when something was uploaded to the second: nothing finer can be compared. */
export const secondOf = (at: string): string => at.slice(0, 19);
