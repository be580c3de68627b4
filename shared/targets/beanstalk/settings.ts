import type { Setting } from '../../aws/beanstalk.ts';
import { architectureOf } from '../../preview/instance.ts';
import type { Detail } from './detail.ts';
import { STANDBY } from './offline.ts';
import type { Stack } from './stack.ts';

const NAMESPACE = 'aws:elasticbeanstalk:';
const VARIABLES = `${NAMESPACE}application:environment`;
const SECRETS = `${NAMESPACE}application:environmentsecrets`;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const TLS = 'ELBSecurityPolicy-TLS13-1-2-2021-06';
/** Requests that run when an instance goes have so long to end. */
const DRAIN_SECONDS = 30;
/** How far below what is aimed at the processors have to be for an instance to go. */
const IDLE_SHARE = 0.5;
/** Seconds that installing and starting a release may take on an instance. */
const START_SECONDS = 900;

/**
 * All that an environment is told. Neither the bundle's own configuration files nor the platform's defaults
 * overrule it.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
 */
export function settingsOf(detail: Detail, stack: Stack, secretArns: Record<string, string>): Setting[] {
  return [
    ...keptSettings(detail, stack),
    ...inNamespace(VARIABLES, detail.variables),
    ...inNamespace(SECRETS, secretArns),
    ...Object.entries(detail.options).map(([path, value]) => ({ ...optionAt(path), value })),
  ].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** What Pilotage decides by other sections of the manifest, so that `beanstalk.options` cannot. */
export function keptSettings(detail: Detail, stack: Stack): Setting[] {
  const { scaling, disk, logs } = detail;
  return [
    ...everywhere(stack, detail.instance),
    ...inNamespace('aws:autoscaling:launchconfiguration', { RootVolumeSize: disk }),
    ...inNamespace('aws:autoscaling:asg', { MinSize: scaling.min, MaxSize: scaling.max }),
    ...inNamespace(`${NAMESPACE}cloudwatch:logs`, {
      StreamLogs: true,
      DeleteOnTerminate: false,
      RetentionInDays: logs,
    }),
    ...inNamespace(`${NAMESPACE}healthreporting:system`, { ConfigDocument: METRICS }),
    // Nobody is served by what is being updated: it need not be done by and by.
    ...inNamespace(`${NAMESPACE}command`, { DeploymentPolicy: 'AllAtOnce', Timeout: START_SECONDS }),
    ...inNamespace('aws:autoscaling:updatepolicy:rollingupdate', { RollingUpdateEnabled: false }),
    ...(detail.balanced ? balanced(detail, stack) : single(stack)),
  ];
}

/**
 * What serves while nothing is live: one small instance, which answers visitors itself; where they come encrypted, behind
 * a load balancer that has the domain's certificate.
 */
export const standbySettings = (detail: Detail, stack: Stack): Setting[] => [
  ...everywhere(stack, STANDBY.instance),
  ...inNamespace('aws:autoscaling:asg', { MinSize: 1, MaxSize: 1 }),
  ...(detail.secure
    ? balanced(
        { ...detail, capacity: { base: 1, spot: 0 }, scaling: { ...STANDBY.scaling }, health: STANDBY.health },
        stack,
      )
    : single(stack)),
];

/**
 * What one command of a release runs in: one instance of the pilot's, as far as the release itself would notice, which
 * reaches the database as the others do.
 */
export function taskSettings(
  detail: Detail,
  stack: Stack,
  secretArns: Record<string, string>,
  timeout: number,
): Setting[] {
  const options = Object.entries(detail.options).filter(([path]) => !OF_SEVERAL.test(path));
  const alone = { ...detail, balanced: false, scaling: { ...STANDBY.scaling }, options: Object.fromEntries(options) };
  const own = [
    // Of the world nobody reaches instances that are made for load balancers.
    ...inNamespace('aws:autoscaling:launchconfiguration', {
      SecurityGroups: detail.balanced ? stack.instancesGroup : stack.frontGroup,
    }),
    ...inNamespace(`${NAMESPACE}command`, { Timeout: Math.min(LONGEST_COMMAND, START_SECONDS + timeout) }),
  ];
  const decided = new Set(own.map(pathOf));
  return [...settingsOf(alone, stack, secretArns).filter((setting) => !decided.has(pathOf(setting))), ...own];
}

/** Seconds for which Elastic Beanstalk waits for an instance at most; what takes longer goes on. */
const LONGEST_COMMAND = 3600;
/** Options that a single instance does not have. */
const OF_SEVERAL =
  /^aws:(?:elb|elbv2|autoscaling:(?:asg|trigger|updatepolicy)|elasticbeanstalk:environment:process)[:\w]*:/;

/** How a setting is called in a manifest. */
export const pathOf = ({ namespace, name }: Pick<Setting, 'namespace' | 'name'>): string => `${namespace}:${name}`;

const orderOf = (setting: Setting): string => `${setting.namespace}:${setting.resource ?? ''}:${setting.name}`;

function optionAt(path: string): Pick<Setting, 'namespace' | 'name'> {
  const at = path.lastIndexOf(':');
  return { namespace: path.slice(0, at), name: path.slice(at + 1) };
}

const inNamespace = (namespace: string, values: Record<string, string | number | boolean>): Setting[] =>
  Object.entries(values).map(([name, value]) => ({ namespace, name, value: String(value) }));

const everywhere = (stack: Stack, instance: string): Setting[] => [
  ...inNamespace(`${NAMESPACE}environment`, { ServiceRole: stack.serviceRole }),
  ...inNamespace('aws:ec2:instances', {
    InstanceTypes: instance,
    SupportedArchitectures: architectureOf(instance) === 'arm64' ? 'arm64' : 'x86_64',
  }),
  ...inNamespace('aws:autoscaling:launchconfiguration', {
    IamInstanceProfile: stack.profile,
    RootVolumeType: 'gp3',
    DisableIMDSv1: true,
    DisableDefaultEC2SecurityGroup: true,
  }),
  ...inNamespace('aws:ec2:vpc', { VPCId: stack.vpc }),
  ...inNamespace(`${NAMESPACE}healthreporting:system`, { SystemType: 'enhanced' }),
  // AWS would replace instances in its own time, also those of what is live.
  ...inNamespace(`${NAMESPACE}managedactions`, { ManagedActionsEnabled: false }),
];

const single = (stack: Stack): Setting[] => [
  ...inNamespace(`${NAMESPACE}environment`, { EnvironmentType: 'SingleInstance' }),
  ...inNamespace('aws:autoscaling:launchconfiguration', { SecurityGroups: stack.frontGroups }),
  ...inNamespace('aws:ec2:vpc', { Subnets: stack.publicSubnets, AssociatePublicIpAddress: true }),
];

function balanced(detail: Detail, stack: Stack): Setting[] {
  const { health, scaling, capacity } = detail;
  return [
    ...inNamespace(`${NAMESPACE}environment`, { EnvironmentType: 'LoadBalanced', LoadBalancerType: 'application' }),
    ...inNamespace('aws:autoscaling:launchconfiguration', { SecurityGroups: stack.instancesGroup }),
    ...inNamespace('aws:ec2:vpc', {
      Subnets: stack.instanceSubnets,
      ELBSubnets: stack.publicSubnets,
      ELBScheme: 'public',
      AssociatePublicIpAddress: false,
    }),
    ...inNamespace('aws:elbv2:loadbalancer', {
      SecurityGroups: stack.frontGroups,
      ManagedSecurityGroup: stack.frontGroup,
    }),
    ...inNamespace(`${NAMESPACE}environment:process:default`, {
      Port: 80,
      Protocol: 'HTTP',
      HealthCheckPath: health.path,
      HealthCheckInterval: health.interval,
      HealthCheckTimeout: health.timeout,
      HealthyThresholdCount: health.healthy,
      UnhealthyThresholdCount: health.unhealthy,
      MatcherHTTPCode: health.status,
      DeregistrationDelay: DRAIN_SECONDS,
    }),
    ...inNamespace('aws:autoscaling:trigger', {
      MeasureName: 'CPUUtilization',
      Statistic: 'Average',
      Unit: 'Percent',
      UpperThreshold: scaling.cpu,
      LowerThreshold: Math.floor(scaling.cpu * IDLE_SHARE),
    }),
    ...(scaling.times ?? []).flatMap(({ at, min, max }, index) =>
      inNamespace('aws:autoscaling:scheduledaction', { MinSize: min, MaxSize: max, Recurrence: at }).map((setting) => ({
        ...setting,
        resource: `Time${index + 1}`,
      })),
    ),
    ...inNamespace('aws:ec2:instances', {
      EnableSpot: capacity.spot > 0,
      ...(capacity.spot > 0 && {
        SpotFleetOnDemandBase: capacity.base,
        SpotFleetOnDemandAboveBasePercentage: 100 - capacity.spot,
      }),
    }),
    ...listeners(detail, stack),
  ];
}

function listeners({ secure }: Detail, { certificate = '' }: Stack): Setting[] {
  if (!secure) return inNamespace('aws:elbv2:listener:default', { ListenerEnabled: true, Protocol: 'HTTP' });
  return [
    ...inNamespace('aws:elbv2:listener:default', { ListenerEnabled: false }),
    ...inNamespace('aws:elbv2:listener:443', {
      ListenerEnabled: true,
      Protocol: 'HTTPS',
      SSLPolicy: TLS,
      SSLCertificateArns: certificate,
    }),
  ];
}

/**
 * What the stack's alarms are about; each is a number a minute.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html
 */
const METRICS = JSON.stringify({
  Version: 1,
  CloudWatchMetrics: {
    Environment: { ApplicationRequestsTotal: 60, ApplicationRequests5xx: 60, ApplicationLatencyP95: 60 },
    Instance: {},
  },
});
