import { randomUUID } from 'node:crypto';
import { get, type Key, update } from '../aws/table.ts';
import type { Service } from '../edge/ranges.ts';
import type { Whose } from './backups.ts';
import { partition } from './keys.ts';

/** What of a pilot is to be let in by whom, as its stack stands since its latest deployment. */
export interface Opening {
  mode: 'vpc-origin' | 'managed-prefix-list' | 'prefix-list' | 'rules';
  service: Service;
  ipv6: boolean;
  /** The groups whose rules Pilotage keeps, in the order in which they are filled; none in other modes than `rules`. */
  groups: string[];
  /** The prefix lists that the groups of its stack name; none in other modes than `prefix-list`. */
  lists: string[];
  port: number;
}

/** How full a group is: rules that count against the quota, in each family. */
export interface GroupUse {
  id: string;
  ipv4: number;
  ipv6: number;
  /** Absent where nothing had to be asked for it. */
  allowed?: number;
}

/** How a pilot's groups, or a service's lists, stand. */
export interface EdgeState {
  opening?: Opening;
  /** Of all that decides what is let in: where it is still the same, nothing has to be looked at. */
  digest?: string;
  /** The list that they were brought to; it only rises. */
  token?: number;
  /** When (ISO) they were looked at last. */
  at?: string;
  outcome?: 'done' | 'failed' | 'waiting';
  code?: string;
  reason?: string;
  groups?: GroupUse[];
  /** Rules that a group may have, and when (ISO) AWS was asked for it. */
  quota?: { rules: number; at: string };
  /** Groups that were kept before, and whose rules are still to be removed. */
  left?: string[];
  /** The ids of a service's lists, as they were found last. */
  lists?: string[];
  /** How often somebody may have changed something after others had taken over: counted, so that each is looked after. */
  stirred?: number;
}

/** Whose groups, or which service's lists. */
export type Of = Whose | { lists: Service };

const keyOf = (of: Of): Key =>
  'lists' in of ? { pk: 'EDGE', sk: `LISTS#${of.lists}` } : { pk: partition(of.pilot, of.environment), sk: 'EDGE' };

export const findEdge = (of: Of): Promise<EdgeState | undefined> => get<EdgeState & Key>(keyOf(of));

/** The right to change a pilot's groups, or a service's lists. */
export interface EdgeClaim {
  key: Key;
  by: string;
  token: number;
  state: EdgeState;
}

/** Longer than any single call with all of its tries takes: nobody else is at it before that is over. */
const CLAIM_SECONDS = 120;
const UNCLAIMED = '(attribute_not_exists(claimedUntil) OR claimedUntil < :now)';
const NOT_NEWER = '(attribute_not_exists(#token) OR #token <= :token)';

const untilOf = (now: Date): string => new Date(now.getTime() + CLAIM_SECONDS * 1000).toISOString();

/**
 * Claims the work, for a list of ranges with this token. Whoever was cut off at it has it until then, and may have left anything
 * behind: until the work is noted as done, nobody goes by what it was before.
 * @returns undefined where somebody else is at it, or it was brought to a newer list.
 */
export async function claimEdge(of: Of, token: number, now: Date): Promise<EdgeClaim | undefined> {
  const by = randomUUID();
  const key = keyOf(of);
  const written = await update<EdgeState & Key & { claimed?: string }>({
    key,
    update: 'SET claimed = :by, claimedUntil = :until REMOVE digest',
    condition: `${UNCLAIMED} AND ${NOT_NEWER}`,
    names: { '#token': 'token' },
    values: { ':by': by, ':until': untilOf(now), ':now': now.toISOString(), ':token': token },
  });
  // When the reply to the write was lost, its second try finds it done.
  return written.now?.claimed === by ? { key, by, token, state: written.now } : undefined;
}

/** Whether the claim still holds, for as long as one that is made now. */
export async function stillClaimed({ key, by, token }: EdgeClaim, now: Date): Promise<boolean> {
  const { applied } = await update({
    key,
    update: 'SET claimedUntil = :until',
    condition: `claimed = :by AND ${NOT_NEWER}`,
    names: { '#token': 'token' },
    values: { ':by': by, ':until': untilOf(now), ':token': token },
  });
  return applied;
}

/**
 * Notes how it stands, and lets others at it.
 * @returns false where the claim was lost, or a newer list was synced: then nothing is noted.
 */
export async function leaveEdge(
  { key, by, token }: EdgeClaim,
  state: Omit<EdgeState, 'token' | 'stirred'>,
): Promise<boolean> {
  // Only what was brought to a list bars older ones.
  const told: EdgeState = { ...state, ...(state.outcome === 'done' && { token }) };
  const names = [
    'opening',
    'digest',
    'token',
    'at',
    'outcome',
    'code',
    'reason',
    'groups',
    'quota',
    'left',
    'lists',
  ] as const;
  const set = names.filter((name) => told[name] !== undefined);
  const gone = names.filter((name) => told[name] === undefined && !KEPT.includes(name));
  const { applied, now } = await update<EdgeState & Key & { notedBy?: string }>({
    key,
    update: `SET notedBy = :by, ${set.map((name) => `#${name} = :${name}`).join(', ')} REMOVE ${['claimed', 'claimedUntil', ...gone.map((name) => `#${name}`)].join(', ')}`,
    condition: `claimed = :by${told.token === undefined ? '' : ` AND ${NOT_NEWER}`}`,
    names: Object.fromEntries([...set, ...gone].map((name) => [`#${name}`, name])),
    values: { ':by': by, ...Object.fromEntries(set.map((name) => [`:${name}`, told[name]])) },
  });
  // When the reply to the write was lost, its second try finds it done.
  return applied || now?.notedBy === by;
}

const KEPT: readonly string[] = ['token', 'opening', 'lists'] satisfies (keyof EdgeState)[];

/** Notes that somebody who has lost the claim may have changed something all the same: whoever comes next has to look. */
export async function stirEdge({ key }: EdgeClaim): Promise<void> {
  await update({ key, update: 'ADD stirred :one', values: { ':one': 1 } });
}

/** Notes that what is there is what a newer list wants, too; not while somebody is at it, who has taken the digest away. */
export async function bringForward(of: Of, digest: string, token: number): Promise<void> {
  await update({
    key: keyOf(of),
    update: 'SET #token = :token',
    condition: `digest = :digest AND ${NOT_NEWER}`,
    names: { '#token': 'token' },
    values: { ':token': token, ':digest': digest },
  });
}
