import type { Block } from '../edge/cidr.ts';
import type { Ranges, Service } from '../edge/ranges.ts';
import { claimEdge, type EdgeClaim, type EdgeState, leaveEdge, stillClaimed, stirEdge } from '../ledger/edge.ts';
import { digestOf } from './gate.ts';
import type { ListSync } from './list.ts';
import { orLater, TAKEN_OVER } from './sync.ts';
import type { Work } from './work.ts';

/** What became of lists, and which ones they are. */
export type Brought = ListSync & { lists?: string[] };

export const toldOf = ({ lists: _, ...synced }: Brought): ListSync => synced;

/** Does something to the lists of a service that nobody else does meanwhile, and notes how they stand after it. */
export async function claimed(
  service: Service,
  ranges: Ranges,
  now: () => Date,
  work: (may: Work['may'], state: EdgeState) => Promise<Brought>,
): Promise<ListSync | { outcome: 'busy' }> {
  const claim = await claimEdge({ lists: service }, ranges.token, now());
  if (!claim) return { outcome: 'busy' };
  const brought = await orLater(() => work(() => stillClaimed(claim, now()), claim.state));
  const state = stateAfter(brought, claim, ranges.blocks[service] ?? []);
  if (await leaveEdge(claim, { ...state, at: now().toISOString() })) return toldOf(brought);
  // What was done meanwhile may have come after all that the other one has looked at.
  await stirEdge(claim);
  return { outcome: 'overtaken' };
}

function stateAfter(brought: Brought, { state }: EdgeClaim, blocks: readonly Block[]): EdgeState {
  const { lists } = brought;
  switch (brought.outcome) {
    case 'same':
    case 'changed':
      return { digest: digestOf({ blocks }, state), outcome: 'done', ...(lists && { lists }) };
    case 'failed':
      return { outcome: 'failed', code: brought.problem.code, reason: brought.problem.message };
    default:
      return { outcome: 'waiting', reason: brought.outcome === 'later' ? brought.reason : TAKEN_OVER };
  }
}
