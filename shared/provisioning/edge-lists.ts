import { findPrefixList } from '../aws/prefix-lists.ts';
import { rulesPerGroup } from '../aws/service-quotas.ts';
import { listsFor } from '../edge-sync/lists.ts';
import { HEAVIEST } from '../edge-sync/read-door.ts';
import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import { type Failed, type Parked, type Refused, refused } from '../outcome.ts';
import { patience, rangesFor } from './edge-ranges.ts';
import type { LookedUp } from './lookups.ts';
import type { Settings } from './parameters.ts';

const CLOUDFRONT_LIST = 'com.amazonaws.global.cloudfront.origin-facing';

/**
 * AWS's own list, which has to fit into a group before the stack is changed; what the operator set is taken as it is.
 * @returns undefined where AWS has none in this region, or the operator named one.
 */
export async function ownList(settings: Settings): Promise<{ list: string } | { problem: Problem } | undefined> {
  if (settings.CLOUDFRONT_PREFIX_LIST) return undefined;
  const list = await findPrefixList(CLOUDFRONT_LIST);
  // Where the quota cannot be read, CloudFormation says what does not fit.
  const allowed = await rulesPerGroup().catch(() => undefined);
  if (allowed !== undefined && allowed < HEAVIEST) return { problem: tooHeavy(allowed) };
  return list === undefined ? undefined : { list };
}

const tooHeavy = (allowed: number): Problem => ({
  code: 'EDGE_QUOTA',
  message: `AWS’s list of CloudFront’s addresses counts as ${HEAVIEST} rules, and a security group may have ${allowed}`,
  expected: `a quota of at least ${HEAVIEST}`,
  hint: 'ask for a higher quota (Service Quotas, vpc, L-0EA8095F), or use edge.mode: rules, which needs only as many as there are ranges; nothing was changed',
});

/** The lists that Pilotage keeps for all pilots of the region, made and filled where this is the first one that names them. */
export async function keptLists(
  { service, ipv6 }: NonNullable<Resolved['edge']>,
  since: Date,
): Promise<{ found: LookedUp } | Parked | Refused | Failed> {
  const ranges = await rangesFor(service, since);
  if ('outcome' in ranges) return ranges;
  const lists = await listsFor(service, ipv6 ? [4, 6] : [4], { ranges });
  if ('ids' in lists) {
    const { 4: ipv4List, 6: ipv6List } = lists.ids;
    return {
      found: { ...(ipv4List && { EdgeListIpv4: ipv4List }), ...(ipv6 && ipv6List && { EdgeListIpv6: ipv6List }) },
    };
  }
  if (lists.outcome === 'failed') return refused(lists.problem);
  const awaits = `the prefix lists of CloudFront’s addresses${lists.outcome === 'later' ? ` (${lists.reason})` : ''}`;
  return patience(awaits, since);
}
