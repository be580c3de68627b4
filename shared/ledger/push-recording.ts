import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { get, type Key, transact, type Write } from '../aws/table.ts';
import type { PushTold } from '../git/told.ts';
import { type Head, headKey, type Push, pendingKey, pushKey } from './push.ts';

export interface PushToRecord {
  connection: string;
  /** `host/owner/name`. */
  repository: string;
  push: PushTold;
  via: Push['via'];
  /** Of a poll: the push that was the last of its ref when it looked. What was found counts only while that is so. */
  seen?: string | undefined;
  /** The bytes of the webhook, which count once. */
  body?: Uint8Array;
  at: Date;
}

/** `push`: the one that was recorded of it, where that is known. */
export type Recorded = { outcome: 'recorded'; push: Push } | { outcome: 'duplicate'; push?: string };

const DELIVERIES_DAYS = 90;
const PUSHES_DAYS = 400;
/** Others may record pushes of the same ref at the same moment. */
const TRIES = 8;

/**
 * Records a push, unless the same bytes came before, or its commit is already the last of its ref. Where that one was
 * superseded, the ref has come back to it; where it failed, somebody has it read once more, by the same bytes as well.
 * All that is written is one transaction, so two at once give one push.
 * @throws when it could not be recorded: it is to be sent again.
 */
export async function recordPush(wanted: PushToRecord): Promise<Recorded> {
  const { connection, push, via, seen } = wanted;
  const delivery = deliveryKey(wanted);
  const recordedBy = randomUUID();
  for (let tried = 0; tried < TRIES; tried++) {
    if (tried > 0) await after(Math.random() * 20 * 2 ** tried);
    const head = await get<Head & Key>(headKey(connection, push.ref));
    const isKnown = via === 'poll' ? head?.push !== seen : head?.commit === push.commit && !mayComeAgain(head);
    if (isKnown) return { outcome: 'duplicate', ...(head && { push: head.push }) };
    const fresh = pushOf(wanted, head);
    if (await isWritten(fresh, head, delivery, recordedBy)) return { outcome: 'recorded', push: fresh };
    const before = delivery && (await get<Key & { push: string }>(delivery));
    if (before) return { outcome: 'duplicate', push: before.push };
  }
  throw new Error(`pushes of ${push.ref.name} are recorded all the time; this one was not`);
}

const mayComeAgain = ({ outcome }: Head): boolean => outcome === 'failed' || outcome === 'superseded';

function pushOf({ connection, repository, push, via, at }: PushToRecord, head: Head | undefined): Push {
  const { told: _, ...told } = push;
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
  // By the push before it, since a ref may come back to a commit within one second.
  const hash = digest(push.ref.kind, push.ref.name, push.commit, head?.push ?? '').slice(0, 12);
  const id = `${connection}-${time}-${hash}`;
  return { id, connection, repository, ...told, at: at.toISOString(), via, state: 'pending' };
}

/** Whether it is this call that wrote it. */
async function isWritten(
  push: Push,
  head: Head | undefined,
  delivery: Key | undefined,
  recordedBy: string,
): Promise<boolean> {
  const key = pushKey(push.id) as Key;
  // What a poll found gives way to a webhook that came meanwhile; and of what comes again one counts.
  const isBound = push.via === 'poll' || head?.commit === push.commit;
  const last = isBound ? head?.push : undefined;
  const unmoved = last === undefined ? NEW : LAST;
  const toHead = assigned({ ref: push.ref, commit: push.commit, push: push.id, at: push.at }, { ':last': last });
  const expiresAt = expiryOf(push.at, PUSHES_DAYS);
  const writes: Write[] = [
    { key, ...assigned({ ...push, recordedBy, expiresAt }), condition: NEW },
    { key: pendingKey(push.id), ...assigned({ connection: push.connection, expiresAt }) },
    {
      ...{ key: headKey(push.connection, push.ref), ...toHead, update: `${toHead.update} REMOVE outcome` },
      condition: isBound ? unmoved : ELSEWHERE,
    },
  ];
  if (delivery) {
    const kept = { push: push.id, expiresAt: expiryOf(push.at, DELIVERIES_DAYS) };
    const failed = head?.outcome === 'failed' ? last : undefined;
    writes.push({
      ...{ key: delivery, ...assigned(kept, { ':last': failed }) },
      condition: failed === undefined ? NEW : `${NEW} OR ${LAST}`,
    });
  }
  if (await transact(writes).catch(isConflict)) return true;
  // When the reply to the write was lost, its second try finds it done.
  return (await get<Key & { recordedBy?: string }>(key))?.recordedBy === recordedBy;
}

const NEW = 'attribute_not_exists(pk)';
const LAST = '#push = :last';
const ELSEWHERE = `${NEW} OR #commit <> :commit`;

/** @returns false where another transaction was at the same rows, which is as good as a condition that did not hold. */
export function isConflict(error: unknown): false {
  const isOther = error instanceof TransactionCanceledException;
  if (isOther && error.CancellationReasons?.some(({ Code }) => Code === 'TransactionConflict')) return false;
  throw error;
}

function assigned(set: object, more: object = {}): Pick<Write, 'update' | 'names' | 'values'> {
  const entries = Object.entries(set).filter(([, value]) => value !== undefined);
  return {
    update: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    names: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries([...entries.map(([name, value]) => [`:${name}`, value]), ...Object.entries(more)]),
  };
}

/** Bitbucket tells of several refs in one body: each counts once. */
function deliveryKey({ connection, push: { ref }, body }: PushToRecord): Key | undefined {
  if (!body) return undefined;
  const hash = digest(connection, ref.kind, ref.name, createHash('sha256').update(body).digest('hex'));
  return { pk: `DELIVERY#${hash}`, sk: 'DELIVERY' };
}

const digest = (...parts: string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex');
const expiryOf = (at: string, days: number): number => Math.floor(Date.parse(at) / 1000) + days * 86_400;
