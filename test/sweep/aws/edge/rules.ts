import type { Ec2Action } from '../ec2.ts';
import { Refusal, type Shape } from '../query.ts';
import type { Edges, EdgesPort, IngressRule } from './state.ts';

/**
 * Rules of security groups. A call does all that it asks for, or nothing.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
 */
export const ruleActions = (edges: EdgesPort): Record<string, Ec2Action> => ({
  DescribeSecurityGroupRules: {
    writes: false,
    mayBeStale: true,
    about: (input) => valuesIn(input, 'group-id').join(' '),
    act(input, _, stale) {
      const { groups } = edges.seenBy(stale);
      const found = valuesIn(input, 'group-id').flatMap((id) => (groups[id] ?? []).map((rule) => shapeOf(id, rule)));
      return { securityGroupRuleSet: found };
    },
  },
  AuthorizeSecurityGroupIngress: {
    writes: true,
    about: (input) => `${input.get('GroupId')} ${wantedIn(input).map(({ cidr }) => cidr)}`,
    act: (input) =>
      edges.change(() => {
        const { now } = edges;
        const rules = groupIn(now, input);
        const wanted = wantedIn(input);
        if (wanted.some((one) => rules.some((rule) => isSame(one, rule))))
          throw new Refusal('InvalidPermission.Duplicate', 'the specified rule already exists');
        if (!hasRoom(now, [...rules, ...wanted])) {
          now.overfull += 1;
          throw new Refusal('RulesPerSecurityGroupLimitExceeded', 'The maximum number of rules has been reached');
        }
        for (const rule of wanted) rules.push({ ...rule, id: `sgr-${++now.count}` });
        return { return: true };
      }),
  },
  RevokeSecurityGroupIngress: {
    writes: true,
    about: (input) => `${input.get('GroupId')} ${idsIn(input)}`,
    act: (input) =>
      edges.change(() => {
        const rules = groupIn(edges.now, input);
        const ids = idsIn(input);
        const missing = ids.find((id) => !rules.some((rule) => rule.id === id));
        if (missing)
          throw new Refusal(
            'InvalidSecurityGroupRuleId.NotFound',
            `The security group rule ID '${missing}' does not exist`,
          );
        edges.now.groups[input.get('GroupId') ?? ''] = rules.filter(({ id }) => !ids.includes(id));
        return { return: true };
      }),
  },
});

/** Values of a filter by its name. */
export function valuesIn(input: URLSearchParams, filter: string): string[] {
  const [, at] =
    [...input]
      .map(([key, value]) => (value === filter && /^Filter\.(\d+)\.Name$/.exec(key)) || [])
      .find(([, number]) => number) ?? [];
  return [...input].filter(([key]) => key.startsWith(`Filter.${at}.Value.`)).map(([, value]) => value);
}

function groupIn({ groups }: Edges, input: URLSearchParams): IngressRule[] {
  const id = input.get('GroupId') ?? '';
  const found = groups[id];
  if (!found) throw new Refusal('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
  return found;
}

function wantedIn(input: URLSearchParams): IngressRule[] {
  const wanted: IngressRule[] = [];
  for (let at = 1; input.has(`IpPermissions.${at}.IpProtocol`); at += 1) {
    const get = (field: string) => input.get(`IpPermissions.${at}.${field}`);
    const [ranges, cidr] = get('IpRanges.1.CidrIp')
      ? ['IpRanges.1', get('IpRanges.1.CidrIp')]
      : ['Ipv6Ranges.1', get('Ipv6Ranges.1.CidrIpv6')];
    wanted.push({
      id: '',
      protocol: get('IpProtocol') ?? '',
      from: Number(get('FromPort')),
      to: Number(get('ToPort')),
      cidr: cidr ?? '',
      description: get(`${ranges}.Description`) ?? '',
    });
  }
  if (wanted.length === 0) throw new Refusal('MissingParameter', 'The request must contain ipPermissions');
  return wanted;
}

const idsIn = (input: URLSearchParams): string[] =>
  [...input].filter(([key]) => key.startsWith('SecurityGroupRuleId.')).map(([, value]) => value);

/** Whatever it is described as. */
const isSame = (one: IngressRule, other: IngressRule): boolean =>
  one.protocol === other.protocol && one.from === other.from && one.to === other.to && one.cidr === other.cidr;

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
export const hasRoom = ({ lists, allowed }: Edges, rules: readonly IngressRule[]): boolean =>
  ([4, 6] as const).every((family) => {
    const weights = rules.map((rule) => weightOf(rule, family, lists));
    return weights.reduce((sum, weight) => sum + weight, 0) <= allowed;
  });

function weightOf({ cidr, list }: IngressRule, family: 4 | 6, lists: Edges['lists']): number {
  if (cidr !== undefined) return cidr.includes(':') === (family === 6) ? 1 : 0;
  if (list === undefined) return 1;
  const found = lists.find(({ id }) => id === list);
  // AWS's own list of CloudFront's addresses.
  if (!found) return family === 4 ? 55 : 0;
  return found.family === `IPv${family}` ? found.maxEntries : 0;
}

const shapeOf = (groupId: string, { id, protocol, from, to, cidr, list, description }: IngressRule): Shape => ({
  securityGroupRuleId: id,
  groupId,
  isEgress: false,
  ipProtocol: protocol,
  fromPort: from,
  toPort: to,
  cidrIpv4: cidr?.includes(':') ? undefined : cidr,
  cidrIpv6: cidr?.includes(':') ? cidr : undefined,
  prefixListId: list,
  description,
});
