import { createHash, randomUUID } from 'node:crypto';
import { get, type Key, update } from '../aws/table.ts';

/** A pull request of a connection, and the webhook that told of it. */
export interface PullDelivery {
  connection: string;
  number: number;
  /** The commit that it told. */
  commit: string;
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
 * Claims what a webhook tells of a pull request, and keeps which commit was told last.
 * @returns undefined where the same bytes came before, and were passed on or are being passed on.
 */
export async function claimPull({
  connection,
  number,
  commit,
  body,
  at,
}: PullDelivery): Promise<PullClaim | undefined> {
  const key = deliveryKey(connection, number, body);
  const expiresAt = Math.floor(at.getTime() / 1000) + DAYS * 86_400;
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
  await update({
    key: pullKey(connection, number),
    update: 'SET #commit = :commit, expiresAt = :expiry',
    names: { '#commit': 'commit' },
    values: { ':commit': commit, ':expiry': expiresAt },
  });
  return {
    done: () => change(key, 'SET passedOn = :yes', { ':yes': true }),
    giveBack: () => change(key, 'SET claimedAt = :never', { ':never': '' }),
  };
}

async function change(key: Key, expression: string, values: Record<string, unknown>): Promise<void> {
  await update({ key, update: expression, values });
}

/** The commit of a pull request that was told last; undefined where none was. */
export async function lastToldOf(connection: string, number: number): Promise<string | undefined> {
  return (await get<Key & { commit: string }>(pullKey(connection, number)))?.commit;
}

const pullKey = (connection: string, number: number): Key => ({ pk: `PULLS#${connection}`, sk: `PULL#${number}` });

/** Beside those of pushes (push-recording.ts). */
function deliveryKey(connection: string, number: number, body: Uint8Array): Key {
  const bytes = createHash('sha256').update(body).digest('hex');
  const hash = createHash('sha256').update([connection, 'pull', number, bytes].join('\n')).digest('hex');
  return { pk: `DELIVERY#${hash}`, sk: 'DELIVERY' };
}
