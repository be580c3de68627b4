import { createHash } from 'node:crypto';
import { setting } from '../aws/config.ts';
import { type Block, parseBlock, textOf } from '../edge/cidr.ts';
import { judge } from '../edge/judge.ts';
import { type Published, parseRanges, type Ranges, type Service } from '../edge/ranges.ts';
import { isCloudFronts } from '../edge/services.ts';
import type { Problem } from '../errors.ts';
import {
  findAccepted,
  findAnnounced,
  findRanges,
  type KnownRanges,
  keepAnnounced,
  keepRanges,
  seeRanges,
  widenRanges,
} from '../ledger/edge-ranges.ts';
import { type Fetched, fetchRanges } from './fetch.ts';

/** AWS publishes several times a week; what was read within a day does for a deployment. */
const DAY_SECONDS = 86_400;

export interface Refresh {
  now: Date;
  /** What was read within these seconds is not read again; 0: it is read in any case. */
  within?: number;
  /** What AWS announced: the token of a list, and its digest in hex. */
  announced?: { token: number; md5: string };
  /** Whose ranges have to be known; of what was ever asked for, they are read with each list from then on. */
  service?: Service;
}

/** The ranges that count from now on, and what there is to say of the list that was read. */
export interface Refreshed {
  /** The newest list that is known and not suspicious; absent where there is none. */
  ranges?: Ranges;
  /** Where the list that was read has nothing of the service that was asked for: all services that it has, by their names. */
  services?: string[];
  /** `fresh` where nothing had to be read. */
  read: 'fresh' | 'known' | 'older' | 'newer' | 'refused' | 'unreachable';
  /** Why the list that was read does not count, or could not be read. */
  problem?: Problem;
}

/**
 * Reads AWS's list, unless what is known is recent enough, and keeps it where it is newer and not suspicious. What is known
 * goes on to count whatever is wrong with the one that was read.
 * https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html
 */
export async function refreshRanges({ now, within = DAY_SECONDS, announced, service }: Refresh): Promise<Refreshed> {
  if (announced) await keepAnnounced(announced);
  const known = await findRanges();
  const ranges = known && rangesOf(known);
  const standing = ranges && { ranges };
  const isWhole = service === undefined || known?.blocks[service] !== undefined;
  if (known && isWhole && now.getTime() - Date.parse(known.readAt) < within * 1000)
    return { ...standing, read: 'fresh' };
  // What was read before it was announced is read again as a whole, since nobody has compared its digest.
  const isNeeded = !isWhole || known?.token === announced?.token;
  const fetched = await fetchRanges(isNeeded ? undefined : known?.etag);
  if (fetched === 'unchanged' && known) {
    if (announced && known.token < announced.token) return { ...standing, read: 'unreachable', problem: NOT_YET };
    const isSeen = await seeRanges({ ...known, readAt: now.toISOString() });
    return isSeen ? { ...standing, read: 'known' } : { ...(await knownRanges()), read: 'older' };
  }
  if (typeof fetched === 'string' || 'code' in fetched)
    return { ...standing, read: 'unreachable', problem: typeof fetched === 'string' ? ODD : fetched };
  const read = readAs(fetched.text, known, service);
  if ('code' in read) return { ...standing, read: 'refused', problem: read };
  // A list that was published since has a digest, and an announcement, of its own.
  if (announced && read.token < announced.token) return { ...standing, read: 'unreachable', problem: NOT_YET };
  const signed = [announced, await findAnnounced()].find((one) => one?.token === read.token);
  if (signed && md5Of(fetched.text) !== signed.md5)
    return { ...standing, read: 'refused', problem: CHANGED_ON_THE_WAY };
  if (ranges && read.token < ranges.token)
    return { ...standing, read: 'older', problem: older(read.token, ranges.token) };
  return taken(read, { ...fetched, now, service }, known);
}

