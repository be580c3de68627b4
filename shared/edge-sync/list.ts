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
import { contended, denied, gone, unmade } from './trouble.ts';

/** Who works at a list, and how it is told to stop. */
export interface Bringing {
  /** What each entry says. */
  description: string;
  /** Asked before anything is removed: whether nobody else has taken over. */
  may(): Promise<boolean>;
  pause(milliseconds: number): Promise<void>;
  dryRun?: boolean | undefined;
}

export type ListSync =
  | { outcome: 'same' }
  | { outcome: 'changed'; added: number; removed: number }
  | { outcome: 'would'; add: Listed[]; remove: Listed[] }
  | { outcome: 'overtaken' }
  | { outcome: 'later'; reason: string }
  | { outcome: 'failed'; problem: Problem };

const ROUNDS = 5;
/** A change takes some seconds, more with many groups that name the list; waiting for all of them takes 26 s. */
const LOOKS = 8;
const FIRST_LOOK_MS = 100;

/** Brings a prefix list to hold exactly these blocks: every group that names it follows at once. */
export async function bringList(found: PrefixListNow, blocks: readonly Block[], work: Bringing): Promise<ListSync> {
  const counts = { added: 0, removed: 0 };
  let id = found.id;
  let list: PrefixListNow | undefined = found;
  for (let round = 0; round < ROUNDS; round += 1) {
    list = await settled(list, work);
    if (!list) return { outcome: 'later', reason: `EC2 is still changing the prefix list ${id}` };
    if (list.state === 'gone') return { outcome: 'failed', problem: gone(id) };
    id = list.id;
    const changes = await changesOf(list, blocks);
    if ('code' in changes) return { outcome: 'failed', problem: changes };
    if (changes.resize === undefined && changes.calls.length === 0) return end(counts);
    if (work.dryRun) return would(id, changes);
    const made = await makeAll(list, changes, counts, work);
    if (made === 'done') return end(counts);
    if (made !== 'again') return made;
    await work.pause(FIRST_LOOK_MS * 2 ** round);
    list = await look(id);
  }
  return { outcome: 'failed', problem: contended([id]) };
}

/** The quota is asked for only where something is to be changed. */
async function changesOf(list: PrefixListNow, blocks: readonly Block[]): Promise<ListChanges | Problem> {
  const { maxEntries = 0 } = list;
  const now = { id: list.id, version: list.version, maxEntries, cidrs: await entriesOf(list) };
  const changes = reconcileList(blocks, now, list.family, Number.MAX_SAFE_INTEGER);
  if (!('code' in changes) && changes.resize === undefined && changes.calls.length === 0) return changes;
  return reconcileList(blocks, now, list.family, await rulesPerGroup());
}

async function makeAll(
  list: PrefixListNow,
  { resize, calls }: ListChanges,
  counts: { added: number; removed: number },
  work: Bringing,
): Promise<'done' | 'again' | ListSync> {
  let now: PrefixListNow = list;
  const wanted: ListChange[] = [
    ...(resize === undefined ? [] : [{ maxEntries: resize }]),
    ...calls.map(({ add, remove }) => ({ add: add.map(textOf), remove, description: work.description })),
  ];
  for (const change of wanted) {
    const removes = 'remove' in change && change.remove.length > 0;
    if (removes && !(await work.may())) return { outcome: 'overtaken' };
    const did = await changePrefixList(now, change);
    if (did === 'moved') return 'again';
    if (did === 'gone') return { outcome: 'failed', problem: gone(list.id) };
    if (did === 'denied') return { outcome: 'failed', problem: denied(list.id) };
    if (did === 'full') return { outcome: 'failed', problem: unmade(list.id, 'it has no room for as many entries') };
    const after = await settled(await look(list.id), work);
    if (!after) return { outcome: 'later', reason: `EC2 is still changing the prefix list ${list.id}` };
    if (after.state === 'failed')
      return { outcome: 'failed', problem: unmade(list.id, after.reason ?? 'it does not say why') };
    if ('add' in change) {
      counts.added += change.add.length;
      counts.removed += change.remove.length;
    }
    now = after;
  }
  return 'done';
}

/** Waits until it is not being changed; undefined where that takes too long. */
async function settled(list: PrefixListNow | undefined, { pause }: Bringing): Promise<PrefixListNow | undefined> {
  let now = list;
  for (let turn = 0; turn < LOOKS; turn += 1) {
    if (now?.state !== 'changing') return now;
    await pause(FIRST_LOOK_MS * 2 ** turn);
    now = await look(now.id);
  }
  return undefined;
}

async function look(id: string): Promise<PrefixListNow | undefined> {
  const [list] = await findPrefixLists({ ids: [id] });
  return list;
}

const end = ({ added, removed }: { added: number; removed: number }): ListSync =>
  added + removed === 0 ? { outcome: 'same' } : { outcome: 'changed', added, removed };

const would = (group: string, { calls }: ListChanges): ListSync => ({
  outcome: 'would',
  add: [{ group, cidrs: calls.flatMap(({ add }) => add.map(textOf)) }],
  remove: [{ group, cidrs: calls.flatMap(({ remove }) => remove) }],
});
