import { createHash } from 'node:crypto';
import { parseBlock, textOf } from '../edge/cidr.ts';
import { judge } from '../edge/judge.ts';
import { parseRanges, type Ranges, SERVICES } from '../edge/ranges.ts';
import type { Problem } from '../errors.ts';
import {
  findAccepted,
  findAnnounced,
  findRanges,
  type KnownRanges,
  keepAnnounced,
  keepRanges,
  seeRanges,
} from '../ledger/edge-ranges.ts';
import { fetchRanges } from './fetch.ts';

/** AWS publishes several times a week; what was read within a day does for a deployment. */
const DAY_SECONDS = 86_400;

export interface Refresh {
  now: Date;
  /** What was read within these seconds is not read again; 0: it is read in any case. */
  within?: number;
  /** What AWS announced: the token of a list, and its digest in hex. */
  announced?: { token: number; md5: string };
}

/** The ranges that count from now on, and what there is to say of the list that was read. */
export interface Refreshed {
  /** The newest list that is known and not suspicious; absent where there is none. */
  ranges?: Ranges;
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
export async function refreshRanges({ now, within = DAY_SECONDS, announced }: Refresh): Promise<Refreshed> {
  if (announced) await keepAnnounced(announced);
  const known = await findRanges();
  const ranges = known && rangesOf(known);
  const standing = ranges && { ranges };
  if (known && now.getTime() - Date.parse(known.readAt) < within * 1000) return { ...standing, read: 'fresh' };
  // What was read before it was announced is read again as a whole, since nobody has compared its digest.
  const fetched = await fetchRanges(known?.token === announced?.token ? undefined : known?.etag);
  if (fetched === 'unchanged' && known) {
    if (announced && known.token < announced.token) return { ...standing, read: 'unreachable', problem: NOT_YET };
    const isSeen = await seeRanges({ ...known, readAt: now.toISOString() });
    return isSeen ? { ...standing, read: 'known' } : { ...(await knownRanges()), read: 'older' };
  }
  if (typeof fetched === 'string' || 'code' in fetched)
    return { ...standing, read: 'unreachable', problem: typeof fetched === 'string' ? ODD : fetched };
  const read = parseRanges(fetched.text);
  if ('code' in read) return { ...standing, read: 'refused', problem: read };
  // A list that was published since has a digest, and an announcement, of its own.
  if (announced && read.token < announced.token) return { ...standing, read: 'unreachable', problem: NOT_YET };
  const signed = [announced, await findAnnounced()].find((one) => one?.token === read.token);
  if (signed && md5Of(fetched.text) !== signed.md5)
    return { ...standing, read: 'refused', problem: CHANGED_ON_THE_WAY };
  if (ranges && read.token < ranges.token)
    return { ...standing, read: 'older', problem: older(read.token, ranges.token) };
  return taken(read, fetched.etag, now, ranges);
}

async function taken(read: Ranges, etag: string | undefined, now: Date, known?: Ranges): Promise<Refreshed> {
  const standing = known && { ranges: known };
  const judged = judge(read, { known, accepted: await findAccepted(), now });
  if (judged.judgement === 'suspicious') return { ...standing, read: 'refused', problem: judged.problem };
  if (judged.judgement === 'older') return { ...standing, read: 'older' };
  const noted = knownOf(read, now, etag);
  const isNoted = judged.judgement === 'known' ? await seeRanges(noted) : await keepRanges(noted);
  if (isNoted) return { ranges: read, read: judged.judgement };
  // Somebody else has kept this one, or a newer one, meanwhile.
  return taken(read, etag, now, (await knownRanges()).ranges);
}

/** The ranges that were kept last, without asking AWS. */
export async function knownRanges(): Promise<{ ranges?: Ranges }> {
  const known = await findRanges();
  return known ? { ranges: rangesOf(known) } : {};
}

/** @throws when what is kept is not what was once written: nothing is to be built on that. */
export function rangesOf({ token, blocks }: KnownRanges): Ranges {
  const [origin, all] = SERVICES.map((service) =>
    blocks[service].map((text) => {
      const block = parseBlock(text);
      if (typeof block === 'string') throw new Error(`the kept range ${text} ${block}`);
      return block;
    }),
  );
  return { token, blocks: { CLOUDFRONT_ORIGIN_FACING: origin ?? [], CLOUDFRONT: all ?? [] } };
}

const knownOf = ({ token, blocks }: Ranges, now: Date, etag: string | undefined): KnownRanges => ({
  token,
  ...(etag !== undefined && { etag }),
  readAt: now.toISOString(),
  blocks: {
    CLOUDFRONT_ORIGIN_FACING: blocks.CLOUDFRONT_ORIGIN_FACING.map(textOf),
    CLOUDFRONT: blocks.CLOUDFRONT.map(textOf),
  },
});

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
