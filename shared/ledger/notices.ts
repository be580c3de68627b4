import { randomUUID } from 'node:crypto';
import { type Key, update } from '../aws/table.ts';

/**
 * What each channel (`topic`, `slack`) was told of each deployment. Events come
 * twice, late and side by side; whoever sends holds a claim meanwhile, and what
 * was told is written down, so that the end of a deployment is told once.
 */
export interface Notice {
  /** Who is sending, and until when (ISO) nobody else may. */
  by?: string;
  until?: string;
  /** When (ISO) the last claim was given back. */
  backAt?: string;
  /** Something happened while somebody was sending: they look again before they leave. */
  again?: boolean;
  /** When (ISO) the end was told. Nothing is sent after it. */
  toldAt?: string;
  /** The one message that is kept up to date, and a digest of what it shows. */
  message?: Message;
  shown?: string;
  /** Since when (ISO) a message is being posted; its reply may have been lost. */
  postingSince?: string;
}

export interface Message {
  channel: string;
  ts: string;
}

/** The right to send. It lasts longer than a function may run, and ends before Lambda's first retry. */
export interface Claim {
  key: Key;
  by: string;
  notice: Notice;
}

export const CLAIM_SECONDS = 60;
const KEPT_DAYS = 90;

const noticeKey = (deployment: string, channel: string): Key => ({ pk: `NOTICE#${deployment}`, sk: channel });
const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
const BY = { '#by': 'by' };

/**
 * Claims the right to tell a channel of a deployment. Somebody who crashed keeps it for a minute.
 * @returns `told` when its end was told before, `busy` while somebody else is sending.
 */
export async function claimNotice(deployment: string, channel: string): Promise<Claim | 'told' | 'busy'> {
  const key = noticeKey(deployment, channel);
  const by = randomUUID();
  const { now } = await update<Notice & Key>({
    key,
    update: 'SET #by = :by, #until = :until, expiresAt = :expiry REMOVE again',
    // A copy of a claim that comes late must not claim again for somebody who has left: none would look after what comes then.
    condition:
      'attribute_not_exists(toldAt) AND (attribute_not_exists(#by) OR #until < :now) AND (attribute_not_exists(backAt) OR backAt < :now)',
    names: { ...BY, '#until': 'until' },
    values: {
      ':by': by,
      ':until': inSeconds(CLAIM_SECONDS),
      ':now': inSeconds(0),
      ':expiry': Math.floor(Date.now() / 1000) + KEPT_DAYS * 86_400,
    },
  });
  // A write whose reply was lost is sent again and finds its own claim: the name tells, not `applied`.
  if (now?.by === by) return { key, by, notice: now };
  return now?.toldAt ? 'told' : 'busy';
}

/**
 * Asks whoever is sending to look again before they leave.
 * @returns false when nobody is sending any more.
 */
export async function askToLookAgain(deployment: string, channel: string): Promise<boolean> {
  const asked = await update({
    key: noticeKey(deployment, channel),
    update: 'SET again = :yes',
    condition: 'attribute_exists(#by) AND #until >= :now',
    names: { ...BY, '#until': 'until' },
    values: { ':yes': true, ':now': inSeconds(0) },
  });
  return asked.applied;
}

/** Notes that a message is about to be posted. */
export const notePosting = (claim: Claim): Promise<void> =>
  note(claim, 'SET postingSince = :now REMOVE message, shown', { ':now': inSeconds(0) });

/** Notes which message shows what. */
export const noteShown = (claim: Claim, message: Message, shown: string): Promise<void> =>
  note(claim, 'SET message = :message, shown = :shown REMOVE postingSince', { ':message': message, ':shown': shown });

async function note({ key, by }: Claim, write: string, values: Record<string, unknown>): Promise<void> {
  const { applied } = await update({
    key,
    update: write,
    condition: '#by = :by',
    names: BY,
    values: { ...values, ':by': by },
  });
  if (!applied) throw new Error(`the claim on ${key.pk} ran out while its message was sent`);
}

/** Writes down that the end was told, and gives the claim back: even one that ran out, for told is told. */
export async function noteTold({ key }: Claim): Promise<void> {
  await update({
    key,
    update: 'SET toldAt = :now REMOVE #by, #until, again',
    names: { ...BY, '#until': 'until' },
    values: { ':now': inSeconds(0) },
  });
}

/**
 * Gives the claim back.
 * @returns false when something happened meanwhile: claim again and look.
 */
export async function giveBack({ key, by }: Claim): Promise<boolean> {
  const { now } = await update<Notice & Key>({
    key,
    update: 'SET backAt = :now REMOVE #by, #until',
    condition: '#by = :by',
    names: { ...BY, '#until': 'until' },
    values: { ':by': by, ':now': inSeconds(0) },
  });
  return !now?.again;
}
