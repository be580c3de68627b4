import { setTimeout as pause } from 'node:timers/promises';
import type { EventBridgeEvent } from 'aws-lambda';
import { readPush } from '../../shared/git/reading/read-push.ts';
import { findPush } from '../../shared/ledger/pushes.ts';
import { logOf } from '../../shared/log.ts';

const log = logOf('read-push');

/** Seconds after which a provider that does not show the push yet is asked again. What is pending then, each poll reads again. */
const AGAIN = [2, 5, 10];

/** A push was recorded: what it deploys is read, and asked for. */
export async function handler({ detail }: EventBridgeEvent<'PushReceived', { push?: unknown }>): Promise<void> {
  const push = typeof detail.push === 'string' ? await findPush(detail.push) : undefined;
  if (!push) return log.error('this is no push that is recorded; nothing is read', { detail });
  for (const seconds of [...AGAIN, undefined]) {
    const outcome = await readPush(push, new Date());
    if (outcome.kind !== 'later' || !outcome.isSoon || seconds === undefined) return;
    await pause(seconds * 1000);
  }
}
