import { letIn, shutOut } from '../aws/security-groups.ts';
import { rulesPerGroup } from '../aws/service-quotas.ts';
import { type Block, textOf } from '../edge/cidr.ts';
import type { Service } from '../edge/ranges.ts';
import { type Changes, type Group, reconcile, usedOf } from '../edge/reconcile.ts';
import type { Problem } from '../errors.ts';
import type { GroupUse } from '../ledger/edge.ts';
import { markOf, readGroups } from './read-door.ts';
import { contended, denied, empty, full, gone, QUOTA } from './trouble.ts';

/** Groups of one load balancer, and what they are to let in together. */
export interface Door {
  groups: readonly string[];
  port: number;
  service: Service;
  /** Aggregated. */
  blocks: readonly Block[];
}

/** Who works at it, and how it is told to stop. */
export interface Work {
  /** Asked before anything is removed: whether nobody else has taken over. */
  may(): Promise<boolean>;
  pause(milliseconds: number): Promise<void>;
  /** Rules that a group may have, as AWS said not long ago; asked for anew where they would not be enough. */
  quota?: number | undefined;
  dryRun?: boolean | undefined;
}

/** What would be added to a group, or removed from it. */
export interface Listed {
  group: string;
  cidrs: string[];
}

export type DoorSync =
  | { outcome: 'same'; groups: GroupUse[] }
  /** `quota`: rules that a group may have, where AWS was asked. */
  | { outcome: 'changed'; added: number; removed: number; groups: GroupUse[]; quota?: number }
  | { outcome: 'would'; add: Listed[]; remove: Listed[]; groups: GroupUse[] }
  | { outcome: 'overtaken' }
  | { outcome: 'later'; reason: string }
  | { outcome: 'failed'; problem: Problem };

/** Others may be at the groups at the same moment; who always is, is told. */
const ROUNDS = 5;
/** What was added is seen by those who read within seconds; waiting for all of them takes 13 s. */
const LOOKS = 7;
const FIRST_LOOK_MS = 100;

/**
 * Brings groups to let in exactly these blocks: adds what is missing, waits until that is seen, and only then removes what is too
 * much. Cut off anywhere it lets in at least what both the old list and the new one have, and the next run goes on from there.
 * @throws what AWS says that nobody here can do anything about, such as that it is asked too often.
 */
export async function syncDoor(door: Door, work: Work): Promise<DoorSync> {
  const counts: Counts = { added: 0, removed: 0 };
  let quota = work.quota;
  if (door.blocks.length === 0) return { outcome: 'failed', problem: empty(door.service) };
  let groups = await readGroups(door.groups);
  for (let round = 0; round < ROUNDS; round += 1) {
    const changes = wantedOf(door, groups);
    if (changes.add.length > 0) {
      const { fitting, allowed, isAsked } = await fit(door, groups, quota);
      if ('code' in fitting) return { outcome: 'failed', problem: fitting };
      if (work.dryRun) return would(fitting, groups, allowed);
      const added = await addAll(door, fitting.add);
      const isOutdated = typeof added === 'object' && added.code === QUOTA && !isAsked;
      if (typeof added === 'object' && !isOutdated) return { outcome: 'failed', problem: added };
      quota = isOutdated ? undefined : allowed;
      if (isAsked) counts.quota = allowed;
      if (added !== 'done') {
        await work.pause(FIRST_LOOK_MS * 2 ** round);
        groups = await readGroups(door.groups);
        continue;
      }
      counts.added += fitting.add.reduce((sum, { blocks }) => sum + blocks.length, 0);
      const seen = await readBack(door, work);
      if (!seen) return { outcome: 'later', reason: 'EC2 does not show the rules that were added' };
      groups = seen;
    } else if (work.dryRun) return would(changes, groups);

    const { remove } = wantedOf(door, groups);
    if (remove.length === 0) return end(counts, groups, quota);
    if (!(await work.may())) return { outcome: 'overtaken' };
    const removed = await removeAll(remove);
    if (typeof removed === 'object') return { outcome: 'failed', problem: removed };
    if (removed === 'done') {
      counts.removed += remove.reduce((sum, { rules }) => sum + rules.length, 0);
      return end(counts, without(groups, remove), quota);
    }
    await work.pause(FIRST_LOOK_MS * 2 ** round);
    groups = await readGroups(door.groups);
  }
  return { outcome: 'failed', problem: contended(door.groups) };
}

