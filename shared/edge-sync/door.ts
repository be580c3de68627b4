import { letIn, shutOut } from '../aws/security-groups.ts';
import { rulesPerGroup } from '../aws/service-quotas.ts';
import { type Block, canonical, textOf } from '../edge/cidr.ts';
import type { Service } from '../edge/ranges.ts';
import { type Changes, type Group, type Rule, reconcile, usedOf } from '../edge/reconcile.ts';
import type { Problem } from '../errors.ts';
import type { GroupUse } from '../ledger/edge.ts';
import { markOf, readGroups } from './read-door.ts';
import { contended, denied, empty, full, gone, QUOTA } from './trouble.ts';
import { pauseBefore, ROUNDS, type Work } from './work.ts';

/** Groups of one load balancer, and what they are to let in together. */
export interface Door {
  groups: readonly string[];
  port: number;
  service: Service;
  /** Aggregated. */
  blocks: readonly Block[];
}

/** What would be added to a group, or removed from it. */
export interface Listed {
  group: string;
  cidrs: string[];
}

/** Rules of a group that others made, in words: `tcp 22 from 0.0.0.0/0 (sgr-0a1b2c3d)`. */
export interface OthersRules {
  group: string;
  rules: string[];
}

export type DoorSync =
  | { outcome: 'same'; groups: GroupUse[] }
  /** `quota`: rules that a group may have, where AWS was asked. */
  | { outcome: 'changed'; added: number; removed: number; groups: GroupUse[]; quota?: number }
  /** `others`: rules that others made, which let in something else; they stay. */
  | { outcome: 'would'; add: Listed[]; remove: Listed[]; others?: OthersRules[]; groups: GroupUse[] }
  | { outcome: 'overtaken' }
  | { outcome: 'later'; reason: string }
  | { outcome: 'failed'; problem: Problem };

/** What was added is seen by those who read within seconds; waiting for all of them takes 13 s. */
const LOOKS = 7;

/**
 * Brings groups to let in exactly these blocks: adds what is missing, waits until that is seen, and only then removes what is too
 * much. Cut off anywhere it lets in at least what both the old list and the new one have, and the next run goes on from there.
 * @throws what AWS says that nobody here can do anything about, such as that it is asked too often.
 */
