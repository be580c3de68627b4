import { publish } from '../../aws/bus.ts';
import type { Connection } from '../../ledger/connections.ts';
import { recordPush } from '../../ledger/pushes.ts';
import { logOf } from '../../log.ts';
import type { PushTold } from '../told.ts';

const log = logOf('poll');

export interface LostPush extends Pick<PushTold, 'ref' | 'commit' | 'before'> {
  /** The push that was the last of its ref when it was looked at; undefined where there was none. */
  seen: string | undefined;
}

/** Records a push that a look at the provider found, and has it read, unless a webhook told of it meanwhile. */
export async function recordLost(
  { id: connection, repository }: Connection,
  { seen, ...found }: LostPush,
  at: Date,
): Promise<void> {
  const { ref, commit } = found;
  const push = { told: 'push', ...found } as const;
  const recorded = await recordPush({ connection, repository, push, via: 'poll', seen, at });
  if (recorded.outcome === 'duplicate') return;
  log.warn('a push came without its webhook', { push: recorded.push.id, repository, [ref.kind]: ref.name });
  await publish('PushReceived', { push: recorded.push.id, connection, repository, ref, commit });
}
