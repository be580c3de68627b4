import type { Family } from '../edge/cidr.ts';
import type { Service } from '../edge/ranges.ts';
import { bringForward, findEdge, type Opening } from '../ledger/edge.ts';
import { type Bringing, bringAll } from './bring-lists.ts';
import { type Brought, claimed, toldOf } from './claimed-lists.ts';
import { digestOf } from './gate.ts';
import type { ListSync } from './list.ts';
import { makeMissing } from './missing-lists.ts';
import { findOwn, idsOf, listName } from './own-lists.ts';
import { orLater } from './sync.ts';
import { listGone } from './trouble.ts';
import type { Work } from './work.ts';

export interface SyncingLists extends Bringing {
  /** As that of `syncPilot`. */
  check: 'gate' | 'drift';
  /** Lists that a pilot’s groups name: where others are kept by now, nobody keeps those. */
  named?: Pick<Opening, 'service' | 'lists'> | undefined;
  now?: () => Date;
}

export type ServiceSync = { service: Service } & (
  | ListSync
  /** Somebody else is at them. */
  | { outcome: 'busy' }
);

/** Brings the prefix lists of all services that pilots use to AWS's ranges; empty where no pilot uses any. */
export async function syncLists(syncing: SyncingLists): Promise<ServiceSync[]> {
  const synced: ServiceSync[] = [];
  for (const service of Object.keys(syncing.ranges.blocks)) {
    const one = await syncService(service, syncing);
    if (one) synced.push(one);
  }
  return synced;
}

/** @returns undefined where no lists were ever made of the service. */
async function syncService(service: Service, syncing: SyncingLists): Promise<ServiceSync | undefined> {
  const { ranges, check, dryRun, named, now = () => new Date() } = syncing;
  const of = { lists: service };
  const state = await findEdge(of);
  if (!state) return undefined;
  const wanted = [...(state.lists ?? []), ...(named?.service === service ? named.lists : [])];
  const digest = digestOf({ blocks: ranges.blocks[service] ?? [] }, state);
  if ((state.token ?? 0) > ranges.token) return { service, outcome: 'overtaken' };
  const areKept = wanted.every((id) => state.lists?.includes(id));
  if (check === 'gate' && areKept && state.digest === digest && state.outcome === 'done') {
    if (state.token !== ranges.token && !dryRun) await bringForward(of, digest, ranges.token);
    return { service, outcome: 'same' };
  }
  const work = async (may: Work['may']): Promise<Brought> => {
    const lists = await findOwn(service);
    const ids = Object.values(idsOf(lists));
    const lost = wanted.find((id) => !ids.includes(id)) ?? (lists[4] ? undefined : listName(service, 4));
    if (lost !== undefined) return { outcome: 'failed', problem: listGone(lost) };
    return { ...(await bringAll(lists, service, syncing, may)), lists: ids };
  };
  if (dryRun) return { service, ...toldOf(await orLater(() => work(async () => true))) };
  return { service, ...(await claimed(service, ranges, now, work)) };
}

/**
 * The lists of a service in this region, which are made, filled, where they are not there yet.
 * @returns their ids by family; what keeps them from being there otherwise.
 */
export async function listsFor(
  service: Service,
  families: readonly Family[],
  { ranges, now = () => new Date(), ...syncing }: Omit<SyncingLists, 'check' | 'dryRun'>,
): Promise<{ ids: Partial<Record<Family, string>> } | Exclude<ServiceSync, { outcome: 'same' | 'changed' | 'would' }>> {
  const found = await findOwn(service);
  const isThere = families.every((family) => found[family]?.state === 'ready');
  if (isThere && (await findEdge({ lists: service }))?.outcome === 'done') return { ids: idsOf(found) };
  const synced = await claimed(service, ranges, now, async (may, { lists: before = [] }): Promise<Brought> => {
    const stopped = await makeMissing(service, families, { ranges, before, may });
    if (stopped) return stopped;
    const lists = await findOwn(service);
    if (families.some((family) => !lists[family]))
      return { outcome: 'later', reason: 'EC2 does not show the prefix lists that were made' };
    const brought = await bringAll(lists, service, { ranges, ...syncing }, may);
    return { ...brought, lists: Object.values(idsOf(lists)) };
  });
  if (synced.outcome !== 'same' && synced.outcome !== 'changed' && synced.outcome !== 'would')
    return { service, ...synced };
  return { ids: idsOf(await findOwn(service)) };
}
