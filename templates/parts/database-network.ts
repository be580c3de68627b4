import type { ResolvedFor } from '../../shared/manifest/complete.ts';
import { type Database, PORTS } from '../../shared/preview/database.ts';
import { nameIn, type Site } from '../../shared/preview/model.ts';
import { type Part, type Resource, ref, type Value } from '../template.ts';
import { databaseBlock, type Placed, SHARED_PRIVATE_SUBNETS } from './network.ts';

type Network = NonNullable<ResolvedFor<'ecs'>['network']>;

export const SUBNET_GROUP = 'DatabaseSubnets';
export const DATABASE_GROUP = 'DatabaseGroup';

/**
 * Where the database stands: in subnets of its own from which nothing leads out, or in the private ones of the operator's
 * network, in two zones at least, as RDS wants it also of a database in one.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
 * @param from the security group of what may reach it.
 */
export function databaseNetworkPart(
  site: Site,
  database: Database,
  network: Network,
  placed: Placed,
  from: Value,
): Part {
  const port = PORTS[database.engine];
  const isOwn = network.vpc === 'own';
  const numbers = Array.from({ length: network.zones }, (_, index) => index + 1);
  return {
    ...(!isOwn && { Parameters: SHARED_PRIVATE_SUBNETS }),
    Resources: {
      ...(isOwn && ownSubnets(site, numbers)),
      [SUBNET_GROUP]: {
        Type: 'AWS::RDS::DBSubnetGroup',
        Properties: {
          DBSubnetGroupDescription: 'Where the database may stand',
          SubnetIds: isOwn ? numbers.map((number) => ref(`DatabaseSubnet${number}`)) : ref('SharedPrivateSubnets'),
        },
      },
      [DATABASE_GROUP]: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupName: nameIn(site, 'security-group', 'database'),
          GroupDescription: 'The database: only the pilot may reach it',
          VpcId: placed.vpc,
          SecurityGroupIngress: [
            {
              IpProtocol: 'tcp',
              FromPort: port,
              ToPort: port,
              SourceSecurityGroupId: from,
              Description: 'from the pilot',
            },
          ],
        },
      },
    },
  };
}

function ownSubnets(site: Site, numbers: number[]): Record<string, Resource> {
  const named = (name: string): Value => [{ Key: 'Name', Value: `${nameIn(site, 'stack')} ${name}` }];
  const subnets = numbers.flatMap((number): [string, Resource][] => [
    [
      `DatabaseSubnet${number}`,
      {
        Type: 'AWS::EC2::Subnet',
        Properties: {
          VpcId: ref('Vpc'),
          AvailabilityZone: { 'Fn::Select': [number - 1, { 'Fn::GetAZs': '' }] },
          CidrBlock: databaseBlock(number),
          MapPublicIpOnLaunch: false,
          Tags: named(`database ${number}`),
        },
      },
    ],
    [
      `DatabaseSubnet${number}Routes`,
      {
        Type: 'AWS::EC2::SubnetRouteTableAssociation',
        Properties: { SubnetId: ref(`DatabaseSubnet${number}`), RouteTableId: ref('DatabaseRoutes') },
      },
    ],
  ]);
  return {
    // No route is ever added to it.
    DatabaseRoutes: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc'), Tags: named('database') } },
    ...Object.fromEntries(subnets),
  };
}
