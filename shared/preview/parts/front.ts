import { HOURS, type Use } from '../../cost/cost.ts';
import { USUAL_SERVICE } from '../../edge/services.ts';
import { type Component, nameIn, type Resource, type Site } from '../model.ts';
import type { Door, TargetPlan } from '../targets/target.ts';
import { monthly, perMillion } from '../uses.ts';
import { sentence } from './links.ts';

/** New connections a second, and GB an hour, that one unit of a load balancer’s capacity (LCU) bears. */
const LCU = { connections: 25, gb: 1 };

/** GB that a million answers are. */
const gbOf = ({ load }: Site): number => load.kilobytes;

/** CloudFront in front: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Introduction.html */
export function cdnOf(site: Site, { door, components: [main] }: TargetPlan): Component[] {
  if (door.cdn === 'none') return [];
  const { domain } = site.manifest;
  const behind = door.balancer === 'none' ? `the ${main.name}` : 'the load balancer';
  const shared = door.cdn === 'shared';
  return [
    {
      name: 'CDN',
      function: 'Answers visitors from a place near them, and keeps what may be kept',
      fits: `visitors reach it; it asks ${behind}`,
      resources: [
        {
          type: 'AWS::CloudFront::Distribution',
          name: shared ? 'the one of all sites' : nameIn(site, 'stack'),
          ...(shared && { shared }),
          settings: {
            names: domain ? [domain.name, ...(domain.aliases ?? [])].join(', ') : 'a name that AWS gives',
            ...(door.balancer !== 'none' && { 'reaches the load balancer': reached(site, door) }),
          },
        },
      ],
      uses: [
        perMillion('cloudfront.requests.10k', 100, 'requests'),
        perMillion('cloudfront.gb', gbOf(site), `traffic to visitors, ${site.load.kilobytes} KB an answer`),
      ],
    },
  ];
}

const reached = ({ manifest: { edge } }: Site, { balancer }: Door): string =>
  balancer === 'internal'
    ? 'inside the network (VPC origin)'
    : `in public, opened to CloudFront alone (${modeOf(edge)})`;

/** What stands in for `vpc-origin` where the load balancer has to be public. */
export const modeOf = (edge: Site['manifest']['edge']): string =>
  !edge || edge.mode === 'vpc-origin' ? 'managed-prefix-list' : edge.mode;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html */
export function balancerOf(site: Site, { door, components: [main] }: TargetPlan): Component[] {
  const { network } = site.manifest;
  if (door.balancer === 'none') return [];
  const { groups } = door;
  const isInternal = door.balancer === 'internal';
  const isOwn = door.balancer !== 'of each environment';
  return [
    {
      name: 'load balancer',
      function: groups
        ? 'Hands requests to the function'
        : `Spreads requests over what is well${isOwn ? ', and divides them between blue and green' : ''}`,
      fits: sentence([
        `requests come from ${door.cdn === 'none' ? 'visitors' : 'the CDN'} and go to the ${main.name}`,
        isOwn
          ? !groups && 'answers with a maintenance page while nothing is live'
          : 'each environment brings one along',
      ]),
      resources: [...(isOwn ? ownBalancer(site, isInternal, groups) : []), ...edgeGroup(site, door)],
      uses: balancerUses(site, isInternal ? 0 : (network?.zones ?? 2), door.cdn === 'none'),
    },
  ];
}

function ownBalancer(site: Site, isInternal: boolean, groups: readonly string[] = ['blue', 'green']): Resource[] {
  const { health } = site.manifest;
  return [
    {
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      name: nameIn(site, 'load-balancer'),
      settings: { scheme: isInternal ? 'internal' : 'internet-facing' },
      fixed: ['scheme'],
    },
    ...groups.map((group) => ({
      type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      name: nameIn(site, 'target-group', group),
      settings: health ? { 'health check': `${health.path} answers ${health.status}, every ${health.interval} s` } : {},
    })),
  ];
}

/**
 * Groups over which rules are spread, with room for what is to come; a load balancer can have five:
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 */
export const groupsFor = (service: string = USUAL_SERVICE): number => (service === USUAL_SERVICE ? 2 : 5);

/** How the rules are described that stacks make themselves, and take away again. */
export const OPENED_TO = { cloudFront: 'CloudFront', everybody: 'everybody' } as const;
export const STACKS_OWN: ReadonlySet<string> = new Set(Object.values(OPENED_TO));

/** The group that lets CloudFront in; nothing is let in where CloudFront reaches the load balancer inside. */
function edgeGroup(site: Site, { balancer, cdn }: Door): Resource[] {
  const { domain, edge } = site.manifest;
  if (!edge || cdn === 'none' || balancer === 'internal') return [];
  const mode = modeOf(edge);
  const settings = {
    lets: `port ${domain ? 443 : 80} from ${edge.service}`,
    by: mode,
    ...(mode === 'rules' && { groups: String(groupsFor(edge.service)) }),
  };
  return [{ type: 'AWS::EC2::SecurityGroup', name: nameIn(site, 'security-group', 'edge'), settings }];
}

function balancerUses(site: Site, addresses: number, faces: boolean): Use[] {
  const gb = gbOf(site);
  const lcuHours = Math.max(gb / LCU.gb, 1e6 / LCU.connections / 3600);
  return [
    monthly('alb.hour', HOURS, 'all month'),
    ...(addresses > 0 ? [monthly('ipv4.hour', addresses * HOURS, `${addresses} public addresses`)] : []),
    perMillion('alb.lcu-hour', lcuHours, 'capacity for the requests'),
    ...(faces ? [perMillion('transfer.out.gb', gb, `traffic to visitors, ${site.load.kilobytes} KB an answer`)] : []),
  ];
}
