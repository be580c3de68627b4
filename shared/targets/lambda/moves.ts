import { rollbackMove as givingBack, type Move } from '../moves.ts';
import type { Lease, Live } from '../target.ts';
import type { Pointer } from './pointer.ts';

/** As for every target; the release before was served by the version that its pointer names. */
export function rollbackMove(seen: Pointer, release: string, before: Live, lease: Pick<Lease, 'fence'>): Move<Pointer> {
  const { release: old, pointer: version } = before;
  const was = old !== undefined && version !== undefined ? { release: old, version } : undefined;
  const move = givingBack(seen, release, before, was, lease);
  return move !== 'held' && 'write' in move && isSame(seen, move.write) ? { leave: seen } : move;
}

export const isSame = (one: Pointer, other: Pointer): boolean =>
  one.fence === other.fence &&
  one.live?.version === other.live?.version &&
  one.next?.version === other.next?.version &&
  one.next?.weight === other.next?.weight &&
  one.page === other.page;
