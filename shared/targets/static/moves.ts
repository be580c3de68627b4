import { rollbackMove as givingBack, type Move } from '../moves.ts';
import type { Lease, Live } from '../target.ts';
import { type Arm, decodePointer, encodePointer, type Pointer } from './pointer.ts';

/** As for every target; how the release before was served stands in the text of its pointer. */
export function rollbackMove(
  seen: Pointer,
  { release }: Arm,
  before: Live,
  lease: Pick<Lease, 'fence'>,
): Move<Pointer> {
  const was = before.pointer === undefined ? undefined : decodePointer(before.pointer);
  const move = givingBack(seen, release, before, was && 'fence' in was ? was.live : undefined, lease);
  const isThere = move !== 'held' && 'write' in move && encodePointer(seen) === encodePointer(move.write);
  return isThere ? { leave: seen } : move;
}
