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
  /** All services that the list has for this region, by their names; absent where an earlier version read it. */
  services?: string[];
  /** How often services were added since the first list: who did not know of the last one must not write over it. */
  widened?: number;
}

const RANGES: Key = { pk: 'EDGE', sk: 'RANGES' };
const ANNOUNCED: Key = { pk: 'EDGE', sk: 'ANNOUNCED' };
const ACCEPTED: Key = { pk: 'EDGE', sk: 'ACCEPTED' };

export const findRanges = (): Promise<KnownRanges | undefined> => get<KnownRanges & Key>(RANGES);

/**
 * Keeps a list that was read. What is kept under a token stays as it is.
 * @param list with as many widenings as were known when it was read.
 * @returns false where this one or a newer one is kept by now, which counts; or where further services are.
 */
export async function keepRanges(list: KnownRanges): Promise<boolean> {
  const { token, etag, readAt, blocks, services = [], widened = 0 } = list;
  const { applied } = await update({
    key: RANGES,
    update: `SET #token = :token, readAt = :readAt, blocks = :blocks, #services = :services, widened = :widened${etag === undefined ? ' REMOVE etag' : ', etag = :etag'}`,
    condition:
      'attribute_not_exists(#token) OR (#token < :token AND (attribute_not_exists(widened) OR widened = :widened))',
    names: { '#token': 'token', '#services': 'services' },
    values: {
      ':token': token,
      ':widened': widened,
      ':readAt': readAt,
      ':blocks': blocks,
      ':services': services,
      ...(etag !== undefined && { ':etag': etag }),
    },
  });
  return applied;
}

/**
 * Keeps the ranges of further services beside those that were kept of the same list; what is kept of it stays as it is.
 * @returns false where another list is kept by now: that one counts.
 */
export async function widenRanges({ token, blocks, services = [] }: KnownRanges): Promise<boolean> {
  const all = Object.entries(blocks);
  const { applied } = await update({
    key: RANGES,
    update: `SET #services = :services, widened = if_not_exists(widened, :none) + :one, ${all.map((_, at) => `blocks.#s${at} = if_not_exists(blocks.#s${at}, :s${at})`).join(', ')}`,
    condition: '#token = :token',
    names: {
      '#token': 'token',
      '#services': 'services',
      ...Object.fromEntries(all.map(([service], at) => [`#s${at}`, service])),
    },
    values: {
      ':token': token,
      ':services': services,
      ':none': 0,
      ':one': 1,
      ...Object.fromEntries(all.map(([, texts], at) => [`:s${at}`, texts])),
    },
  });
  return applied;
}

/**
 * Notes that the list with that token was still the newest one; its contents stay what they were.
 * @returns false where a newer one is kept by now: that one counts.
 */
export async function seeRanges({
  token,
  etag,
  readAt,
}: Pick<KnownRanges, 'token' | 'etag' | 'readAt'>): Promise<boolean> {
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
