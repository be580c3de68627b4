import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { get, type Key, transact, type Write } from '../aws/table.ts';
import type { PushOutcome } from '../events.ts';
import { type Head, headKey, type Push, type PushedPilot, pendingKey, placeKey, pushKey } from './push.ts';
import { isConflict } from './push-recording.ts';

/** Pushes of the same ref may be recorded at the same moment. */
const TRIES = 8;

/**
 * Notes what became of a push that was pending, and at its branch what was read of it.
 * @returns false where somebody had noted it before: that counts.
 */
export async function notePush(id: string, outcome: PushOutcome, pilots?: PushedPilot[]): Promise<boolean> {
  const key = pushKey(id);
  if (!key) throw new Error(`${id} is no push's id`);
  const readBy = randomUUID();
  const noted: Write = {
    key,
    update: `SET #state = :read, outcome = :outcome, readAt = :now, readBy = :by${pilots ? ', pilots = :pilots' : ''}`,
    condition: '#state = :pending',
    names: { '#state': 'state' },
    values: {
      ':read': 'read',
      ':pending': 'pending',
      ':outcome': outcome,
      ':now': new Date().toISOString(),
      ':by': readBy,
      ':pilots': pilots,
    },
  };
  for (let tried = 0; tried < TRIES; tried++) {
    if (tried > 0) await after(Math.random() * 20 * 2 ** tried);
    const push = await get<Push & Key & { readBy?: string }>(key);
    // When the reply to the write was lost, the next look finds it done.
    if (push?.state !== 'pending') return push?.readBy === readBy;
    const head = await get<Head & Key>(headKey(push.connection, push.ref));
    const atHead = head ? notedAt(head, push, outcome, pilots) : [];
    if (await transact([noted, { remove: pendingKey(id) }, ...atHead]).catch(isConflict)) return true;
  }
  throw new Error(`pushes are recorded all the time; what became of ${id} was not noted`);
}

/** The ref's row tells what became of its last push; and of a branch which commit was read, by the newest push that was. */
function notedAt(head: Head, push: Push, { kind }: PushOutcome, pilots: PushedPilot[] = []): Write[] {
  const key = headKey(push.connection, push.ref);
  const isLast = head.push === push.id;
  const read = push.ref.kind === 'branch' ? readOf(pilots, push.commit) : {};
  const isNewer = Object.keys(read).length > 0 && (head.readAt === undefined || head.readAt <= push.at);
  if (!isLast && !isNewer) return [];
  const sets = [...(isLast ? ['outcome = :kind'] : []), ...(isNewer ? ['#read = :commits, readAt = :at'] : [])];
  return [
    {
      key,
      update: `SET ${sets.join(', ')}`,
      condition: `#push = :last AND ${head.readAt === undefined ? 'attribute_not_exists(readAt)' : 'readAt = :seen'}`,
      names: { '#push': 'push', ...(isNewer && { '#read': 'read' }) },
      values: {
        ':last': head.push,
        ':seen': head.readAt,
        ':kind': isLast ? kind : undefined,
        ':commits': isNewer ? { ...head.read, ...read } : undefined,
        ':at': isNewer ? push.at : undefined,
      },
    },
  ];
}

/** What was refused or is wrong was not read: what it changed is still to be deployed. */
function readOf(pilots: readonly PushedPilot[], commit: string): Record<string, string> {
  const read = pilots.filter(({ deployment, isUntouched }) => deployment !== undefined || isUntouched);
  return Object.fromEntries(read.map(({ pilot, environment = '' }) => [placeKey(pilot, environment), commit]));
}
