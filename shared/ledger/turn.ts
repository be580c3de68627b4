import { ofDeployment } from '../names.ts';
import type { Deployment } from './deployment.ts';
import type { Lock } from './lock.ts';

/** Whose turn it is. `claim` means: the waiting place should be ours. */
export type Turn =
  | { turn: 'ours' }
  | { turn: 'waiting' | 'claim'; behind: string }
  | { turn: 'superseded'; by: string };

/**
 * Decides for a deployment that looked at the lock.
 *
 * What was asked for before something that had the lock already is superseded by it.
 * An upload comes here only while it is its key's newest version, so it may take
 * the waiting place of any other upload, and of a rollback that is no newer. A
 * rollback that once lost the waiting place never takes it back.
 */
export function decideTurn(
  { id, trigger, queued, requestedAt }: Pick<Deployment, 'id' | 'trigger' | 'queued' | 'requestedAt'>,
  { owner, waiting, newest, newestId }: Pick<Lock, 'owner' | 'waiting' | 'newest' | 'newestId'>,
): Turn {
  if (owner === id) return { turn: 'ours' };
  if (newest && newestId && newest > requestedAt.slice(0, 19)) return { turn: 'superseded', by: newestId };
  if (!owner) throw new Error('the lock is free and could not be taken: the deployment was ended meanwhile');
  if (waiting === id) return { turn: 'waiting', behind: owner };
  if (!waiting) return { turn: 'claim', behind: owner };
  const displaced = trigger.kind !== 'upload' && queued;
  return displaced || timeOf(waiting) > timeOf(id)
    ? { turn: 'superseded', by: waiting }
    : { turn: 'claim', behind: owner };
}

/** The id's time, to the second: the hash behind it says nothing about order. */
const timeOf = (id: string): string => ofDeployment(id)?.order.split('-')[0] ?? '';
