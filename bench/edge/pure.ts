import { aggregate } from '../../shared/edge/aggregate.ts';
import { type Block, textOf } from '../../shared/edge/cidr.ts';
import { parseRanges } from '../../shared/edge/ranges.ts';
import { type Group, reconcile } from '../../shared/edge/reconcile.ts';
import { generated } from './published.ts';

/** Milliseconds of one core that it takes, without I/O. */
export interface Decided {
  prefixes: number;
  read: number;
  decide: number;
  /** Of the heap, in megabytes, with all of it in hand. */
  memory: number;
}

/** What a list of so many ranges takes to be read, and to be compared with groups that hold the one before it. */
export function decided(prefixes: number): Decided {
  const text = JSON.stringify(generated(prefixes).document);
  const before = generated(prefixes, Math.ceil(prefixes / 10));
  const groups = groupsWith(before.ranges.blocks.CLOUDFRONT_ORIGIN_FACING ?? []);
  const read = fastest(() => parseRanges(text));
  const ranges = parseRanges(text);
  if ('code' in ranges) throw new Error(ranges.message);
  const { CLOUDFRONT_ORIGIN_FACING: desired = [] } = ranges.blocks;
  const decide = fastest(() => reconcile(desired, { groups, port: 443, allowed: prefixes }));
  return { prefixes, read, decide, memory: Math.round(process.memoryUsage().heapUsed / 1e6) };
}

/** Milliseconds of one core that so many ranges take to be aggregated, which come in no order and of which most join others. */
export function aggregated(prefixes: number): number {
  const blocks = Array.from({ length: prefixes }, (_, at): Block => {
    // A step that shares no divisor with their number reaches each of them once.
    const place = (at * 61_417) % prefixes;
    return { family: 4, first: (16n << 24n) + 256n * BigInt(place + Math.floor(place / 7)), bits: 24 };
  });
  return fastest(() => aggregate(blocks));
}

/** Five groups that share them. */
function groupsWith(blocks: readonly Block[]): Group[] {
  const each = Math.ceil(blocks.length / 5);
  return Array.from({ length: 5 }, (_, group) => ({
    id: `sg-${group}`,
    rules: blocks.slice(group * each, (group + 1) * each).map((block, at) => ({
      id: `sgr-${group}-${at}`,
      cidr: textOf(block),
      protocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      ours: true,
      weight: { 4: 1, 6: 0 },
    })),
  }));
}

/** CPU time of the fastest of some runs: others are at work on the same machine. */
function fastest(work: () => unknown): number {
  const runs = Array.from({ length: 5 }, () => {
    const began = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  });
  return Math.round(Math.min(...runs) * 10) / 10;
}
