import { nameIn, type Site } from '../../shared/preview/model.ts';
import { groupsFor, OPENED_TO } from '../../shared/preview/parts/front.ts';
import type { Door } from '../../shared/preview/targets/target.ts';
import { att, type Part, parameter, type Resource, ref, type Value } from '../template.ts';

/** Who may reach what stands in public, or inside the network; in the mode `rules` Pilotage itself keeps the groups’ rules. */
type ReachedBy = 'everybody' | 'CloudFront' | 'whom our lists name' | 'whom Pilotage lets in';

function reachedBy({ manifest: { edge } }: Site, door: Door): ReachedBy {
  if (door.cdn === 'none') return 'everybody';
  if (door.balancer === 'internal') return 'CloudFront';
  if (edge?.mode === 'prefix-list') return 'whom our lists name';
  return edge?.mode === 'rules' ? 'whom Pilotage lets in' : 'CloudFront';
}

/** What lets CloudFront in, or everybody. */
export interface Entrance {
  part: Part;
  /** Rules of the main group. */
  ingress: readonly Value[];
  /** All groups, the main one first. */
  groups: readonly Value[];
}

/** The group that is always there, and whether Pilotage fills it first, or last. */
export interface Main {
  name: string;
  fills: 'first' | 'last';
}

/** @param port the one on which CloudFront asks. */
export function entranceOf(site: Site, door: Door, port: number, vpc: Value, { name, fills }: Main): Entrance {
  const main = att(name, 'GroupId');
  const alone = { groups: [main] };
  switch (reachedBy(site, door)) {
    case 'everybody': {
      const ports = [port, ...(port === 443 ? [80] : [])];
      const everybody = [{ CidrIp: '0.0.0.0/0' }, { CidrIpv6: '::/0' }];
      const ingress = ports.flatMap((open) => everybody.map((who) => rule(open, OPENED_TO.everybody, who)));
      return { ...alone, ingress, part: { Resources: {} } };
    }
    case 'CloudFront':
      return {
        ...alone,
        ingress: [rule(port, OPENED_TO.cloudFront, { SourcePrefixListId: ref('CloudFrontPrefixList') })],
        part: {
          Parameters: { CloudFrontPrefixList: parameter('AWS’s list of CloudFront’s own addresses', LIST) },
          Resources: {},
        },
      };
    case 'whom our lists name': {
      const lists = site.manifest.edge?.ipv6 === false ? ['EdgeListIpv4'] : ['EdgeListIpv4', 'EdgeListIpv6'];
      return {
        ...alone,
        ingress: lists.map((list) => rule(port, OPENED_TO.cloudFront, { SourcePrefixListId: ref(list) })),
        part: {
          Parameters: Object.fromEntries(
            lists.map((list) => [list, parameter('The list of CloudFront’s addresses that Pilotage keeps', LIST)]),
          ),
          Resources: {},
          Outputs: {
            EdgeLists: {
              Description: 'The lists that let CloudFront in, with commas between',
              Value: joined(lists.map(ref)),
            },
            ...told(site, port),
          },
        },
      };
    }
    case 'whom Pilotage lets in': {
      const further = Array.from(
        { length: groupsFor(site.manifest.edge?.service) - 1 },
        (_, index) => `EdgeGroup${index + 1}`,
      );
      const ids = further.map((one) => att(one, 'GroupId'));
      return {
        groups: [main, ...ids],
        ingress: [],
        part: {
          Resources: Object.fromEntries(further.map((one, index) => [one, group(site, vpc, String(index + 1))])),
          Outputs: {
            EdgeGroups: {
              Description:
                'The groups whose rules Pilotage keeps, in the order in which it fills them, with commas between',
              Value: joined(fills === 'first' ? [main, ...ids] : [...ids, main]),
            },
            ...told(site, port),
          },
        },
      };
    }
  }
}

const LIST = 'pl-[0-9a-f]+';

export const joined = (values: readonly Value[]): Value => ({ 'Fn::Join': [',', values] });

const rule = (port: number, Description: string, who: { [key: string]: Value }): Value => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  Description,
  ...who,
});

/**
 * Marks groups in which Pilotage may make and remove rules (stack/grants.cjs). Groups that are always there have it in every mode,
 * since rules of ours are removed from them once another mode is there.
 */
export const ENTRANCE_TAGS: readonly Value[] = [{ Key: 'pilotage:edge', Value: 'entrance' }];

/** It has no rules of CloudFormation’s own: so no update of the stack ever touches those that Pilotage makes. */
const group = (site: Site, VpcId: Value, number: string): Resource => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: {
    GroupName: nameIn(site, 'security-group', 'edge', number),
    GroupDescription: 'Who may reach what answers visitors: rules that Pilotage keeps',
    VpcId,
    Tags: ENTRANCE_TAGS,
  },
});

const told = ({ manifest: { edge } }: Site, port: number) => ({
  EdgePort: { Description: 'The port on which they let CloudFront in', Value: String(port) },
  EdgeRanges: {
    Description: 'Which of AWS’s published ranges they hold',
    Value: [edge?.service ?? '', 'IPv4', ...(edge?.ipv6 ? ['IPv6'] : [])].join(' '),
  },
});