export async function syncDoor(door: Door, work: Work): Promise<DoorSync> {
  let { quota } = work;
  let asked: number | undefined;
  if (!door.blocks.some(({ family }) => family === 4)) return { outcome: 'failed', problem: empty(door.service) };
  const before = await readGroups(door.groups);
  let groups = before;
  for (let round = 0; round < ROUNDS; round += 1) {
    const changes = wantedOf(door, groups);
    if (changes.add.length > 0) {
      const { fitting, allowed, isAsked } = await fit(door, groups, quota, work.dryRun);
      if ('code' in fitting) return { outcome: 'failed', problem: fitting };
      if (work.dryRun) return would(door, fitting, groups, allowed);
      const added = await addAll(door, fitting.add, work);
      if (added === 'overtaken') return { outcome: 'overtaken' };
      const isOutdated = typeof added === 'object' && added.code === QUOTA && !isAsked;
      if (typeof added === 'object' && !isOutdated) return { outcome: 'failed', problem: added };
      quota = isOutdated ? undefined : allowed;
      if (isAsked) asked = allowed;
      if (added !== 'done') {
        await work.pause(pauseBefore(round));
        groups = await readGroups(door.groups);
        continue;
      }
      const seen = await readBack(door, work);
      if (!seen) return { outcome: 'later', reason: 'EC2 does not show the rules that were added' };
      groups = seen;
    } else if (work.dryRun) return would(door, changes, groups);

    const { remove } = wantedOf(door, groups);
    if (remove.length === 0) return end(before, groups, { quota, asked });
    const removed = await removeAll(remove, work);
    if (removed === 'overtaken') return { outcome: 'overtaken' };
    if (typeof removed === 'object') return { outcome: 'failed', problem: removed };
    if (removed === 'done') return end(before, without(groups, remove), { quota, asked });
    await work.pause(pauseBefore(round));
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

/** The quota that is remembered is enough for what fits; nothing is refused by it, but in a dry run. */
async function fit(
  { blocks, port }: Door,
  groups: readonly Group[],
  known: number | undefined,
  dryRun = false,
): Promise<{ fitting: Changes | Problem; allowed: number; isAsked: boolean }> {
  if (known !== undefined) {
    const fitting = reconcile(blocks, { groups, port, allowed: known });
    if (dryRun || !('code' in fitting)) return { fitting, allowed: known, isAsked: false };
  }
  const allowed = await rulesPerGroup();
  return { fitting: reconcile(blocks, { groups, port, allowed }), allowed, isAsked: true };
}

type Did = 'done' | 'again' | 'overtaken' | Problem;

/** @returns `again` where somebody added one of them meanwhile, or an answer was lost: what is there has to be read. */
async function addAll(door: Door, add: Changes['add'], { may }: Work): Promise<Did> {
  const description = markOf(door.service);
  for (const { group, blocks } of add) {
    const cidrs = blocks.map((block) => ({ family: block.family, cidr: textOf(block) }));
    if (!(await may())) return 'overtaken';
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
    await pause(pauseBefore(look));
  }
  return undefined;
}

async function removeAll(remove: Changes['remove'], { may }: Work): Promise<Did> {
  for (const { group, rules } of remove) {
    if (!(await may())) return 'overtaken';
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
  for (const { group, rules } of remove) {
    if (!(await may())) return false;
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

/** What is told is what differs: an answer that was lost says nothing of what was done. */
function end(
  before: readonly Group[],
  groups: readonly Group[],
  { quota, asked }: { quota: number | undefined; asked: number | undefined },
): DoorSync {
  const [old, now] = [oursIn(before), oursIn(groups)];
  const added = [...now].filter((id) => !old.has(id)).length;
  const removed = [...old].filter((id) => !now.has(id)).length;
  const uses = usesOf(groups, quota);
  if (added + removed === 0) return { outcome: 'same', groups: uses };
  return { outcome: 'changed', added, removed, groups: uses, ...(asked !== undefined && { quota: asked }) };
}

const oursIn = (groups: readonly Group[]): Set<string> =>
  new Set(groups.flatMap(({ rules }) => rules.filter(({ ours }) => ours).map(({ id }) => id)));

function would(door: Door, { add, remove }: Changes, groups: readonly Group[], allowed?: number): DoorSync {
  const others = othersIn(door, groups);
  const texts = new Map(groups.flatMap(({ rules }) => rules.map((rule) => [rule.id, rule.cidr ?? rule.id] as const)));
  return {
    outcome: 'would',
    add: add.map(({ group, blocks }) => ({ group, cidrs: blocks.map(textOf) })),
    remove: remove.map(({ group, rules }) => ({ group, cidrs: rules.map((id) => texts.get(id) ?? id) })),
    ...(others.length > 0 && { others }),
    groups: usesOf(groups, allowed),
  };
}

/** A rule that lets in what is to be let in anyhow changes nothing, whoever made it. */
function othersIn({ blocks, port }: Door, groups: readonly Group[]): OthersRules[] {
  const wanted = new Set(blocks.map(textOf));
  const isHarmless = ({ protocol, fromPort, toPort, cidr }: Rule): boolean =>
    protocol === 'tcp' && fromPort === port && toPort === port && wanted.has(canonical(cidr ?? ''));
  return groups.flatMap(({ id, rules }) => {
    const others = rules.filter((rule) => !rule.ours && !isHarmless(rule));
    return others.length > 0 ? [{ group: id, rules: others.map(inWords) }] : [];
  });
}

function inWords({ id, protocol, fromPort, toPort, cidr }: Rule): string {
  const ports = fromPort === toPort ? `${fromPort}` : `${fromPort}-${toPort}`;
  const what = protocol === '-1' ? 'everything' : `${protocol} ${ports}`;
  return `${what} from ${cidr ?? 'a group or a list'} (${id})`;
}
