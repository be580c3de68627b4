import type { Problem } from '../errors.ts';

/** More than these nobody reads, and an event could not hold them. */
const SHOWN = 100;

/**
 * Problems by their place, those of the manifest first.
 * @param file the manifest's name, as places show it.
 */
export function sorted(problems: Problem[], file: string): Problem[] {
  const order = ({ place }: Problem) => [place?.file === file ? 0 : 1, place?.line ?? 0, place?.column ?? 0];
  const inOrder = problems.toSorted((a, b) => {
    const [before, after] = [order(a), order(b)];
    return before.map((part, index) => part - (after[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  });
  const next = inOrder[SHOWN];
  if (!next) return inOrder;
  const further: Problem = {
    code: 'MANIFEST_TOO_MANY',
    message: `${inOrder.length - SHOWN} further problems begin here and are not listed`,
    expected: 'the ones above put right first',
    ...(next.place && { place: next.place }),
  };
  return [...inOrder.slice(0, SHOWN), further];
}
