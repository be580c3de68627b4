import { ofDeployment } from '../names.ts';
import type { Deployment } from './deployments.ts';
import type { Lock } from './lock.ts';

/** Whose turn it is. `claim` means: the waiting place should be ours. */
export type Turn = { turn: 'ours' } | { turn: 'waiting' } | { turn: 'claim' } | { turn: 'superseded'; by: string };

/**
 * Decides for a deployment that looked at the lock.
 *
 * An upload comes here only while it is its key's newest version, so it may take
 * the waiting place of any other upload, and of a rollback that is no newer. A
 * rollback that once lost the waiting place never takes it back.
 */
export function decideTurn(
  { id, trigger, queued }: Pick<Deployment, 'id' | 'trigger' | 'queued'>,
  { owner, waiting }: Pick<Lock, 'owner' | 'waiting'>,
): Turn {
  if (owner === id) return { turn: 'ours' };
  if (waiting === id) return { turn: 'waiting' };
  if (!waiting) return { turn: 'claim' };
  const displaced = trigger.kind !== 'upload' && queued;
  return displaced || requestedAt(waiting) > requestedAt(id) ? { turn: 'superseded', by: waiting } : { turn: 'claim' };
}

/** The id's time, to the second: the hash behind it says nothing about order. */
const requestedAt = (id: string): string => ofDeployment(id)?.order.split('-')[0] ?? '';
