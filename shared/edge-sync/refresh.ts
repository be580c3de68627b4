import { createHash } from 'node:crypto';
import { parseBlock, textOf } from '../edge/cidr.ts';
import { judge } from '../edge/judge.ts';
import { parseRanges, type Ranges, SERVICES } from '../edge/ranges.ts';
import type { Problem } from '../errors.ts';
import { findAccepted, findRanges, type KnownRanges, keepRanges } from '../ledger/edge.ts';
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
  const known = await findRanges();
  const ranges = known && rangesOf(known);
  const standing = ranges && { ranges };
  if (known && now.getTime() - Date.parse(known.readAt) < within * 1000) return { ...standing, read: 'fresh' };
  const fetched = await fetchRanges(known?.etag);
  if (fetched === 'unchanged' && known) {
    if (announced && known.token < announced.token) return { ...standing, read: 'unreachable', problem: NOT_YET };
    await keepRanges({ ...known, readAt: now.toISOString() });
    return { ...standing, read: 'known' };
  }
  if (typeof fetched === 'string' || 'code' in fetched)
    return { ...standing, read: 'unreachable', problem: typeof fetched === 'string' ? ODD : fetched };
  const read = parseRanges(fetched.text);
  if ('code' in read) return { ...standing, read: 'refused', problem: read };
  // A list that was published since has a digest, and an announcement, of its own.
  if (announced && read.token < announced.token) return { ...standing, read: 'unreachable', problem: NOT_YET };
  if (announced?.token === read.token && md5Of(fetched.text) !== announced.md5)
    return { ...standing, read: 'refused', problem: CHANGED_ON_THE_WAY };
  const { judgement, ...told } = judge(read, ranges, await findAccepted());
  if ('problem' in told) return { ...standing, read: 'refused', problem: told.problem };
  if (judgement === 'older') return { ...standing, read: 'older' };
  const isKept = await keepRanges(knownOf(read, now, fetched.etag));
  if (judgement === 'known') return { ...standing, read: 'known' };
  return isKept ? { ranges: read, read: 'newer' } : { ...(await knownRanges()), read: 'older' };
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
  hint: 'nothing was changed, and what was let in before still is; the list is read again at the next round',
};

const CHANGED_ON_THE_WAY: Problem = {
  code: 'RANGES_MALFORMED',
  message: 'AWS’s list of its addresses is not the one that the notification tells of: its MD5 is another one',
  hint: 'nothing was changed, and what was let in before still is; the list is read again at the next round',
};
