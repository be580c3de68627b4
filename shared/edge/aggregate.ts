import { type Block, FAMILIES, type Family, lastOf, WIDTH } from './cidr.ts';

/** Addresses of one family from the first to the last, both among them. */
interface Span {
  first: bigint;
  last: bigint;
}

/** The fewest blocks that hold exactly the same addresses, IPv4 first, in the order of their addresses. */
export const aggregate = (blocks: readonly Block[]): Block[] =>
  FAMILIES.flatMap((family) => spansOf(blocks, family).flatMap((span) => blocksOf(span, family)));

/** How many addresses of a family they hold; what two hold is counted once. */
export const countOf = (blocks: readonly Block[], family: Family): bigint =>
  spansOf(blocks, family).reduce((sum, { first, last }) => sum + last - first + 1n, 0n);

/** The addresses that both hold. */
export const sharedBy = (one: readonly Block[], other: readonly Block[]): Block[] =>
  FAMILIES.flatMap((family) =>
    intersection(spansOf(one, family), spansOf(other, family)).flatMap((span) => blocksOf(span, family)),
  );

/** Whether each address of the one is among those of the other. */
export const isWithin = (inner: readonly Block[], outer: readonly Block[]): boolean =>
  FAMILIES.every((family) => countOf(sharedBy(inner, outer), family) === countOf(inner, family));

/** Touching and overlapping ones joined, in order. */
function spansOf(blocks: readonly Block[], family: Family): Span[] {
  const spans: Span[] = [];
  const ordered = blocks.filter((block) => block.family === family).sort(byPlace);
  for (const block of ordered) {
    const last = lastOf(block);
    const before = spans.at(-1);
    if (!before || block.first > before.last + 1n) spans.push({ first: block.first, last });
    else if (last > before.last) before.last = last;
  }
  return spans;
}

const byPlace = (a: Block, b: Block): number => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.bits - b.bits);

/** The fewest blocks that are exactly this span: always the largest that begins here and fits. */
function blocksOf({ first, last }: Span, family: Family): Block[] {
  const blocks: Block[] = [];
  for (let at = first; at <= last; ) {
    const left = last - at + 1n;
    // The lowest bit of an address is the largest block that begins there.
    let size = at & -at || 1n << BigInt(WIDTH[family]);
    while (size > left) size >>= 1n;
    blocks.push({ family, first: at, bits: WIDTH[family] - (size.toString(2).length - 1) });
    at += size;
  }
  return blocks;
}

function intersection(one: readonly Span[], other: readonly Span[]): Span[] {
  const both: Span[] = [];
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    const [a, b] = [one[i], other[j]] as [Span, Span];
    const first = later(a.first, b.first);
    const last = earlier(a.last, b.last);
    if (first <= last) both.push({ first, last });
    if (a.last < b.last) i += 1;
    else j += 1;
  }
  return both;
}

function later(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

function earlier(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
