import { nameIn, type Site } from '../../shared/preview/model.ts';
import type { Door } from '../../shared/preview/targets/target.ts';
import { att, type Part, sub, type Value } from '../template.ts';
import { ENTRANCE_TAGS, entranceOf, joined } from './edge.ts';
import type { Behind } from './front.ts';
import type { Placed } from './network.ts';

/** The host whose CNAME the live environment has. The whole world shares these names: it tells the account, too. */
export const liveHost = (site: Site): Value =>
  sub(
    `${nameIn(site, 'beanstalk-cname', ...(site.account ? [site.account] : []))}.\${AWS::Region}.elasticbeanstalk.com`,
  );

/** The pair of environments, as the pilot's address leads to it: to the host that they swap. */
export function environmentsBehind(site: Site): Behind {
  const host = liveHost(site);
  const isSingle = site.manifest.beanstalk?.loadBalancer === 'none';
  return {
    name: 'environments',
    host,
    url: { 'Fn::Join': ['', ['http://', host, '/']] },
    keeps: 'what it says',
    // A single instance shows none at all.
    isSecure: isSingle,
    origin: (_, secure) => ({
      CustomOriginConfig: {
        OriginProtocolPolicy: secure && !isSingle ? 'https-only' : 'http-only',
        OriginSSLProtocols: ['TLSv1.2'],
      },
    }),
    alias: () => ({ DNSName: host, HostedZoneId: zoneOf(site.region) }),
  };
}

/** Who may reach what answers visitors: the environments' load balancers, or their single instances. */
export function environmentGroups(site: Site, door: Door, placed: Placed): Part {
  const isSecure = site.manifest.domain !== undefined && door.balancer !== 'none';
  const port = isSecure ? 443 : 80;
  // First: environments that serve already have that one alone.
  const { part, ingress, groups } = entranceOf(site, door, port, placed.vpc, { name: 'FrontGroup', fills: 'first' });
  return {
    ...(part.Parameters && { Parameters: part.Parameters }),
    Resources: {
      ...part.Resources,
      FrontGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupName: nameIn(site, 'security-group', 'balancer'),
          GroupDescription: 'What answers visitors: who may reach it',
          VpcId: placed.vpc,
          SecurityGroupIngress: ingress,
          Tags: ENTRANCE_TAGS,
        },
      },
      InstancesGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupName: nameIn(site, 'security-group', 'targets'),
          GroupDescription: 'The instances: only the load balancers may reach them',
          VpcId: placed.vpc,
          SecurityGroupIngress: [
            {
              IpProtocol: 'tcp',
              FromPort: 80,
              ToPort: 80,
              SourceSecurityGroupId: att('FrontGroup', 'GroupId'),
              Description: 'from the load balancers',
            },
          ],
        },
      },
    },
    Outputs: {
      ...part.Outputs,
      ...(groups.length > 1 && {
        FrontGroups: { Description: 'All groups of what answers visitors, with commas between', Value: joined(groups) },
      }),
      LiveHost: { Description: 'Whose CNAME this is, is live', Value: liveHost(site) },
      FrontGroup: { Description: 'The security group of what answers visitors', Value: att('FrontGroup', 'GroupId') },
      InstancesGroup: { Description: 'The security group of instances', Value: att('InstancesGroup', 'GroupId') },
    },
  };
}

/** Hosted zones of names below elasticbeanstalk.com: https://docs.aws.amazon.com/general/latest/gr/elasticbeanstalk.html */
const ZONES: Record<string, string> = {
  'af-south-1': 'Z1EI3BVKMKK4AM',
  'ap-east-1': 'ZPWYUBWRU171A',
  'ap-northeast-1': 'Z1R25G3KIG2GBW',
  'ap-northeast-2': 'Z3JE5OI70TWKCP',
  'ap-northeast-3': 'ZNE5GEY1TIAGY',
  'ap-south-1': 'Z18NTBI3Y7N9TZ',
  'ap-southeast-1': 'Z16FZ9L249IFLT',
  'ap-southeast-2': 'Z2PCDNR3VC2G1N',
  'ap-southeast-3': 'Z05913172VM7EAZB40TA8',
  'ca-central-1': 'ZJFCZL7SSZB5I',
  'eu-central-1': 'Z1FRNW7UH4DEZJ',
  'eu-north-1': 'Z23GO28BZ5AETM',
  'eu-south-1': 'Z10VDYYOA2JFKM',
  'eu-west-1': 'Z2NYPWQ7DFZAZH',
  'eu-west-2': 'Z1GKAAAUGATPF1',
  'eu-west-3': 'Z5WN6GAYWG5OB',
  'il-central-1': 'Z02941091PERNCB1MI5H7',
  'me-south-1': 'Z2BBTEKR2I36N2',
  'sa-east-1': 'Z10X7K2B4QSOFV',
  'us-east-1': 'Z117KPS5GTRQ2G',
  'us-east-2': 'Z14LCN19Q5QHIC',
  'us-west-1': 'Z1LQECGX5PH1X',
  'us-west-2': 'Z38NKT9BP95V3O',
};

function zoneOf(region: string): string {
  const zone = ZONES[region];
  if (!zone)
    throw new Error(`the hosted zone of Elastic Beanstalk in ${region} is not known; domain.cdn: true needs none`);
  return zone;
}