/** What is missing and what is too much, however many rules are allowed. */
function wantedOf({ blocks, port }: Door, groups: readonly Group[]): Changes {
  const changes = reconcile(blocks, { groups, port, allowed: Number.MAX_SAFE_INTEGER });
  if ('code' in changes) throw new Error(changes.message);
  return changes;
}

/** The quota that is remembered is enough for what fits; nothing is refused by it. */
async function fit(
  { blocks, port }: Door,
  groups: readonly Group[],
  known: number | undefined,
): Promise<{ fitting: Changes | Problem; allowed: number; isAsked: boolean }> {
  if (known !== undefined) {
    const fitting = reconcile(blocks, { groups, port, allowed: known });
    if (!('code' in fitting)) return { fitting, allowed: known, isAsked: false };
  }
  const allowed = await rulesPerGroup();
  return { fitting: reconcile(blocks, { groups, port, allowed }), allowed, isAsked: true };
}

/** @returns `again` where somebody added one of them meanwhile, or an answer was lost: what is there has to be read. */
async function addAll(door: Door, add: Changes['add']): Promise<'done' | 'again' | Problem> {
  const description = markOf(door.service);
  for (const { group, blocks } of add) {
    const cidrs = blocks.map((block) => ({ family: block.family, cidr: textOf(block) }));
    const did = await letIn(group, { port: door.port, description, cidrs });
    if (did === 'gone') return gone(group);
    if (did === 'full') return full(group);
    if (did === 'denied') return denied(group);
    if (did !== 'done') return 'again';
  }
  return 'done';
}

/** @returns undefined where what was added is not seen in time: then nothing may be removed. */
async function readBack(door: Door, { pause }: Work): Promise<Group[] | undefined> {
  for (let look = 0; look < LOOKS; look += 1) {
    const groups = await readGroups(door.groups);
    if (wantedOf(door, groups).add.length === 0) return groups;
    await pause(FIRST_LOOK_MS * 2 ** look);
  }
  return undefined;
}

async function removeAll(remove: Changes['remove']): Promise<'done' | 'again' | Problem> {
  for (const { group, rules } of remove) {
    const did = await shutOut(group, rules);
    if (did === 'gone') return gone(group);
    if (did === 'denied') return denied(group);
    if (did !== 'done') return 'again';
  }
  return 'done';
}

/**
 * Removes all rules of ours from groups that are not kept any more; one that is gone has none.
 * @returns false where somebody else has taken over.
 */
export async function clearGroups(ids: readonly string[], { may }: Work): Promise<boolean> {
  if (ids.length === 0) return true;
  const remove = (await readGroups(ids)).flatMap(({ id, rules }) => {
    const ours = rules.filter((rule) => rule.ours).map((rule) => rule.id);
    return ours.length > 0 ? [{ group: id, rules: ours }] : [];
  });
  if (remove.length === 0) return true;
  if (!(await may())) return false;
  for (const { group, rules } of remove) {
    const did = await shutOut(group, rules);
    if (did !== 'done' && did !== 'gone') throw new Error(`rules of ${group} could not be removed: ${did}`);
  }
  return true;
}

function without(groups: readonly Group[], remove: Changes['remove']): Group[] {
  const gone = new Set(remove.flatMap(({ rules }) => rules));
  return groups.map(({ id, rules }) => ({ id, rules: rules.filter((rule) => !gone.has(rule.id)) }));
}

const usesOf = (groups: readonly Group[], allowed?: number): GroupUse[] =>
  groups.map((group) => ({
    id: group.id,
    ipv4: usedOf(group, 4),
    ipv6: usedOf(group, 6),
    ...(allowed !== undefined && { allowed }),
  }));

interface Counts {
  added: number;
  removed: number;
  quota?: number | undefined;
}

function end({ added, removed, quota }: Counts, groups: readonly Group[], allowed?: number): DoorSync {
  const uses = usesOf(groups, allowed);
  if (added + removed === 0) return { outcome: 'same', groups: uses };
  return { outcome: 'changed', added, removed, groups: uses, ...(quota !== undefined && { quota }) };
}

function would({ add, remove }: Changes, groups: readonly Group[], allowed?: number): DoorSync {
  const texts = new Map(groups.flatMap(({ rules }) => rules.map((rule) => [rule.id, rule.cidr ?? rule.id] as const)));
  return {
    outcome: 'would',
    add: add.map(({ group, blocks }) => ({ group, cidrs: blocks.map(textOf) })),
    remove: remove.map(({ group, rules }) => ({ group, cidrs: rules.map((id) => texts.get(id) ?? id) })),
    groups: usesOf(groups, allowed),
  };
}
