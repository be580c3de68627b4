import fc from 'fast-check';
import { type Block, canonical, type Family, parseBlock, textOf } from '../../shared/edge/cidr.ts';
import type { Changes, Front, Group, Rule } from '../../shared/edge/reconcile.ts';
import { smallBlock } from './blocks.ts';

/** The port that the fronts of these tests let in on. */
export const PORT = 443;

const TCP = { protocol: 'tcp', fromPort: PORT, toPort: PORT };
const familyOf = (cidr: string): Family => (cidr.includes(':') ? 6 : 4);
const countedAs = (cidr: string): Rule['weight'] => (familyOf(cidr) === 4 ? { 4: 1, 6: 0 } : { 4: 0, 6: 1 });

/** A rule for one block on the front's port. */
const rule = (id: string, cidr: string, ours: boolean): Rule => ({ id, cidr, ...TCP, ours, weight: countedAs(cidr) });

/** A rule of ours, and one that somebody else made. */
export const our = (id: string, cidr: string): Rule => rule(id, cidr, true);
export const foreign = (id: string, cidr: string): Rule => rule(id, cidr, false);

/** A group with so many foreign rules of a family, each for another single address. */
export const fullOf = (id: string, many: number, family: Family = 4): Group => ({
  id,
  rules: Array.from({ length: many }, (_, at) =>
    foreign(`${id}-${at}`, family === 4 ? `52.0.${at}.1/32` : `2600:1f00::${at}/128`),
  ),
});

/** What the groups let in together on the front's port, from all who made rules. */
export const openOf = (groups: readonly Group[]): Block[] =>
  groups
    .flatMap(({ rules }) => rules)
    .filter(({ protocol, fromPort, toPort }) => protocol === 'tcp' && fromPort === PORT && toPort === PORT)
    .flatMap(({ cidr = '' }) => {
      const block = parseBlock(cidr);
      return typeof block === 'string' ? [] : [block];
    });

/** What the groups are after each call, as AWS carries it out: first what is added, group by group, then what is removed. */
export function statesOf(groups: readonly Group[], { add, remove }: Changes): Group[][] {
  const calls = [
    ...add.map(
      ({ group, blocks }) =>
        (one: Group) =>
          one.id === group ? added(one, blocks) : one,
    ),
    ...remove.map(
      ({ group, rules }) =>
        (one: Group) =>
          one.id === group ? removed(one, rules) : one,
    ),
  ];
  const states = [[...groups]];
  for (const call of calls) states.push((states.at(-1) ?? []).map(call));
  return states;
}

function added(group: Group, blocks: readonly Block[]): Group {
  const rules = [...group.rules];
  for (const block of blocks) {
    if (openOf([{ ...group, rules }]).some((there) => textOf(there) === textOf(block)))
      throw new Error(`InvalidPermission.Duplicate: ${textOf(block)} in ${group.id}`);
    rules.push(our(`new-${group.id}-${rules.length}`, textOf(block)));
  }
  return { ...group, rules };
}

function removed(group: Group, ids: readonly string[]): Group {
  for (const id of ids)
    if (!group.rules.some((one) => one.id === id)) throw new Error(`InvalidSecurityGroupRuleId.NotFound: ${id}`);
  return { ...group, rules: group.rules.filter(({ id }) => !ids.includes(id)) };
}

/** Rules on other ports and of other protocols, and those that name no addresses: some with our mark, most without. */
const strangeRule: fc.Arbitrary<Omit<Rule, 'id'>> = fc.oneof(
  fc.record({ cidr: smallBlock.map(textOf), port: fc.constantFrom(80, 8443), ours: fc.boolean() }).map((one) => ({
    ...rule('', one.cidr, one.ours),
    fromPort: one.port,
    toPort: one.port,
  })),
  smallBlock.map((block) => ({ ...rule('', textOf(block), false), protocol: '-1', fromPort: -1, toPort: -1 })),
  fc.nat(8).map((entries) => ({ ...TCP, ours: false, weight: { 4: entries, 6: 0 } })),
  fc.constant({ ...TCP, ours: false, weight: { 4: 1, 6: 1 } }),
);

const plainRule = fc
  .tuple(smallBlock, fc.boolean())
  .map(([block, ours]): Omit<Rule, 'id'> => rule('', textOf(block), ours));

/** AWS has none twice in a group. */
const ruleKey = ({ cidr, protocol, fromPort, weight }: Omit<Rule, 'id'>) =>
  `${cidr === undefined ? `${weight[4]} ${weight[6]}` : canonical(cidr)} ${protocol} ${fromPort}`;

const rulesOf = fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: plainRule }, strangeRule), {
  selector: ruleKey,
  maxLength: 16,
});

/** Any front: up to five groups, as full as may be, of which some hold more than they may since the quota was lowered. */
export const anyFront: fc.Arbitrary<Front> = fc.record({
  groups: fc.array(rulesOf, { minLength: 1, maxLength: 5 }).map((all) =>
    all.map((rules, at) => ({
      id: `sg-${at}`,
      rules: rules.map((one, nth) => ({ ...one, id: `sgr-${at}-${nth}` })),
    })),
  ),
  port: fc.constant(PORT),
  allowed: fc.integer({ min: 1, max: 40 }),
});
