import { randomUUID } from 'node:crypto';
import { get, type Key, update } from '../aws/table.ts';

/** A command that somebody asked to be run on an instance, under the request that it was asked with. */
export interface Run {
  /** Who sends it; absent once that was refused. */
  by?: string;
  instance?: string;
  /** Its id at Systems Manager; absent while it is being sent, and where the answer was lost. */
  command?: string;
}

interface Whose {
  pilot: string;
  environment: string;
  request: string;
}

/** Systems Manager itself forgets them after 30 days. */
const KEPT_DAYS = 30;
const BY = { '#by': 'by' };

const keyOf = ({ pilot, environment, request }: Whose): Key => ({ pk: `RUN#${pilot}#${environment}`, sk: request });

export const findRun = (whose: Whose): Promise<(Run & Key) | undefined> => get<Run & Key>(keyOf(whose));

/**
 * Claims the right to send the command of a request, which one caller ever has.
 * @returns the claim, or what is known of the command where another call has it.
 */
export async function claimRun(whose: Whose): Promise<{ by: string } | { known: Run }> {
  const by = randomUUID();
  const { now } = await update<Run & Key>({
    key: keyOf(whose),
    update: 'SET #by = :by, expiresAt = :expiry',
    condition: 'attribute_not_exists(#by)',
    names: BY,
    values: { ':by': by, ':expiry': Math.floor(Date.now() / 1000) + KEPT_DAYS * 86_400 },
  });
  // A write whose reply was lost is sent again and finds its own claim: the name tells, not `applied`.
  return now?.by === by ? { by } : { known: now ?? {} };
}

/** Notes what the command of a request became. */
export async function noteSent(whose: Whose, instance: string, command: string): Promise<void> {
  await update({
    key: keyOf(whose),
    update: 'SET #instance = :instance, #command = :command',
    names: { '#instance': 'instance', '#command': 'command' },
    values: { ':instance': instance, ':command': command },
  });
}

/** Nothing was sent: the request may be tried again. */
export async function giveRunBack(whose: Whose, by: string): Promise<void> {
  await update({ key: keyOf(whose), update: 'REMOVE #by', condition: '#by = :by', names: BY, values: { ':by': by } });
}
