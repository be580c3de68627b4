import { createHash, randomUUID } from 'node:crypto';
import { get, type Key, update } from '../aws/table.ts';

/** A pull request of a connection, and the webhook that told of it. */
export interface PullDelivery {
  connection: string;
  number: number;
  /** The commit that it told; undefined where it was closed: opened again, it is to be told anew. */
  commit: string | undefined;
  body: Uint8Array;
  at: Date;
}

/** A delivery that this caller alone passes on. */
export interface PullClaim {
  /** It was passed on: it never counts again. */
  done(): Promise<void>;
  /** It could not be: sent again, it counts. */
  giveBack(): Promise<void>;
}

interface DeliveryRow extends Key {
  claimedBy?: string;
}

const DAYS = 90;
/** Whoever has not passed it on by then was cut off. */
const PASSED_ON_WITHIN_MS = 10_000;

/**
 * Claims what a webhook tells of a pull request; once that was passed on, its commit is the one that was told last.
 * @returns undefined where the same bytes came before, and were passed on or are being passed on.
 */
export async function claimPull({
  connection,
  number,
  commit,
  body,
  at,
}: PullDelivery): Promise<PullClaim | undefined> {
  const key = deliveryKey(connection, number, body, commit === undefined ? 'closed pull' : 'pull');
  const expiresAt = expiryOf(at);
  const claimedBy = randomUUID();
  const claimed = await update<DeliveryRow>({
    key,
    update: 'SET claimedBy = :by, claimedAt = :now, expiresAt = :expiry',
    condition: 'attribute_not_exists(pk) OR (attribute_not_exists(passedOn) AND claimedAt < :before)',
    values: {
      ':by': claimedBy,
      ':now': at.toISOString(),
      ':before': new Date(at.getTime() - PASSED_ON_WITHIN_MS).toISOString(),
      ':expiry': expiresAt,
    },
  });
  // When the reply to the write was lost, its second try finds it done.
  if (!claimed.applied && claimed.now?.claimedBy !== claimedBy) return undefined;
  return {
    async done() {
      await change(key, 'SET passedOn = :yes', { ':yes': true });
      await noteTold({ connection, number, commit, at });
    },
    giveBack: () => change(key, 'SET claimedAt = :never', { ':never': '' }),
  };
}

async function change(key: Key, expression: string, values: Record<string, unknown>): Promise<void> {
  await update({ key, update: expression, values });
}

/** Notes which commit of a pull request was told last. */
export async function noteTold({ connection, number, commit, at }: Omit<PullDelivery, 'body'>): Promise<void> {
  await update({
    key: pullKey(connection, number),
    update:
      commit === undefined ? 'SET expiresAt = :expiry REMOVE #commit' : 'SET expiresAt = :expiry, #commit = :commit',
    names: { '#commit': 'commit' },
    values: { ':expiry': expiryOf(at), ...(commit !== undefined && { ':commit': commit }) },
  });
}

/** The commit of a pull request that was told last; undefined where none was, or long ago. */
export async function lastToldOf(connection: string, number: number): Promise<string | undefined> {
  return (await get<Key & { commit?: string }>(pullKey(connection, number)))?.commit;
}

const expiryOf = (at: Date): number => Math.floor(at.getTime() / 1000) + DAYS * 86_400;

const pullKey = (connection: string, number: number): Key => ({ pk: `PULLS#${connection}`, sk: `PULL#${number}` });

/** Beside those of pushes (push-recording.ts). Not every provider says in its bytes whether it was closed. */
function deliveryKey(connection: string, number: number, body: Uint8Array, what: 'pull' | 'closed pull'): Key {
  const bytes = createHash('sha256').update(body).digest('hex');
  const hash = createHash('sha256').update([connection, what, number, bytes].join('\n')).digest('hex');
  return { pk: `DELIVERY#${hash}`, sk: 'DELIVERY' };
}
