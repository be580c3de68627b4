import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { setting } from '../aws/config.ts';
import { findPrefixLists, makePrefixList, type PrefixListNow } from '../aws/prefix-lists.ts';
import { rulesPerGroup } from '../aws/service-quotas.ts';
import { type Block, type Family, textOf } from '../edge/cidr.ts';
import { reconcileList, sizeFor } from '../edge/prefix-list.ts';
import { type Ranges, SERVICES, type Service } from '../edge/ranges.ts';
import type { Problem } from '../errors.ts';
import { bringForward, claimEdge, findEdge, leaveEdge, stillClaimed } from '../ledger/edge.ts';
import { type Bringing, bringList, type ListSync } from './list.ts';
import { markOf } from './read-door.ts';
import { orLater } from './sync.ts';
import { empty } from './trouble.ts';

export interface SyncingLists {
  ranges: Ranges;
  /** As that of `syncPilot`. */
  check: 'gate' | 'drift';
  dryRun?: boolean | undefined;
  now?: () => Date;
  pause?: (milliseconds: number) => Promise<unknown>;
}

export type ServiceSync = { service: Service } & (
  | ListSync
  /** Somebody else is at them. */
  | { outcome: 'busy' }
);

const FAMILIES: readonly Family[] = [4, 6];
/** Entries that a call takes. */
const ENTRIES_A_CALL = 100;
const TAG = 'pilotage:installation';

/** Names of lists are not unique in an account; the tag says whose one is. */
export const listName = (service: Service, family: Family): string =>
  `${setting('INSTALLATION')}-${service.toLowerCase().replaceAll('_', '-')}-ipv${family}`;

/** Brings the prefix lists of all services that pilots use to AWS's ranges; empty where no pilot uses any. */
export async function syncLists(syncing: SyncingLists): Promise<ServiceSync[]> {
  const synced: ServiceSync[] = [];
  for (const service of SERVICES) {
    const one = await syncService(service, syncing);
    if (one) synced.push(one);
  }
  return synced;
}

/** @returns undefined where no lists were ever made of the service. */
async function syncService(service: Service, syncing: SyncingLists): Promise<ServiceSync | undefined> {
  const { ranges, check, dryRun, now = () => new Date() } = syncing;
  const of = { lists: service };
  const state = await findEdge(of);
  if (!state) return undefined;
  const digest = digestOf(ranges.blocks[service]);
  if ((state.token ?? 0) > ranges.token) return { service, outcome: 'overtaken' };
  if (check === 'gate' && state.digest === digest && state.outcome === 'done') {
    if (state.token !== ranges.token && !dryRun) await bringForward(of, digest, ranges.token);
    return { service, outcome: 'same' };
  }
  const work = (may: Bringing['may']) => bringAll(service, syncing, may);
  if (dryRun) return { service, ...(await orLater(() => work(async () => true))) };
  const { synced } = await claimed(service, digest, ranges, now, work);
  return { service, ...synced };
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
  const digest = digestOf(ranges.blocks[service]);
  const { synced } = await claimed(service, digest, ranges, now, async (may) => {
    const made = await makeMissing(service, families, ranges);
    return made ?? bringAll(service, { ranges, check: 'drift', now, ...syncing }, may);
  });
  if (synced.outcome !== 'same' && synced.outcome !== 'changed' && synced.outcome !== 'would')
    return { service, ...synced };
  return { ids: idsOf(await findOwn(service)) };
}

async function claimed(
  service: Service,
  digest: string,
  { token }: Ranges,
  now: () => Date,
  work: (may: Bringing['may']) => Promise<ListSync>,
): Promise<{ synced: ListSync | { outcome: 'busy' } }> {
  const claim = await claimEdge({ lists: service }, token, now());
  if (!claim) return { synced: { outcome: 'busy' } };
  const synced = await orLater(() => work(() => stillClaimed(claim, now())));
  const at = now().toISOString();
  if (synced.outcome === 'same' || synced.outcome === 'changed')
    await leaveEdge(claim, { digest, at, outcome: 'done' });
  else if (synced.outcome === 'failed')
    await leaveEdge(claim, { at, outcome: 'failed', code: synced.problem.code, reason: synced.problem.message });
  else if (synced.outcome === 'later') await leaveEdge(claim, { at, outcome: 'waiting', reason: synced.reason });
  return { synced };
}

async function bringAll(
  service: Service,
  { ranges, dryRun, pause = wait }: SyncingLists,
  may: Bringing['may'],
): Promise<ListSync> {
  const lists = await findOwn(service);
  let all: ListSync = { outcome: 'same' };
  for (const family of FAMILIES) {
    const list = lists[family];
    if (!list) continue;
    const blocks = ofFamily(ranges.blocks[service], family);
    if (family === 4 && blocks.length === 0) return { outcome: 'failed', problem: empty(service) };
    const one = await bringList(list, blocks, {
      description: markOf(service),
      may,
      pause: async (ms) => void (await pause(ms)),
      dryRun,
    });
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

/** Each list in the making has a token of its own, so that a call that is made again makes no second one. */
async function makeMissing(
  service: Service,
  families: readonly Family[],
  ranges: Ranges,
): Promise<{ outcome: 'failed'; problem: Problem } | undefined> {
  const there = await findOwn(service);
  for (const family of families) {
    if (there[family]) continue;
    const blocks = ofFamily(ranges.blocks[service], family);
    if (family === 4 && blocks.length === 0) return { outcome: 'failed', problem: empty(service) };
    const allowed = await rulesPerGroup();
    const fitting = reconcileList(blocks, { id: '', version: 0, maxEntries: allowed, cidrs: [] }, family, allowed);
    if ('code' in fitting) return { outcome: 'failed', problem: fitting };
    const name = listName(service, family);
    const cidrs = blocks.slice(0, ENTRIES_A_CALL).map(textOf);
    const maxEntries = sizeFor(blocks.length, allowed);
    await makePrefixList({
      name,
      family,
      maxEntries,
      cidrs,
      description: markOf(service),
      tags: { Name: name, [TAG]: setting('INSTALLATION') },
      token: createHash('sha256')
        .update(JSON.stringify([name, maxEntries, cidrs]))
        .digest('hex')
        .slice(0, 32),
    });
  }
  return undefined;
}

/** Ours, by family; of several with one name the one that everybody comes upon. */
async function findOwn(service: Service): Promise<Partial<Record<Family, PrefixListNow>>> {
  const lists = await findPrefixLists({ names: FAMILIES.map((family) => listName(service, family)) });
  const own = lists
    .filter(({ state, tags }) => state !== 'gone' && tags[TAG] === setting('INSTALLATION'))
    .sort((a, b) => a.id.localeCompare(b.id));
  const [ipv4, ipv6] = FAMILIES.map((family) => own.find((list) => list.family === family));
  return { ...(ipv4 && { 4: ipv4 }), ...(ipv6 && { 6: ipv6 }) };
}

const idsOf = (lists: Partial<Record<Family, PrefixListNow>>): Partial<Record<Family, string>> => ({
  ...(lists[4] && { 4: lists[4].id }),
  ...(lists[6] && { 6: lists[6].id }),
});

const ofFamily = (blocks: readonly Block[], family: Family): Block[] => blocks.filter((one) => one.family === family);

const digestOf = (blocks: readonly Block[]): string =>
  createHash('sha256').update(blocks.map(textOf).join()).digest('hex').slice(0, 20);
