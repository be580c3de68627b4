import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { setting } from '../aws/config.ts';
import { findPrefixLists, makePrefixList, type PrefixListNow } from '../aws/prefix-lists.ts';
import { rulesPerGroup } from '../aws/service-quotas.ts';
import { type Block, FAMILIES, type Family, textOf } from '../edge/cidr.ts';
import { ENTRIES_A_CALL, reconcileList, sizeFor } from '../edge/prefix-list.ts';
import type { Ranges, Service } from '../edge/ranges.ts';
import type { Problem } from '../errors.ts';
import {
  bringForward,
  claimEdge,
  type EdgeClaim,
  type EdgeState,
  findEdge,
  leaveEdge,
  type Opening,
  stillClaimed,
  stirEdge,
} from '../ledger/edge.ts';
import { digestOf } from './gate.ts';
import { bringList, type ListSync } from './list.ts';
import { markOf } from './read-door.ts';
import { orLater, TAKEN_OVER } from './sync.ts';
import { empty, listGone } from './trouble.ts';
import type { Work } from './work.ts';

export interface SyncingLists {
  ranges: Ranges;
  /** As that of `syncPilot`. */
  check: 'gate' | 'drift';
  /** Lists that a pilot’s groups name: where others are kept by now, nobody keeps those. */
  named?: Pick<Opening, 'service' | 'lists'> | undefined;
  dryRun?: boolean | undefined;
  /** As that of `syncPilot`. */
  quota?: number | undefined;
  now?: () => Date;
  pause?: (milliseconds: number) => Promise<unknown>;
}

export type ServiceSync = { service: Service } & (
  | ListSync
  /** Somebody else is at them. */
  | { outcome: 'busy' }
);

const TAG = 'pilotage:installation';

/** Names of lists are not unique in an account; the tag says whose one is. */
export const listName = (service: Service, family: Family): string =>
  `${setting('INSTALLATION')}-${service.toLowerCase().replaceAll('_', '-')}-ipv${family}`;

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

/** What became of lists, and which ones they are. */
type Brought = ListSync & { lists?: string[] };

const toldOf = ({ lists: _, ...synced }: Brought): ListSync => synced;

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
    const brought = await bringAll(lists, service, { ranges, check: 'drift', now, ...syncing }, may);
    return { ...brought, lists: Object.values(idsOf(lists)) };
  });
  if (synced.outcome !== 'same' && synced.outcome !== 'changed' && synced.outcome !== 'would')
    return { service, ...synced };
  return { ids: idsOf(await findOwn(service)) };
}

async function claimed(
  service: Service,
  ranges: Ranges,
  now: () => Date,
  work: (may: Work['may'], state: EdgeState) => Promise<Brought>,
): Promise<ListSync | { outcome: 'busy' }> {
  const claim = await claimEdge({ lists: service }, ranges.token, now());
  if (!claim) return { outcome: 'busy' };
  const brought = await orLater(() => work(() => stillClaimed(claim, now()), claim.state));
  const state = stateAfter(brought, claim, ranges.blocks[service] ?? []);
  if (await leaveEdge(claim, { ...state, at: now().toISOString() })) return toldOf(brought);
  // What was done meanwhile may have come after all that the other one has looked at.
  await stirEdge(claim);
  return { outcome: 'overtaken' };
}

function stateAfter(brought: Brought, { state }: EdgeClaim, blocks: readonly Block[]): EdgeState {
  const { lists } = brought;
  switch (brought.outcome) {
    case 'same':
    case 'changed':
      return { digest: digestOf({ blocks }, state), outcome: 'done', ...(lists && { lists }) };
    case 'failed':
      return { outcome: 'failed', code: brought.problem.code, reason: brought.problem.message };
    default:
      return { outcome: 'waiting', reason: brought.outcome === 'later' ? brought.reason : TAKEN_OVER };
  }
}

async function bringAll(
  lists: Partial<Record<Family, PrefixListNow>>,
  service: Service,
  { ranges, dryRun, quota, pause = wait }: SyncingLists,
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

/**
 * Who asks again for the same list gets that one, by its token. Of two that were made of different ranges everybody takes the same
 * one, as `findOwn` does.
 * @param before ids of those that were found last: where one is lost, it is not given again.
 */
async function makeMissing(
  service: Service,
  families: readonly Family[],
  { ranges, before, may }: { ranges: Ranges; before: readonly string[]; may: Work['may'] },
): Promise<{ outcome: 'failed'; problem: Problem } | { outcome: 'overtaken' } | undefined> {
  const there = await findOwn(service);
  for (const family of families) {
    if (there[family]) continue;
    const blocks = ofFamily(ranges.blocks[service] ?? [], family);
    if (family === 4 && blocks.length === 0) return { outcome: 'failed', problem: empty(service) };
    const allowed = await rulesPerGroup();
    const fitting = reconcileList(blocks, { id: '', version: 0, maxEntries: allowed, cidrs: [] }, family, allowed);
    if ('code' in fitting) return { outcome: 'failed', problem: fitting };
    if (!(await may())) return { outcome: 'overtaken' };
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
        .update(JSON.stringify([name, maxEntries, cidrs, before]))
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

/** The ids of those that are there, by family; none is made. */
export const listsThere = async (service: Service): Promise<Partial<Record<Family, string>>> =>
  idsOf(await findOwn(service));

const idsOf = (lists: Partial<Record<Family, PrefixListNow>>): Partial<Record<Family, string>> => ({
  ...(lists[4] && { 4: lists[4].id }),
  ...(lists[6] && { 6: lists[6].id }),
});

const ofFamily = (blocks: readonly Block[], family: Family): Block[] => blocks.filter((one) => one.family === family);
