import {
  AuthorizeSecurityGroupIngressCommand,
  EC2Client,
  type IpPermission,
  paginateDescribeSecurityGroupRules,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { clientConfig } from './config.ts';

const client = new EC2Client(clientConfig);

/** A rule of a security group that lets something in. */
export interface IngressRule {
  group: string;
  id: string;
  description: string;
  /** IPv4 or IPv6; absent where it names a prefix list or a group. */
  cidr?: string;
  prefixList?: string;
  /** -1 are all of them. */
  protocol: string;
  fromPort: number;
  toPort: number;
}

/** The most that one answer has: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html */
const RULES_A_PAGE = 1000;

/** All that is let into these groups; of a group that is gone, nothing. */
export async function ingressOf(groups: readonly string[]): Promise<IngressRule[]> {
  const rules: IngressRule[] = [];
  const asked = { Filters: [{ Name: 'group-id', Values: [...groups] }] };
  for await (const page of paginateDescribeSecurityGroupRules({ client, pageSize: RULES_A_PAGE }, asked))
    for (const rule of page.SecurityGroupRules ?? []) {
      if (rule.IsEgress) continue;
      const cidr = rule.CidrIpv4 ?? rule.CidrIpv6;
      rules.push({
        group: rule.GroupId ?? '',
        id: rule.SecurityGroupRuleId ?? '',
        description: rule.Description ?? '',
        ...(cidr !== undefined && { cidr }),
        ...(rule.PrefixListId !== undefined && { prefixList: rule.PrefixListId }),
        protocol: rule.IpProtocol ?? '',
        fromPort: rule.FromPort ?? -1,
        toPort: rule.ToPort ?? -1,
      });
    }
  return rules;
}

/** What is let in, on one port of TCP. */
export interface LetIn {
  port: number;
  description: string;
  cidrs: readonly { family: 4 | 6; cidr: string }[];
}

/**
 * Adds a rule for each block, all of them in one call.
 * @returns `there` when one of them is there already, as after an answer that was lost; `full` when the quota is reached.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
 */
export async function letIn(group: string, { port, description, cidrs }: LetIn): Promise<'done' | Changed> {
  const IpPermissions = cidrs.map(({ family, cidr }): IpPermission => {
    const rule = { IpProtocol: 'tcp', FromPort: port, ToPort: port };
    return family === 4
      ? { ...rule, IpRanges: [{ CidrIp: cidr, Description: description }] }
      : { ...rule, Ipv6Ranges: [{ CidrIpv6: cidr, Description: description }] };
  });
  return changed(() => client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions })));
}

/**
 * Removes rules by their ids, all of them in one call.
 * @returns `missing` when one of them is not there, as after an answer that was lost: then none was removed.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
 */
export const shutOut = (group: string, rules: readonly string[]): Promise<'done' | Changed> =>
  changed(() =>
    client.send(new RevokeSecurityGroupIngressCommand({ GroupId: group, SecurityGroupRuleIds: [...rules] })),
  );

/** Why a group was not changed. */
export type Changed = 'there' | 'missing' | 'gone' | 'full' | 'denied';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const EXPECTED: Readonly<Record<string, Changed>> = {
  'InvalidPermission.Duplicate': 'there',
  'InvalidPermission.NotFound': 'missing',
  'InvalidSecurityGroupRuleId.NotFound': 'missing',
  'InvalidGroup.NotFound': 'gone',
  'InvalidGroupId.NotFound': 'gone',
  RulesPerSecurityGroupLimitExceeded: 'full',
  UnauthorizedOperation: 'denied',
};

async function changed(call: () => Promise<unknown>): Promise<'done' | Changed> {
  try {
    await call();
    return 'done';
  } catch (error) {
    const expected = error instanceof Error ? EXPECTED[error.name] : undefined;
    if (!expected) throw error;
    return expected;
  }
}
