import { isService } from '../edge/services.ts';
import type { Whose } from '../ledger/backups.ts';
import { claimEdge, findEdge, leaveEdge, type Opening } from '../ledger/edge.ts';
import type { Resolved } from '../manifest/complete.ts';
import { canonicalJson } from '../manifest/digest.ts';
import { leftBy } from './sync.ts';

/**
 * What of a pilot Pilotage keeps open, as its stack tells: groups in the mode `rules`, prefix lists in the mode `prefix-list`, and
 * nothing in the others. The stack counts and not the manifest, since a rollback leaves the stack as it is.
 * @param edge of the manifest, for the modes of which the stack tells nothing.
 * @returns undefined where the pilot has no load balancer that CloudFront reaches.
 */
export function openingOf(edge: Resolved['edge'], outputs: Readonly<Record<string, string>>): Opening | undefined {
  const groups = namesIn(outputs.EdgeGroups);
  const lists = namesIn(outputs.EdgeLists);
  const [service = '', ...families] = outputs.EdgeRanges?.split(' ') ?? [];
  if (isService(service) && groups.length + lists.length > 0)
    return {
      mode: groups.length > 0 ? 'rules' : 'prefix-list',
      service,
      ipv6: families.includes('IPv6'),
      groups,
      lists,
      port: Number(outputs.EdgePort),
    };
  if (!edge) return undefined;
  const mode = edge.mode === 'managed-prefix-list' ? edge.mode : 'vpc-origin';
  return { mode, service: edge.service, ipv6: edge.ipv6, groups: [], lists: [], port: 0 };
}

const namesIn = (text = ''): string[] => text.split(',').filter(Boolean);

/** What of a pilot is open since its latest deployment; undefined where none has come to that yet. */
export const subjectOf = async (whose: Whose): Promise<Opening | undefined> => (await findEdge(whose))?.opening;

/**
 * Notes what is to be opened before anything else is looked at: whatever keeps it from being opened now, each later sync looks
 * at it again.
 * @returns false where somebody else is at the pilot.
 */
export async function noteSubject(whose: Whose, opening: Opening, now: Date): Promise<boolean> {
  const state = await findEdge(whose);
  if (state?.opening && canonicalJson(state.opening) === canonicalJson(opening)) return true;
  const claim = await claimEdge(whose, state?.token ?? 0, now);
  if (!claim) return false;
  const { quota } = claim.state;
  return leaveEdge(claim, {
    opening,
    left: leftBy(claim.state, opening),
    at: now.toISOString(),
    outcome: 'waiting',
    reason: 'its latest deployment opens something else, and nobody has looked at that yet',
    ...(quota && { quota }),
  });
}
