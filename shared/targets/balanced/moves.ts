import { rollbackMove as givingBack, type Move } from '../moves.ts';
import type { Lease, Live } from '../target.ts';
import { colourIn, type Pointer } from './pointer.ts';

/** As for every target; the release before was served by the colour that its pointer names. */
export function rollbackMove(seen: Pointer, release: string, before: Live, lease: Pick<Lease, 'fence'>): Move<Pointer> {
  const colour = colourIn(before.pointer);
  const was = before.release !== undefined && colour ? { release: before.release, colour } : undefined;
  const move = givingBack(seen, release, before, was, lease);
  if (move === 'held' || !('write' in move)) return move;
  // What somebody sends elsewhere by hand cannot be written anew.
  const isThere = isSame(seen, move.write) || move.write.live?.colour === 'neither';
  return isThere ? { leave: seen } : move;
}

export const isSame = (one: Pointer, other: Pointer): boolean =>
  one.fence === other.fence &&
  one.live?.colour === other.live?.colour &&
  one.next?.colour === other.next?.colour &&
  one.next?.weight === other.next?.weight &&
  one.page === other.page;
