import fc from 'fast-check';
import { type Block, type Family, parseBlock, sizeOf, WIDTH } from '../../shared/edge/cidr.ts';

/** A block that a test writes down. */
export function block(text: string): Block {
  const read = parseBlock(text);
  if (typeof read === 'string') throw new Error(`${text} ${read}`);
  return read;
}

export const blocks = (...texts: string[]): Block[] => texts.map(block);

/** The block of so many leading bits that an address is in. */
const around = (family: Family, address: bigint, bits: number): Block => {
  const size = 1n << BigInt(WIDTH[family] - bits);
  return { family, first: address - (address % size), bits };
};

const FAMILY = fc.constantFrom<Family>(4, 6);

/** Any block at all. */
export const anyBlock: fc.Arbitrary<Block> = FAMILY.chain((family) =>
  fc
    .tuple(fc.bigInt(0n, (1n << BigInt(WIDTH[family])) - 1n), fc.integer({ min: 0, max: WIDTH[family] }))
    .map(([address, bits]) => around(family, address, bits)),
);

/** Of each family 256 addresses, few enough to be counted one by one; the last of them are the last there are. */
const FIRST: Record<Family, bigint> = { 4: (1n << 32n) - 256n, 6: (1n << 128n) - 256n };

/** A block of a family's 256 addresses. */
export const smallBlockOf = (family: Family): fc.Arbitrary<Block> =>
  fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: WIDTH[family] - 8, max: WIDTH[family] }))
    .map(([low, bits]) => around(family, FIRST[family] + BigInt(low), bits));

export const smallBlock: fc.Arbitrary<Block> = FAMILY.chain(smallBlockOf);
export const smallBlocks = fc.array(smallBlock, { maxLength: 30 });

/** Each address that they hold, one by one. */
export function addressesOf(all: readonly Block[]): Set<string> {
  const addresses = new Set<string>();
  for (const { family, first, bits } of all)
    for (let at = 0n; at < sizeOf({ family, first, bits }); at += 1n) addresses.add(`${family} ${first + at}`);
  return addresses;
}

/** In the order of their names, so that two sets can be compared. */
export const sorted = (all: Iterable<string>): string[] => [...all].sort();
