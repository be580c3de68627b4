import { randomUUID } from 'node:crypto';
import { get, type Key, list, update } from '../aws/table.ts';
import { partition } from './keys.ts';

/** One backup of a pilot, for each time that it was due or asked for. */
export interface Backup {
  /** When it was due, or asked for (ISO). */
  at: string;
  /** When it was begun with (ISO). */
  begunAt: string;
  status: 'making' | 'done' | 'failed';
  /** Days that it is kept. */
  days: number;
  /** Who asked for it; absent where the schedule did. */
  by?: string;
  database?: { id: string; snapshot: string; state: 'wanted' | 'taking' | 'done' };
  files?: FilesCopied;
  /** What keeps it from being made, or why it was given up; told once. */
  trouble?: { code: string; reason: string };
  troubles?: number;
  /** Not before then (ISO). */
  nextAt?: string;
  toldAt?: string;
  finishedAt?: string;
}

export interface FilesCopied {
  /** The function that copies them, and where to. */
  copier: string;
  bucket: string;
  state: 'wanted' | 'done';
  /** How far they are. */
  after?: string;
  copied: number;
  bytes: number;
  removed: number;
  left: number;
  example?: string;
}

/** A restore into a database of its own, which is removed again: to see whether a snapshot is of any use. Or it stays. */
export interface Drill {
  /** When it was asked for (ISO). */
  at: string;
  status: 'making' | 'done' | 'failed';
  by?: string;
  database: string;
  snapshot: string;
  /** When (ISO) the snapshot was taken. */
  snapshotAt?: string;
  /** The database that it is restored into. */
  instance: string;
  state: 'wanted' | 'restoring' | 'arming' | 'removing' | 'over';
  /** It stays, and is given a password of its own. */
  stays?: true;
  /** The ARN of the secret with that password. */
  secret?: string;
  /** When (ISO) it was begun, and when the database was there. */
  begunAt?: string;
  thereAt?: string;
  /** What was looked at, in words. */
  checks?: string[];
  trouble?: { code: string; reason: string };
  toldAt?: string;
  finishedAt?: string;
}

export interface Whose {
  pilot: string;
  environment: string;
}

const PREFIX = { backup: 'BACKUP#', drill: 'DRILL#' } as const;
interface Kinds {
  backup: Backup;
  drill: Drill;
}
export type Kind = keyof Kinds;

/** Rows are kept for this long after the last copy is gone. */
const REMEMBERED_DAYS = 90;
const MOST = 200;

const keyOf = ({ pilot, environment }: Whose, kind: Kind, at: string): Key => ({
  pk: partition(pilot, environment),
  sk: `${PREFIX[kind]}${at}`,
});

/** The newest first. */
export const listOf = <K extends Kind>({ pilot, environment }: Whose, kind: K, most = MOST): Promise<Kinds[K][]> =>
  list<Kinds[K] & Key>(partition(pilot, environment), PREFIX[kind], most);

export const find = <K extends Kind>(whose: Whose, kind: K, at: string): Promise<Kinds[K] | undefined> =>
  get<Kinds[K] & Key>(keyOf(whose, kind, at));

/**
 * Writes down that one is wanted.
 * @returns false where it was written down before.
 */
export async function begin<K extends Kind>(whose: Whose, kind: K, row: Kinds[K]): Promise<boolean> {
  const days = 'days' in row ? row.days : 0;
  const expiresAt = Math.floor(Date.parse(row.at) / 1000) + (days + REMEMBERED_DAYS) * 86_400;
  const { names, values, sets } = assignments({ ...row, expiresAt });
  const { applied } = await update({
    key: keyOf(whose, kind, row.at),
    update: `SET ${sets}`,
    condition: 'attribute_not_exists(pk)',
    names,
    values,
  });
  return applied;
}

/** The right to work at one. */
export interface Claim<K extends Kind> {
  key: Key;
  by: string;
  row: Kinds[K];
}

/**
 * Claims the work at one that is in the making; whoever was cut off at it has it until then.
 * @returns undefined where it is over, or somebody else is at it.
 */
export async function claim<K extends Kind>(
  whose: Whose,
  kind: K,
  at: string,
  seconds: number,
  now: Date,
): Promise<Claim<K> | undefined> {
  const by = randomUUID();
  const key = keyOf(whose, kind, at);
  const written = await update<Kinds[K] & Key & { claimed?: string }>({
    key,
    update: 'SET claimed = :by, claimedUntil = :until',
    condition: '#status = :making AND (attribute_not_exists(claimedUntil) OR claimedUntil < :now)',
    names: { '#status': 'status' },
    values: {
      ':by': by,
      ':until': new Date(now.getTime() + seconds * 1000).toISOString(),
      ':now': now.toISOString(),
      ':making': 'making',
    },
  });
  // When the reply to the write was lost, its second try finds it done.
  return written.now?.claimed === by ? { key, by, row: written.now } : undefined;
}

/**
 * Notes how far it is.
 * @throws when somebody else is at it by now.
 */
export async function note<K extends Kind>(held: Claim<K>, set: Partial<Kinds[K]>): Promise<void> {
  const { names, values, sets } = assignments(set);
  const { applied } = await update({
    key: held.key,
    update: `SET ${sets}`,
    condition: 'claimed = :by',
    names,
    values: { ...values, ':by': held.by },
  });
  if (!applied) throw new Error(`the claim on ${held.key.sk} ran out`);
  held.row = { ...held.row, ...set };
}

/** Others may be at it from now on. */
export async function leave<K extends Kind>({ key, by }: Claim<K>): Promise<void> {
  await update({
    key,
    update: 'REMOVE claimed, claimedUntil',
    condition: 'claimed = :by',
    values: { ':by': by },
  });
}

function assignments(set: object) {
  const entries = Object.entries(set).filter(([, value]) => value !== undefined);
  return {
    names: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
    sets: entries.map(([name]) => `#${name} = :${name}`).join(', '),
  };
}
