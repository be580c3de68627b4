import { MAINTENANCE } from '../../shared/maintenance.ts';
import type { ResolvedFor } from '../../shared/manifest/complete.ts';
import { nameIn, type Site } from '../../shared/preview/model.ts';
import { COLOURS, DRAIN_SECONDS } from '../../shared/preview/targets/server.ts';
import type { Door } from '../../shared/preview/targets/target.ts';
import { att, type Part, type Resource, ref, type Value } from '../template.ts';
import { ENTRANCE_TAGS, entranceOf } from './edge.ts';
import type { Placed } from './network.ts';

/** Of what answers requests itself, and is looked at. */
type ServerSite = Site<ResolvedFor<'ecs' | 'ec2'>>;

const groupOf = (colour: string) => (colour === 'blue' ? 'BlueTargets' : 'GreenTargets');

/**
 * A load balancer with one target group for each colour. Its default action is
 * a fixed page: while nothing is live, visitors see that. The rule that gives
 * traffic to a colour is the pointer, which Pilotage makes and moves; it is in no template.
 * @param port that the targets listen on.
 * @param kind of target: addresses of their own, as tasks have, or whole instances.
 */
export function balancerPart(
  site: ServerSite,
  door: Door,
  placed: Placed,
  port: number,
  kind: TargetKind = 'ip',
): Part {
  const { Parameters, Resources, Outputs } = balancerAlone(site, door, placed);
  return {
    ...(Parameters && { Parameters }),
    Resources: {
      ...Resources,
      TargetsGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupName: nameIn(site, 'security-group', 'targets'),
          GroupDescription: 'What answers requests: only the load balancer may reach it',
          VpcId: placed.vpc,
          SecurityGroupIngress: [
            {
              IpProtocol: 'tcp',
              // Whatever port a release listens on: the one that serves keeps its own.
              FromPort: 1,
              ToPort: 65_535,
              SourceSecurityGroupId: att('BalancerGroup', 'GroupId'),
              Description: 'from the load balancer',
            },
          ],
        },
      },
      ...Object.fromEntries(COLOURS.map((colour) => [groupOf(colour), targets(site, colour, placed.vpc, port, kind)])),
      // Targets of a group that no rule names are not looked at, and no service may join it.
      StandbyRule: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: {
          ListenerArn: ref('Listener'),
          Priority: 50_000,
          Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['standby.invalid'] } }],
          Actions: [
            {
              Type: 'forward',
              ForwardConfig: {
                TargetGroups: COLOURS.map((colour) => ({ TargetGroupArn: ref(groupOf(colour)), Weight: 1 })),
              },
            },
          ],
        },
      },
    },
    Outputs: {
      ...Outputs,
      Listener: { Description: 'Where the live rule, the pointer, stands', Value: ref('Listener') },
      BlueTargets: { Description: 'Target group of the blue colour', Value: ref('BlueTargets') },
      GreenTargets: { Description: 'Target group of the green colour', Value: ref('GreenTargets') },
    },
  };
}

/** The load balancer itself: who may reach it, and what it answers while nothing stands behind it. */
export function balancerAlone(site: Site, door: Door, placed: Placed): Part {
  const secure = site.manifest.domain !== undefined;
  const listens = secure ? 443 : 80;
  // Last: it has room for what another mode puts there.
  const { part, ingress, groups } = entranceOf(site, door, listens, placed.vpc, {
    name: 'BalancerGroup',
    fills: 'last',
  });
  return {
    ...(part.Parameters && { Parameters: part.Parameters }),
    Resources: {
      ...part.Resources,
      BalancerGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupName: nameIn(site, 'security-group', 'balancer'),
          GroupDescription: 'The load balancer: who may reach it, and whom it may reach',
          VpcId: placed.vpc,
          SecurityGroupIngress: ingress,
          Tags: ENTRANCE_TAGS,
        },
      },
      Balancer: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        Properties: {
          Name: nameIn(site, 'load-balancer'),
          Type: 'application',
          Scheme: door.balancer === 'internal' ? 'internal' : 'internet-facing',
          Subnets: door.balancer === 'internal' ? placed.privateSubnets : placed.publicSubnets,
          SecurityGroups: groups,
          LoadBalancerAttributes: [{ Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' }],
        },
      },
      Listener: listener(listens, secure),
      ...(secure && door.cdn === 'none' && { RedirectListener: REDIRECT }),
    },
    Outputs: {
      ...part.Outputs,
      Balancer: { Description: 'Address of the load balancer', Value: att('Balancer', 'DNSName') },
    },
  };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const TLS = 'ELBSecurityPolicy-TLS13-1-2-2021-06';

const listener = (Port: number, secure: boolean): Resource => ({
  Type: 'AWS::ElasticLoadBalancingV2::Listener',
  Properties: {
    LoadBalancerArn: ref('Balancer'),
    Port,
    Protocol: secure ? 'HTTPS' : 'HTTP',
    ...(secure && { SslPolicy: TLS, Certificates: [{ CertificateArn: ref('Certificate') }] }),
    DefaultActions: [
      {
        Type: 'fixed-response',
        FixedResponseConfig: { StatusCode: '503', ContentType: 'text/html', MessageBody: MAINTENANCE },
      },
    ],
  },
});

const REDIRECT: Resource = {
  Type: 'AWS::ElasticLoadBalancingV2::Listener',
  Properties: {
    LoadBalancerArn: ref('Balancer'),
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }],
  },
};

type TargetKind = 'ip' | 'instance';

const targets = (site: ServerSite, colour: string, vpc: Value, port: number, TargetType: TargetKind): Resource => ({
  Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  Properties: {
    Name: nameIn(site, 'target-group', colour),
    VpcId: vpc,
    TargetType,
    Protocol: 'HTTP',
    // Tasks are registered with a port of their own; another one here would replace the group.
    Port: TargetType === 'ip' ? 80 : port,
    // What is asked of them comes with each release, and not with the stack, which changes under what serves.
    HealthCheckPath: '/',
    Matcher: { HttpCode: '200-399' },
    TargetGroupAttributes: [
      { Key: 'deregistration_delay.timeout_seconds', Value: String(DRAIN_SECONDS) },
      { Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' },
    ],
  },
});
