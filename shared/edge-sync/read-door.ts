import { findPrefixLists, type PrefixListNow } from '../aws/prefix-lists.ts';
import { type IngressRule, ingressOf } from '../aws/security-groups.ts';
import type { Service } from '../edge/ranges.ts';
import type { Group, Rule } from '../edge/reconcile.ts';

/** What marks a rule of ours: nobody else’s is ever removed. */
export const markOf = (service: Service): string => `${MARK}${service}`;
const MARK = 'Pilotage: ';

/**
 * What AWS's own lists count as, which they do not tell; the beginning and the end of their names:
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
const WEIGHTS: Readonly<Record<string, number>> = {
  '.cloudfront.origin-facing': 55,
  '.dynamodb': 1,
  '.ec2-instance-connect': 2,
  '.groundstation': 5,
  '.route53-healthchecks': 25,
  '.s3': 1,
  '.s3express': 6,
  '.vpc-lattice': 10,
};
/** The heaviest: a list that is not known here must not be taken for a light one. */
export const HEAVIEST = 55;

/**
 * The groups as they are now, in the order in which they are named: one call, and another one where rules name prefix lists.
 * @param counts which of their rules matter: all, unless said otherwise.
 */
export async function readGroups(
  ids: readonly string[],
  counts: (rule: IngressRule) => boolean = () => true,
): Promise<Group[]> {
  const rules = (await ingressOf(ids)).filter(counts);
  const named = [...new Set(rules.flatMap(({ prefixList }) => prefixList ?? []))];
  const lists = named.length > 0 ? await findPrefixLists({ ids: named }) : [];
  const byId = new Map(lists.map((list) => [list.id, list]));
  return ids.map((id) => ({
    id,
    rules: rules.filter(({ group }) => group === id).map((rule) => ruleOf(rule, byId)),
  }));
}

const ruleOf = (rule: IngressRule, lists: ReadonlyMap<string, PrefixListNow>): Rule => ({
  id: rule.id,
  ...(rule.cidr !== undefined && { cidr: rule.cidr }),
  protocol: rule.protocol,
  fromPort: rule.fromPort,
  toPort: rule.toPort,
  ours: rule.description.startsWith(MARK),
  weight: weightOf(rule, lists),
});

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
function weightOf({ cidr, prefixList }: IngressRule, lists: ReadonlyMap<string, PrefixListNow>): Rule['weight'] {
  if (cidr !== undefined) return cidr.includes(':') ? { 4: 0, 6: 1 } : { 4: 1, 6: 0 };
  // A rule that names a group counts in both families.
  if (prefixList === undefined) return { 4: 1, 6: 1 };
  const list = lists.get(prefixList);
  const weight = list?.maxEntries ?? ownWeight(list?.name ?? '');
  return { 4: list?.family === 6 ? 0 : weight, 6: list && list.family === 4 ? 0 : weight };
}

const ownWeight = (name: string): number =>
  Object.entries(WEIGHTS).find(([end]) => name.endsWith(end))?.[1] ?? HEAVIEST;
