import { HOURS, type Use } from '../../cost/cost.ts';
import { type Component, nameIn, type Resource, type Site } from '../model.ts';
import type { TargetPlan } from '../targets/target.ts';
import { monthly } from '../uses.ts';

type Network = NonNullable<Site['manifest']['network']>;

/** GB a month that go out through a NAT gateway or an endpoint: images, mail, calls to others. A guess. */
const OUTGOING = 10;
/** Where the manifest says nothing of it, and something needs one. */
export const USUAL: Network = { vpc: 'own', zones: 2, egress: 'nat' };

/** The network, where something runs in one. */
export function networkOf(site: Site, { door, components: [main] }: TargetPlan): Component[] {
  if (door.network === 'none') return [];
  const network = site.manifest.network ?? USUAL;
  const { vpc, zones } = network;
  const isOwn = vpc === 'own';
  const goesOut = door.network === 'private';
  return [
    {
      name: 'network',
      function: 'Keeps apart what nobody may reach from outside',
      fits: `holds the ${main.name}${site.manifest.database && !site.manifest.database.url ? ' and the database' : ''}, in ${zones} zones`,
      resources: isOwn ? [vpcOf(site, network), ...(goesOut ? waysOut(site, network, door.endpoints) : [])] : [],
      uses: isOwn && goesOut ? usesOf(network, door.endpoints) : [],
    },
  ];
}

const vpcOf = (site: Site, { zones }: Network): Resource => ({
  type: 'AWS::EC2::VPC',
  name: nameIn(site, 'stack'),
  settings: { zones: String(zones), subnets: 'public and private in each zone' },
});

function waysOut(site: Site, { zones, egress }: Network, endpoints: readonly string[]): Resource[] {
  const name = nameIn(site, 'stack');
  return egress === 'endpoints'
    ? [{ type: 'AWS::EC2::VPCEndpoint', name, settings: { to: ['s3', ...endpoints].join(', ') } }]
    : [{ type: 'AWS::EC2::NatGateway', name, settings: { count: String(gatewaysOf(egress, zones)) } }];
}

const gatewaysOf = (egress: Network['egress'], zones: number): number => (egress === 'nat' ? 1 : zones);

function usesOf({ zones, egress }: Network, endpoints: readonly string[]): Use[] {
  if (egress === 'endpoints') {
    const count = endpoints.length * zones;
    return [
      monthly('endpoint.hour', count * HOURS, `${endpoints.length} endpoints in ${zones} zones`),
      monthly('endpoint.gb', OUTGOING, `traffic to AWS, taken as ${OUTGOING} GB`),
    ];
  }
  const count = gatewaysOf(egress, zones);
  const gateways = count === 1 ? 'NAT gateway' : `${count} NAT gateways`;
  return [
    monthly('nat.hour', count * HOURS, gateways),
    monthly('ipv4.hour', count * HOURS, `public address of the ${gateways}`),
    monthly('nat.gb', OUTGOING, `traffic to the internet, taken as ${OUTGOING} GB`),
  ];
}
