/** The candidate that was probably meant, or undefined when none is near. Case, `-` and `_` do not count. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word);
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = isBeginning(wanted, plain(candidate)) ? 1 : distanceBetween(wanted, plain(candidate));
    if (distance <= tolerance(candidate) && distance < (best?.distance ?? Infinity)) best = { candidate, distance };
  }
  return best?.candidate;
}

const plain = (word: string): string => word.slice(0, 64).toLowerCase().replace(/[-_]/g, '');

/** `prod` is short for `production`. */
const isBeginning = (word: string, candidate: string): boolean =>
  word.length > 2 && candidate.startsWith(word) && word !== candidate;

/** One slip in a short word, one in three letters of a long one. */
const tolerance = (word: string): number => Math.max(1, Math.floor(word.length / 3));

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function distanceBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(beforeLast, j - 2) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

const at = (row: number[], index: number): number => row[index] ?? Infinity;
