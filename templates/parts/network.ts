import type { ResolvedFor } from '../../shared/manifest/complete.ts';
import { nameIn, type Site } from '../../shared/preview/model.ts';
import type { Door } from '../../shared/preview/targets/target.ts';
import { att, type Part, parameter, type Resource, ref, type Value } from '../template.ts';
import { endpoints } from './endpoints.ts';

type Network = NonNullable<ResolvedFor<'ecs'>['network']>;

/** The network that something runs in, as the other parts refer to it. */
export interface Placed {
  part: Part;
  vpc: Value;
  publicSubnets: Value;
  privateSubnets: Value;
}

/** The network’s addresses; each zone has two subnets of a sixteenth of them, public ones first. */
const CIDR = '10.0.0.0/16';
const MOST_ZONES = 4;
const blockOf = (index: number): string => `10.0.${16 * index}.0/20`;

/** The block of the database’s subnet in a zone, after those of the public and private ones. */
export const databaseBlock = (zone: number): string => blockOf(2 * MOST_ZONES + zone - 1);

/** The pilot's own network, or the operator's, which comes in by parameters. */
export function networkPart(site: Site, network: Network, door: Door): Placed {
  return network.vpc === 'shared' ? shared(door) : own(site, network, door);
}

const SUBNETS = 'List<AWS::EC2::Subnet::Id>';
export const SHARED_PRIVATE_SUBNETS = {
  SharedPrivateSubnets: parameter('Its private subnets, one in each zone', undefined, SUBNETS),
};
const shared = (door: Door): Placed => ({
  part: {
    Parameters: {
      SharedVpc: parameter('The operator’s network', undefined, 'AWS::EC2::VPC::Id'),
      ...((door.balancer !== 'none' || door.network === 'public') && {
        SharedPublicSubnets: parameter('Its public subnets, one in each zone', undefined, SUBNETS),
      }),
      ...((door.network === 'private' || door.balancer === 'internal') && SHARED_PRIVATE_SUBNETS),
    },
    Resources: {},
  },
  vpc: ref('SharedVpc'),
  publicSubnets: ref('SharedPublicSubnets'),
  privateSubnets: ref('SharedPrivateSubnets'),
});

/**
 * One in each zone: of the operator's network, of which nobody knows how many it has, the first ones. The
 * volume has to be reachable in each zone that has tasks or instances, and costs for each in which it is.
 */
export const subnetsOf = ({ privateSubnets }: Placed, zones: number): Value[] =>
  Array.isArray(privateSubnets)
    ? privateSubnets
    : Array.from({ length: zones }, (_, index) => ({ 'Fn::Select': [index, privateSubnets] }));

function own(site: Site, { zones, egress }: Network, door: Door): Placed {
  const numbers = Array.from({ length: zones }, (_, index) => index + 1);
  const goesOut = door.network === 'private';
  // CloudFront’s way into the network ends in private subnets, whether anything in them goes out or not.
  const isHidden = goesOut || door.balancer === 'internal';
  const gateways = goesOut && egress !== 'endpoints' ? numbers.slice(0, egress === 'nat' ? 1 : zones) : [];
  const named = (name: string): Value => [{ Key: 'Name', Value: `${nameIn(site, 'stack')} ${name}` }];
  const Resources: Record<string, Resource> = {
    Vpc: {
      Type: 'AWS::EC2::VPC',
      Properties: { CidrBlock: CIDR, EnableDnsHostnames: true, EnableDnsSupport: true, Tags: named('network') },
    },
    // The group that AWS adds to each network lets all in it talk to each other: nobody is in it.
    InternetGateway: { Type: 'AWS::EC2::InternetGateway' },
    InternetGatewayAttachment: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: ref('Vpc'), InternetGatewayId: ref('InternetGateway') },
    },
    PublicRoutes: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: ref('Vpc'), Tags: named('public') } },
    PublicRoute: {
      Type: 'AWS::EC2::Route',
      DependsOn: ['InternetGatewayAttachment'],
      Properties: {
        RouteTableId: ref('PublicRoutes'),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: ref('InternetGateway'),
      },
    },
  };
  for (const number of numbers) {
    const zone: Value = { 'Fn::Select': [number - 1, { 'Fn::GetAZs': '' }] };
    const subnet = (kind: string, block: number, routes: string) => {
      Resources[`${kind}Subnet${number}`] = {
        Type: 'AWS::EC2::Subnet',
        Properties: {
          VpcId: ref('Vpc'),
          AvailabilityZone: zone,
          CidrBlock: blockOf(block),
          MapPublicIpOnLaunch: false,
          Tags: named(`${kind.toLowerCase()} ${number}`),
        },
      };
      Resources[`${kind}Subnet${number}Routes`] = {
        Type: 'AWS::EC2::SubnetRouteTableAssociation',
        Properties: { SubnetId: ref(`${kind}Subnet${number}`), RouteTableId: ref(routes) },
      };
    };
    subnet('Public', number - 1, 'PublicRoutes');
    if (!isHidden) continue;
    Resources[`PrivateRoutes${number}`] = {
      Type: 'AWS::EC2::RouteTable',
      Properties: { VpcId: ref('Vpc'), Tags: named(`private ${number}`) },
    };
    subnet('Private', MOST_ZONES + number - 1, `PrivateRoutes${number}`);
    if (gateways.length > 0)
      Resources[`PrivateRoute${number}`] = {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: ref(`PrivateRoutes${number}`),
          DestinationCidrBlock: '0.0.0.0/0',
          NatGatewayId: ref(`NatGateway${gateways.includes(number) ? number : 1}`),
        },
      };
  }
  for (const number of gateways) {
    Resources[`NatAddress${number}`] = {
      Type: 'AWS::EC2::EIP',
      DependsOn: ['InternetGatewayAttachment'],
      Properties: { Domain: 'vpc' },
    };
    Resources[`NatGateway${number}`] = {
      Type: 'AWS::EC2::NatGateway',
      Properties: {
        AllocationId: att(`NatAddress${number}`, 'AllocationId'),
        SubnetId: ref(`PublicSubnet${number}`),
        Tags: named(`gateway ${number}`),
      },
    };
  }
  const subnets = (kind: string): Value => numbers.map((number) => ref(`${kind}Subnet${number}`));
  const privateSubnets = isHidden ? subnets('Private') : [];
  if (goesOut)
    Object.assign(
      Resources,
      endpoints({ zones: numbers, egress, services: door.endpoints, subnets: privateSubnets, cidr: CIDR }),
    );
  return { part: { Resources }, vpc: ref('Vpc'), publicSubnets: subnets('Public'), privateSubnets };
}
