import { isIPv4, isIPv6 } from 'node:net';

/** IPv4 or IPv6. */
export type Family = 4 | 6;
export const FAMILIES: readonly Family[] = [4, 6];

/** A block of addresses: its first address as a number, and how many leading bits all of them have alike. */
export interface Block {
  family: Family;
  first: bigint;
  bits: number;
}

export const WIDTH: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** How many addresses it has. */
export const sizeOf = ({ family, bits }: Block): bigint => 1n << BigInt(WIDTH[family] - bits);

/** The last of its addresses. */
export const lastOf = (block: Block): bigint => block.first + sizeOf(block) - 1n;

/**
 * Reads a block as RFC 4632 and RFC 4291 write it, and nothing that only looks like one.
 * @returns what is wrong with it, in words that follow the text: `has bits set after the first 24`.
 */
export function parseBlock(text: string): Block | string {
  const [, address, length] = /^([0-9a-fA-F.:]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  if (address === undefined) return 'is no block of addresses';
  // Neither takes leading zeros in IPv4, which some read as octal.
  const family = isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;
  if (!family) return 'is no block of addresses';
  const bits = Number(length);
  if (bits > WIDTH[family]) return `has more than ${WIDTH[family]} bits`;
  if (family === 6 && address.includes('.')) return 'is an IPv4 address in an IPv6 one';
  const first = family === 4 ? numberOf4(address) : numberOf6(address);
  const block: Block = { family, first, bits };
  if (first & (sizeOf(block) - 1n)) return `has bits set after the first ${bits}`;
  if (family === 6 && first >> 32n === 0xffffn) return 'is an IPv4 address in an IPv6 one';
  return block;
}

const numberOf4 = (address: string): bigint =>
  BigInt(address.split('.').reduce((number, byte) => number * 256 + Number(byte), 0));

function numberOf6(address: string): bigint {
  const [left = [], right] = address.split('::').map((half) => (half ? half.split(':') : []));
  const missing = right ? 8 - left.length - right.length : 0;
  const words = [...left, ...Array<string>(missing).fill('0'), ...(right ?? [])];
  return BigInt(`0x${words.map((word) => word.padStart(4, '0')).join('')}`);
}

/** As AWS writes it: IPv6 in the form of RFC 5952. */
export function textOf({ family, first, bits }: Block): string {
  return `${family === 4 ? text4(first) : text6(first)}/${bits}`;
}

const text4 = (first: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n).join('.');

function text6(first: bigint): string {
  const words = Array.from({ length: 8 }, (_, index) => ((first >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const zeros = longestZeros(words);
  if (zeros.length < 2) return words.join(':');
  return `${words.slice(0, zeros.start).join(':')}::${words.slice(zeros.start + zeros.length).join(':')}`;
}

function longestZeros(words: readonly string[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < words.length; start += 1) {
    let length = 0;
    while (words[start + length] === '0') length += 1;
    if (length > longest.length) longest = { start, length };
  }
  return longest;
}

/** A block in the one form that this code compares: AWS writes IPv6 as it likes. */
export function canonical(text: string): string {
  const block = parseBlock(text);
  return typeof block === 'string' ? text : textOf(block);
}
