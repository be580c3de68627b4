import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from '@aws-sdk/client-ec2';

/**
 * What AWS's sample `update_security_groups` does, written anew after its description: for each of four sets of tags it
 * asks for the groups, and brings each to the ranges by removing what is too much, then adding what is missing. IPv4
 * alone, no look at the quota: https://github.com/aws-samples/aws-cloudfront-samples
 */
const client = new EC2Client({ maxAttempts: 1 });

/** Published ranges of one kind, as they are published. */
export interface SampleRanges {
  cloudfront_g: readonly string[];
  cloudfront_r: readonly string[];
}

const SETS = (['cloudfront_g', 'cloudfront_r'] as const).flatMap((Name) =>
  [
    { Protocol: 'http', port: 80 },
    { Protocol: 'https', port: 443 },
  ].map(({ Protocol, port }) => ({ Name, port, tags: { Name, AutoUpdate: 'true', Protocol } })),
);

export const SAMPLE_SETS = SETS;

/** @returns what AWS refused: the sample's function ends with the first one. */
export async function updateSecurityGroups(ranges: SampleRanges): Promise<string | undefined> {
  try {
    for (const { Name, port, tags } of SETS) {
      const Filters = Object.entries(tags).map(([tag, value]) => ({ Name: `tag:${tag}`, Values: [value] }));
      const { SecurityGroups = [] } = await client.send(new DescribeSecurityGroupsCommand({ Filters }));
      for (const group of SecurityGroups) await updateSecurityGroup(group, ranges[Name], port);
    }
    return undefined;
  } catch (error) {
    return (error as Error).name;
  }
}

async function updateSecurityGroup({ GroupId, IpPermissions }: SecurityGroup, ranges: readonly string[], port: number) {
  const there = (IpPermissions ?? [])
    .filter(({ FromPort = 0, ToPort = 0 }) => FromPort <= port && port <= ToPort)
    .flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp = '' }) => CidrIp));
  const revoked = there.filter((cidr) => !ranges.includes(cidr));
  const added = ranges.filter((cidr) => !there.includes(cidr));
  if (revoked.length > 0)
    await client.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission(revoked, port)] }));
  if (added.length > 0)
    await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission(added, port)] }));
}

const permission = (cidrs: readonly string[], port: number): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  IpRanges: cidrs.map((CidrIp) => ({ CidrIp })),
});
