import type { Template } from '../../templates/template.ts';
import { rulesPerGroup } from '../aws/service-quotas.ts';
import { findStack } from '../aws/stacks.ts';
import type { Block } from '../edge/cidr.ts';
import { type Group, reconcile } from '../edge/reconcile.ts';
import { readGroups } from '../edge-sync/read-door.ts';
import { openingOf } from '../edge-sync/subject.ts';
import { blocksFor, orLater } from '../edge-sync/sync.ts';
import type { Problem } from '../errors.ts';
import type { Opening } from '../ledger/edge.ts';
import { type Failed, type Parked, type Refused, refused } from '../outcome.ts';
import { STACKS_OWN } from '../preview/parts/front.ts';
import { patience, rangesFor } from './edge-ranges.ts';

type Outputs = Readonly<Record<string, string>>;

/**
 * Whether what is to be let in has room in the groups that the stack will have, before it is changed: the stack takes away what
 * lets CloudFront in now, and nobody could put it back.
 * @param name of the stack.
 * @returns undefined where there is room, or where the stack goes on to open what it does.
 */
export async function roomInGroups(
  { Outputs = {} }: Template,
  name: string,
  since: Date,
): Promise<Parked | Refused | Failed | undefined> {
  const wanted = openingOf(undefined, written(Outputs));
  if (!wanted) return undefined;
  const outputs = (await findStack(name))?.outputs ?? {};
  const now = openingOf(undefined, outputs);
  if (now && isAlike(now, wanted)) return undefined;
  const ranges = await rangesFor(wanted.service, since);
  if ('outcome' in ranges) return ranges;
  const judged = await orLater(async () => {
    const groups = await groupsToBe(wanted.groups, now, outputs);
    const allowed = await rulesPerGroup();
    return { problem: judge(blocksFor(wanted, ranges), { groups, port: wanted.port, allowed }, now) };
  });
  if ('reason' in judged) return patience(`EC2 to say what the groups hold (${judged.reason})`, since);
  return judged.problem && refused(judged.problem);
}

/** What the template says for sure; of groups it knows the logical names alone. */
const written = (outputs: NonNullable<Template['Outputs']>): Outputs =>
  Object.fromEntries(
    Object.entries(outputs).flatMap(([name, { Value }]) => {
      const text = name === 'EdgeGroups' ? namesIn(Value).join() : Value;
      return typeof text === 'string' ? [[name, text]] : [];
    }),
  );

/** @param value `{ Fn::Join: [',', [{ Fn::GetAtt: [name, 'GroupId'] }, …]] }` */
const namesIn = (value: unknown): string[] =>
  (value as { 'Fn::Join': [string, { 'Fn::GetAtt': [string, string] }[]] })['Fn::Join'][1].map(
    (one) => one['Fn::GetAtt'][0],
  );

const isAlike = (one: Opening, other: Opening): boolean =>
  one.groups.length === other.groups.length &&
  one.service === other.service &&
  one.ipv6 === other.ipv6 &&
  one.port === other.port;

/** Those that are there already hold what the stack itself does not take away; the others come empty. */
async function groupsToBe(names: readonly string[], now: Opening | undefined, outputs: Outputs): Promise<Group[]> {
  const ids = idsOf(names, now?.groups ?? [], outputs);
  const known = ids.filter((id) => id !== undefined);
  const found = known.length > 0 ? await readGroups(known, ({ description }) => !STACKS_OWN.has(description)) : [];
  return names.map((name, index) => found.find(({ id }) => id === ids[index]) ?? { id: name, rules: [] });
}

/** The main group is at one end, and the others follow in their order; that of environments is told in each mode. */
function idsOf(names: readonly string[], kept: readonly string[], { FrontGroup }: Outputs): (string | undefined)[] {
  const isMainFirst = names[0] === 'FrontGroup';
  const main = isMainFirst ? FrontGroup : kept.at(-1);
  const others = isMainFirst ? kept.slice(1) : kept.slice(0, -1);
  return names.map((_, index) => {
    if (index === (isMainFirst ? 0 : names.length - 1)) return main;
    return others[isMainFirst ? index - 1 : index];
  });
}

/** AWS allows no more, for it multiplies them by the groups of a network interface. */
const MOST_RULES = 1000;

function judge(blocks: readonly Block[], door: Parameters<typeof reconcile>[1], now?: Opening): Problem | undefined {
  const fits = (allowed: number) => !('code' in reconcile(blocks, { ...door, allowed }));
  const found = reconcile(blocks, door);
  if (!('code' in found)) return undefined;
  let needed = door.allowed + 1;
  while (needed < MOST_RULES && !fits(needed)) needed += 1;
  return {
    code: found.code,
    message: found.message,
    expected: `a quota of at least ${needed} rules, since nothing is removed before the new is there`,
    hint: `ask for it (Service Quotas, vpc, L-0EA8095F), or ${now?.mode === 'rules' ? 'leave edge as it was deployed last' : 'choose another edge.mode or edge.service'}; nothing was changed`,
  };
}
