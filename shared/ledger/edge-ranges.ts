import { get, type Key, update } from '../aws/table.ts';
import type { Service } from '../edge/ranges.ts';

/** AWS's published ranges as they were read last. */
export interface KnownRanges {
  token: number;
  /** What a conditional GET says, so that an unchanged list is not sent again. */
  etag?: string;
  /** When (ISO) it was last seen that this is the newest one. */
  readAt: string;
  blocks: Record<Service, string[]>;
}

const RANGES: Key = { pk: 'EDGE', sk: 'RANGES' };
const ANNOUNCED: Key = { pk: 'EDGE', sk: 'ANNOUNCED' };
const ACCEPTED: Key = { pk: 'EDGE', sk: 'ACCEPTED' };

export const findRanges = (): Promise<KnownRanges | undefined> => get<KnownRanges & Key>(RANGES);

/**
 * Keeps a list that was read. What is kept under a token stays as it is.
 * @returns false where this one or a newer one is kept by now: that one counts.
 */
export async function keepRanges({ token, etag, readAt, blocks }: KnownRanges): Promise<boolean> {
  const { applied } = await update({
    key: RANGES,
    update: `SET #token = :token, readAt = :readAt, blocks = :blocks${etag === undefined ? ' REMOVE etag' : ', etag = :etag'}`,
    condition: 'attribute_not_exists(#token) OR #token < :token',
    names: { '#token': 'token' },
    values: { ':token': token, ':readAt': readAt, ':blocks': blocks, ...(etag !== undefined && { ':etag': etag }) },
  });
  return applied;
}

/**
 * Notes that the list with that token was still the newest one; its contents stay what they were.
 * @returns false where a newer one is kept by now: that one counts.
 */
export async function seeRanges({ token, etag, readAt }: Omit<KnownRanges, 'blocks'>): Promise<boolean> {
  const { applied } = await update({
    key: RANGES,
    update: `SET readAt = :readAt${etag === undefined ? ' REMOVE etag' : ', etag = :etag'}`,
    condition: '#token = :token',
    names: { '#token': 'token' },
    values: { ':token': token, ':readAt': readAt, ...(etag !== undefined && { ':etag': etag }) },
  });
  return applied;
}

/** The newest list that AWS announced, in a message that it signed. */
export interface AnnouncedList {
  token: number;
  /** In hex. */
  md5: string;
}

export const findAnnounced = (): Promise<AnnouncedList | undefined> => get<AnnouncedList & Key>(ANNOUNCED);

/** Notes what was announced, unless something newer was. */
export async function keepAnnounced({ token, md5 }: AnnouncedList): Promise<void> {
  await update({
    key: ANNOUNCED,
    update: 'SET #token = :token, md5 = :md5',
    condition: 'attribute_not_exists(#token) OR #token < :token',
    names: { '#token': 'token' },
    values: { ':token': token, ':md5': md5 },
  });
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
