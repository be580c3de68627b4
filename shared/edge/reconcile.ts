import type { Problem } from '../errors.ts';
import { type Block, canonical, FAMILIES, type Family, textOf } from './cidr.ts';

/** A rule of a security group that lets something in. */
export interface Rule {
  id: string;
  /** The block of addresses; absent where it names a group or a prefix list. */
  cidr?: string;
  protocol: string;
  fromPort: number;
  toPort: number;
  /** Pilotage made it, and may remove it. */
  ours: boolean;
  /** What it counts as against the quota, in each family. */
  weight: Readonly<Record<Family, number>>;
}

export interface Group {
  id: string;
  rules: readonly Rule[];
}

/** What stands in front of a load balancer: its groups, all of which let in on one port. */
export interface Front {
  groups: readonly Group[];
  port: number;
  /** Rules that a group may have, in each family. */
  allowed: number;
}

/** What is to be done, in this order: all of `add`, a look whether it is there, then all of `remove`. */
export interface Changes {
  add: { group: string; blocks: Block[] }[];
  remove: { group: string; rules: string[] }[];
}

/**
 * What has to change so that the groups together let in exactly these blocks. Only rules of ours are ever removed. What is
 * to be added must fit in beside all that is there: otherwise nothing is done at all.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 * @param desired aggregated.
 */
export function reconcile(desired: readonly Block[], front: Front): Changes | Problem {
  const wanted = new Map(desired.map((block) => [textOf(block), block]));
  const held = new Set<string>();
  const remove: Changes['remove'] = [];
  for (const group of front.groups) {
    const gone = group.rules.filter((rule) => rule.ours && !isKept(rule, front.port, wanted, held));
    if (gone.length > 0) remove.push({ group: group.id, rules: gone.map(({ id }) => id) });
  }
  // A second rule for the same port and addresses is refused by AWS, whoever made the first.
  for (const rule of front.groups.flatMap(({ rules }) => rules))
    if (!rule.ours && isOpening(rule, front.port)) held.add(canonical(rule.cidr ?? ''));
  const missing = [...wanted].filter(([text]) => !held.has(text)).map(([, block]) => block);
  const add = spread(missing, front);
  return 'code' in add ? add : { add, remove };
}

/** Marks what it keeps: a second rule of ours for the same addresses is one too many. */
function isKept(rule: Rule, port: number, wanted: ReadonlyMap<string, Block>, held: Set<string>): boolean {
  const text = canonical(rule.cidr ?? '');
  if (!isOpening(rule, port) || !wanted.has(text) || held.has(text)) return false;
  held.add(text);
  return true;
}

const isOpening = ({ protocol, fromPort, toPort, cidr }: Rule, port: number): boolean =>
  cidr !== undefined && protocol === 'tcp' && fromPort === port && toPort === port;

/** What its rules count as in a family. */
export const usedOf = ({ rules }: Group, family: Family): number =>
  rules.reduce((sum, { weight }) => sum + weight[family], 0);

/** Into the first group that has room, so that few groups are touched. */
function spread(missing: readonly Block[], { groups, allowed }: Front): Changes['add'] | Problem {
  const added = new Map<string, Block[]>();
  for (const family of FAMILIES) {
    const waiting = missing.filter((block) => block.family === family);
    const rooms = groups.map((group) => ({ group, room: Math.max(0, allowed - usedOf(group, family)) }));
    const room = rooms.reduce((sum, one) => sum + one.room, 0);
    if (waiting.length > room) return tooMany(family, waiting.length, room, groups, allowed);
    for (const { group, room } of rooms) {
      const blocks = waiting.splice(0, room);
      if (blocks.length > 0) added.set(group.id, [...(added.get(group.id) ?? []), ...blocks]);
    }
  }
  return groups.flatMap(({ id }) => {
    const blocks = added.get(id);
    return blocks ? [{ group: id, blocks }] : [];
  });
}

/** What helps where rules do not fit into groups. */
export const ROOM =
  'ask for a higher quota (Service Quotas, vpc, L-0EA8095F), or use edge.mode: managed-prefix-list, which counts as 55 IPv4 rules in one group, however many ranges there are';

function tooMany(family: Family, missing: number, room: number, groups: readonly Group[], allowed: number): Problem {
  const foreign = groups.reduce(
    (sum, { rules }) => sum + rules.reduce((weight, rule) => weight + (rule.ours ? 0 : rule.weight[family]), 0),
    0,
  );
  const of = groups.length === 1 ? `${groups[0]?.id}, which may have` : `${groups.length} groups, which may have`;
  return {
    code: 'EDGE_QUOTA',
    message: `${missing} more IPv${family} rules do not fit into ${of} ${allowed} ${groups.length === 1 ? 'of them' : 'of them each'}: there is room for ${room}${foreign > 0 ? `, and ${foreign} were made by others` : ''}`,
    expected: 'room for what comes beside what goes, since nothing is removed before the new is there',
    hint: `${ROOM}; no rule was changed`,
  };
}
