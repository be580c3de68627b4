import { randomUUID } from 'node:crypto';
import { get, type Key, list, transact, update } from '../aws/table.ts';
import type { Service } from '../edge/ranges.ts';
import type { Whose } from './backups.ts';
import { partition } from './keys.ts';

/** AWS's published ranges as they were read last. */
export interface KnownRanges {
  token: number;
  /** What a conditional GET says, so that an unchanged list is not sent again. */
  etag?: string;
  /** When (ISO) it was last seen that this is the newest one. */
  readAt: string;
  blocks: Record<Service, string[]>;
}

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
}

/** A pilot whose groups are not as they should be, which is tried again. */
export interface EdgeFailure extends Whose {
  /** When (ISO) it began, how often it was tried since, and when it is tried again. */
  since: string;
  tries: number;
  next: string;
}

const RANGES: Key = { pk: 'EDGE', sk: 'RANGES' };
const ACCEPTED: Key = { pk: 'EDGE', sk: 'ACCEPTED' };
const FAILED = 'FAILED#';

/** Whose groups, or which service's lists. */
export type Of = Whose | { lists: Service };

const keyOf = (of: Of): Key =>
  'lists' in of ? { pk: 'EDGE', sk: `LISTS#${of.lists}` } : { pk: partition(of.pilot, of.environment), sk: 'EDGE' };

export const findRanges = (): Promise<KnownRanges | undefined> => get<KnownRanges & Key>(RANGES);

/**
 * Keeps a list that was read, or that it is still the newest one.
 * @returns false where a newer one is kept by now: that one counts.
 */
export async function keepRanges({ token, etag, readAt, blocks }: KnownRanges): Promise<boolean> {
  const { applied } = await update({
    key: RANGES,
    update: `SET #token = :token, readAt = :readAt, blocks = :blocks${etag === undefined ? ' REMOVE etag' : ', etag = :etag'}`,
    condition: 'attribute_not_exists(#token) OR #token <= :token',
    names: { '#token': 'token' },
    values: { ':token': token, ':readAt': readAt, ':blocks': blocks, ...(etag !== undefined && { ':etag': etag }) },
  });
  return applied;
}

/** The token of the list that a person has looked at and accepted last. */
export const findAccepted = async (): Promise<number | undefined> =>
  (await get<Key & { accepted: number }>(ACCEPTED))?.accepted;

/** Notes that a person has looked at the list with that token, and takes it however it may look. */
export async function acceptRanges(token: number, by: string, at: Date): Promise<void> {
  await update({
    key: ACCEPTED,
    update: 'SET accepted = :token, #by = :by, acceptedAt = :at',
    names: { '#by': 'by' },
    values: { ':token': token, ':by': by, ':at': at.toISOString() },
  });
}

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
 * Claims the work, for a list of ranges with this token. Whoever was cut off at it has it until then.
 * @returns undefined where somebody else is at it, or it was brought to a newer list.
 */
export async function claimEdge(of: Of, token: number, now: Date): Promise<EdgeClaim | undefined> {
  const by = randomUUID();
  const key = keyOf(of);
  const written = await update<EdgeState & Key & { claimed?: string }>({
    key,
    update: 'SET claimed = :by, claimedUntil = :until',
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

/** Notes how it stands, and lets others at it. Whoever lost the claim notes nothing. */
export async function leaveEdge({ key, by, token }: EdgeClaim, state: Omit<EdgeState, 'token'>): Promise<boolean> {
  // Only what was brought to a list bars older ones.
  const told: EdgeState = { ...state, ...(state.outcome === 'done' && { token }) };
  const names = ['opening', 'digest', 'token', 'at', 'outcome', 'code', 'reason', 'groups', 'quota', 'left'] as const;
  const set = names.filter((name) => told[name] !== undefined);
  const gone = names.filter((name) => told[name] === undefined && name !== 'token' && name !== 'opening');
  const { applied } = await update({
    key,
    update: `SET ${set.map((name) => `#${name} = :${name}`).join(', ')} REMOVE ${['claimed', 'claimedUntil', ...gone.map((name) => `#${name}`)].join(', ')}`,
    condition: 'claimed = :by',
    names: Object.fromEntries([...set, ...gone].map((name) => [`#${name}`, name])),
    values: { ':by': by, ...Object.fromEntries(set.map((name) => [`:${name}`, told[name]])) },
  });
  return applied;
}

/** Notes that what is there is what a newer list wants, too. */
export async function bringForward(of: Of, digest: string, token: number): Promise<void> {
  await update({
    key: keyOf(of),
    update: 'SET #token = :token',
    condition: `digest = :digest AND ${NOT_NEWER}`,
    names: { '#token': 'token' },
    values: { ':token': token, ':digest': digest },
  });
}

const failedKey = ({ pilot, environment }: Whose): Key => ({ pk: 'EDGE', sk: `${FAILED}${pilot}#${environment}` });

/** Between two tries of what failed: twice as long each time. */
const FIRST_PAUSE = 5 * 60;
const LONGEST_PAUSE = 6 * 3600;

/** Notes that a pilot's groups could not be brought to the list, so that it is tried again. */
export async function noteFailure(whose: Whose, now: Date): Promise<void> {
  const key = failedKey(whose);
  const { tries = 0, since = now.toISOString() } = (await get<EdgeFailure & Key>(key)) ?? {};
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries, 20));
  await update({
    key,
    update: 'SET since = :since, tries = :tries, #next = :next, pilot = :pilot, environment = :environment',
    names: { '#next': 'next' },
    values: {
      ':since': since,
      ':tries': tries + 1,
      ':next': new Date(now.getTime() + pause * 1000).toISOString(),
      ':pilot': whose.pilot,
      ':environment': whose.environment,
    },
  });
}

/** Pilots whose groups are not as they should be. */
export const listFailures = (): Promise<EdgeFailure[]> => list<EdgeFailure & Key>('EDGE', FAILED);

/** Notes that a pilot's groups are as they should be. */
export async function clearFailure(whose: Whose): Promise<void> {
  const key = failedKey(whose);
  if (await get(key)) await transact([{ remove: key }]);
}
