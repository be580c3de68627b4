import { setTimeout as wait } from 'node:timers/promises';
import type { PrefixListNow } from '../aws/prefix-lists.ts';
import { FAMILIES, type Family } from '../edge/cidr.ts';
import type { Ranges, Service } from '../edge/ranges.ts';
import { bringList, type ListSync } from './list.ts';
import { ofFamily } from './own-lists.ts';
import { markOf } from './read-door.ts';
import { empty } from './trouble.ts';
import type { Work } from './work.ts';

/** What lists are brought to, and how. */
export interface Bringing {
  ranges: Ranges;
  dryRun?: boolean | undefined;
  /** As that of `syncPilot`. */
  quota?: number | undefined;
  pause?: (milliseconds: number) => Promise<unknown>;
}

/** Brings the lists of a service, one family after the other, to its ranges. */
export async function bringAll(
  lists: Partial<Record<Family, PrefixListNow>>,
  service: Service,
  { ranges, dryRun, quota, pause = wait }: Bringing,
  may: Work['may'],
): Promise<ListSync> {
  let all: ListSync = { outcome: 'same' };
  for (const family of FAMILIES) {
    const list = lists[family];
    if (!list) continue;
    const blocks = ofFamily(ranges.blocks[service] ?? [], family);
    if (family === 4 && blocks.length === 0) return { outcome: 'failed', problem: empty(service) };
    const work: Work = { may, pause: async (ms) => void (await pause(ms)), quota, dryRun };
    const one = await bringList(list, blocks, markOf(service), work);
    if (one.outcome === 'changed' || one.outcome === 'would') all = joined(all, one);
    else if (one.outcome !== 'same') return one;
  }
  return all;
}

function joined(one: ListSync, other: ListSync): ListSync {
  if (one.outcome === 'changed' && other.outcome === 'changed')
    return { outcome: 'changed', added: one.added + other.added, removed: one.removed + other.removed };
  if (one.outcome === 'would' && other.outcome === 'would')
    return { outcome: 'would', add: [...one.add, ...other.add], remove: [...one.remove, ...other.remove] };
  return other;
}