/** A service that has nothing here is not kept: who misspells one leaves nothing behind. */
function readAs(text: string, known: KnownRanges | undefined, service?: Service): Published | Problem {
  const services = [...Object.keys(known?.blocks ?? {}), ...(service === undefined ? [] : [service])];
  const read = parseRanges(text, { services, region: setting('AWS_REGION') });
  if ('code' in read || service === undefined || isCloudFronts(service)) return read;
  if (known?.blocks[service] || read.services.includes(service)) return read;
  const { [service]: _, ...blocks } = read.blocks;
  return { ...read, blocks };
}

interface Taking extends Fetched {
  now: Date;
  service: Service | undefined;
}

async function taken(read: Published | Problem, taking: Taking, before: KnownRanges | undefined): Promise<Refreshed> {
  const { text, etag, now, service } = taking;
  const known = before && rangesOf(before);
  const standing = known && { ranges: known };
  if ('code' in read) return { ...standing, read: 'refused', problem: read };
  const judged = judge(read, { known, accepted: await findAccepted(), now });
  if (judged.judgement === 'suspicious') return { ...standing, read: 'refused', problem: judged.problem };
  if (judged.judgement === 'older') return { ...standing, read: 'older' };
  const noted = knownOf(read, now, etag, before?.widened);
  if (await NOTING[judged.judgement](noted))
    return {
      ranges: { token: read.token, blocks: read.blocks },
      ...(service !== undefined && !read.blocks[service] && { services: read.services }),
      read: judged.judgement === 'wider' ? 'known' : judged.judgement,
    };
  // Somebody else has kept this one, a newer one, or another service, meanwhile.
  const meanwhile = await findRanges();
  return taken(readAs(text, meanwhile, service), taking, meanwhile);
}

const NOTING = { known: seeRanges, wider: widenRanges, newer: keepRanges } as const;

/** The ranges that were kept last, without asking AWS. */
export async function knownRanges(): Promise<{ ranges?: Ranges }> {
  const known = await findRanges();
  return known ? { ranges: rangesOf(known) } : {};
}

/** @throws when what is kept is not what was once written: nothing is to be built on that. */
export function rangesOf({ token, blocks }: KnownRanges): Ranges {
  return { token, blocks: mapped(blocks, (texts) => texts.map(keptBlock)) };
}

function keptBlock(text: string): Block {
  const block = parseBlock(text);
  if (typeof block === 'string') throw new Error(`the kept range ${text} ${block}`);
  return block;
}

const knownOf = (
  { token, blocks, services }: Published,
  now: Date,
  etag: string | undefined,
  widened: number | undefined,
): KnownRanges => ({
  token,
  ...(etag !== undefined && { etag }),
  readAt: now.toISOString(),
  blocks: mapped(blocks, (some) => some.map(textOf)),
  services,
  ...(widened !== undefined && { widened }),
});

const mapped = <From, To>(all: Readonly<Record<Service, From>>, to: (one: From) => To): Record<Service, To> =>
  Object.fromEntries(Object.entries(all).map(([service, one]) => [service, to(one)]));

const ODD: Problem = {
  code: 'RANGES_UNREACHABLE',
  message: 'AWS’s list of its addresses was said to be unchanged, and none is known',
  hint: 'the list is read again at the next round',
};

const md5Of = (text: string): string => createHash('md5').update(text).digest('hex');

const NOT_YET: Problem = {
  code: 'RANGES_STALE',
  message: 'AWS’s list of its addresses is not yet the one that was announced',
  hint: 'no rule was changed, and what was let in before still is; the list is read again at the next round',
};

const older = (read: number, known: number): Problem => ({
  code: 'RANGES_OLDER',
  message: `AWS’s list of its addresses is ${read}, and ${known} was read before, which is newer`,
  expected: 'a list that is at least as new',
  hint: 'no rule was changed, and the newer one goes on to count; where AWS never published that one, somebody else did',
});

const CHANGED_ON_THE_WAY: Problem = {
  code: 'RANGES_MALFORMED',
  message: 'AWS’s list of its addresses is not the one that the notification tells of: its MD5 is another one',
  hint: 'no rule was changed, and what was let in before still is; the list is read again at the next round',
};
