import {
  changePrefixList,
  entriesOf,
  findPrefixLists,
  type ListChange,
  type PrefixListNow,
} from '../aws/prefix-lists.ts';
import { rulesPerGroup } from '../aws/service-quotas.ts';
import { type Block, textOf } from '../edge/cidr.ts';
import { type ListChanges, reconcileList } from '../edge/prefix-list.ts';
import type { Problem } from '../errors.ts';
import type { Listed } from './door.ts';
import { contended, listDenied, listGone, unmade } from './trouble.ts';
import { pauseBefore, ROUNDS, type Work } from './work.ts';

export type ListSync =
  | { outcome: 'same' }
  | { outcome: 'changed'; added: number; removed: number }
  | { outcome: 'would'; add: Listed[]; remove: Listed[] }
  | { outcome: 'overtaken' }
  | { outcome: 'later'; reason: string }
  | { outcome: 'failed'; problem: Problem };

/** A change takes some seconds, more with many groups that name the list; waiting for all of them takes 26 s. */
const LOOKS = 8;

/**
 * Brings a prefix list to hold exactly these blocks: every group that names it follows at once.
 * @param description what each entry says.
 */
export async function bringList(
  found: PrefixListNow,
  blocks: readonly Block[],
  description: string,
  work: Work,
): Promise<ListSync> {
  const { id } = found;
  let first: ListChanges | undefined;
  let list: PrefixListNow | undefined = found;
  for (let round = 0; round < ROUNDS; round += 1) {
    list = await settled(list, work);
    if (!list) return { outcome: 'later', reason: `EC2 is still changing the prefix list ${id}` };
    if (list.state === 'gone') return { outcome: 'failed', problem: listGone(id) };
    const changes = await changesOf(list, blocks, work.quota);
    if ('code' in changes) return { outcome: 'failed', problem: changes };
    first ??= changes;
    if (changes.resize === undefined && changes.calls.length === 0) return end(first);
    if (work.dryRun) return would(id, changes);
    const made = await makeAll(list, changes, description, work);
    if (made === 'done') return end(first);
    if (made !== 'again') return made;
    await work.pause(pauseBefore(round));
    list = await look(id);
  }
  return { outcome: 'failed', problem: contended([id]) };
}

/** The quota is asked for only where something is to be changed. */
async function changesOf(
  list: PrefixListNow,
  blocks: readonly Block[],
  quota: number | undefined,
): Promise<ListChanges | Problem> {
  const { maxEntries = 0 } = list;
  const now = { id: list.id, version: list.version, maxEntries, cidrs: await entriesOf(list) };
  const changes = reconcileList(blocks, now, list.family, Number.MAX_SAFE_INTEGER);
  if (!('code' in changes) && changes.resize === undefined && changes.calls.length === 0) return changes;
  return reconcileList(blocks, now, list.family, quota ?? (await rulesPerGroup()));
}

async function makeAll(
  list: PrefixListNow,
  { resize, calls }: ListChanges,
  description: string,
  work: Work,
): Promise<'done' | 'again' | ListSync> {
  let now: PrefixListNow = list;
  const wanted: ListChange[] = [
    ...(resize === undefined ? [] : [{ maxEntries: resize }]),
    ...calls.map(({ add, remove }) => ({ add: add.map(textOf), remove, description })),
  ];
  for (const change of wanted) {
    if (!(await work.may())) return { outcome: 'overtaken' };
    const did = await changePrefixList(now, change);
    if (did === 'moved') return 'again';
    if (did === 'gone') return { outcome: 'failed', problem: listGone(list.id) };
    if (did === 'denied') return { outcome: 'failed', problem: listDenied(list.id) };
    if (did === 'full') return { outcome: 'failed', problem: unmade(list.id, 'it has no room for as many entries') };
    const after = await whenMade(change, now, work);
    if (!after) return { outcome: 'later', reason: `EC2 is still changing the prefix list ${list.id}` };
    if (after.state === 'failed')
      return { outcome: 'failed', problem: unmade(list.id, after.reason ?? 'it does not say why') };
    now = after;
  }
  return 'done';
}

/** Waits until it is not being changed; undefined where that takes too long, or nobody is to wait. */
async function settled(list: PrefixListNow | undefined, { pause, dryRun }: Work): Promise<PrefixListNow | undefined> {
  let now = list;
  for (let turn = 0; turn < LOOKS; turn += 1) {
    if (now?.state !== 'changing') return now;
    if (dryRun) return undefined;
    await pause(pauseBefore(turn));
    now = await look(now.id);
  }
  return undefined;
}

/** Waits until a change has been made, or has failed; undefined where that takes too long. */
async function whenMade(
  change: ListChange,
  before: PrefixListNow,
  { pause }: Work,
): Promise<PrefixListNow | undefined> {
  for (let turn = 0; turn < LOOKS; turn += 1) {
    const now = await look(before.id);
    if (now?.state === 'failed' || (now?.state === 'ready' && isSeen(change, before, now))) return now;
    await pause(pauseBefore(turn));
  }
  return undefined;
}

/** Entries come with a new version; a size does not. What is read at once may be from before the change. */
const isSeen = (change: ListChange, before: PrefixListNow, now: PrefixListNow): boolean =>
  'maxEntries' in change ? now.maxEntries === change.maxEntries : now.version > before.version;

async function look(id: string): Promise<PrefixListNow | undefined> {
  const [list] = await findPrefixLists({ ids: [id] });
  return list;
}

/** @param first what was to be changed at first: an answer that was lost says nothing of what was done. */
function end({ calls }: ListChanges): ListSync {
  const added = calls.reduce((sum, { add }) => sum + add.length, 0);
  const removed = calls.reduce((sum, { remove }) => sum + remove.length, 0);
  return added + removed === 0 ? { outcome: 'same' } : { outcome: 'changed', added, removed };
}

const would = (group: string, { calls }: ListChanges): ListSync => ({
  outcome: 'would',
  add: [{ group, cidrs: calls.flatMap(({ add }) => add.map(textOf)) }],
  remove: [{ group, cidrs: calls.flatMap(({ remove }) => remove) }],
});
