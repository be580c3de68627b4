import { nameIn, type Site } from '../../shared/preview/model.ts';
import { arn, att, sub, type Value } from '../template.ts';
import { allow, type Statement } from './role.ts';

/**
 * What Elastic Beanstalk needs for environments of this pilot: their stack in CloudFormation, and what is in it. All
 * that it makes carries the environment's tags, by which one pilot's is told from another's; names begin with `awseb-`
 * and a random id.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSElasticBeanstalkRoleCore.html
 */
export const operationsOf = (site: Site): Statement[] => [
  // None of them knows resources.
  allow(
    [
      ...of('autoscaling', LOOKED_AT.autoscaling),
      ...of('ec2', LOOKED_AT.ec2),
      ...of('elasticloadbalancing', LOOKED_AT.elasticloadbalancing),
      'cloudwatch:DescribeAlarms',
      'logs:DescribeLogGroups',
    ],
    '*',
  ),
  allow(
    of('cloudformation', [
      'DescribeStackResource',
      'DescribeStackResources',
      'DescribeStacks',
      'GetTemplate',
      'ListStackResources',
    ]),
    arn('cloudformation', 'stack/awseb-*'),
  ),
  made(site, of('cloudformation', ['CreateStack', 'TagResource']), arn('cloudformation', 'stack/awseb-*')),
  own(site, of('cloudformation', CHANGED.cloudformation), arn('cloudformation', 'stack/awseb-*')),
  made(
    site,
    of('elasticloadbalancing', ['AddTags', 'CreateLoadBalancer', 'CreateTargetGroup']),
    ['loadbalancer/app/*', 'targetgroup/*'].map((path) => arn('elasticloadbalancing', path)),
  ),
  own(site, of('elasticloadbalancing', CHANGED.elasticloadbalancing), arn('elasticloadbalancing', '*')),
  made(site, ['autoscaling:CreateAutoScalingGroup', 'autoscaling:CreateOrUpdateTags'], GROUPS),
  own(site, of('autoscaling', CHANGED.autoscaling), GROUPS),
  made(site, ['ec2:AllocateAddress', 'ec2:CreateLaunchTemplate', 'ec2:CreateTags'], arn('ec2', '*')),
  own(site, of('ec2', CHANGED.ec2), arn('ec2', '*')),
  own(site, ['ec2:RunInstances'], arn('ec2', 'launch-template/*')),
  allow(
    ['ec2:RunInstances'],
    [
      ...['instance', 'network-interface', 'security-group', 'subnet', 'volume'].map((type) => arn('ec2', `${type}/*`)),
      sub(`arn:\${AWS::Partition}:ec2:\${AWS::Region}::image/*`),
    ],
  ),
  allow(['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm'], arn('cloudwatch', 'alarm:awseb-*')),
  allow(['logs:CreateLogGroup', 'logs:PutRetentionPolicy'], streamedTo(site)),
  // Elastic Beanstalk's own bucket in the account, and the one that has its templates.
  allow(
    of('s3', [
      'CreateBucket',
      'DeleteObject',
      'GetBucketLocation',
      'GetBucketPolicy',
      'GetObject',
      'ListBucket',
      'PutBucketPolicy',
      'PutObject',
    ]),
    ['', '/*'].map((rest) => bucket(`elasticbeanstalk-\${AWS::Region}-\${AWS::AccountId}${rest}`)),
  ),
  allow(['s3:GetObject'], bucket(`elasticbeanstalk-env-resources-\${AWS::Region}/*`)),
  allow(['s3:GetObject'], bundlesOf(site)),
  allow(
    ['iam:GetInstanceProfile', 'iam:GetRole'],
    [att('InstanceRole', 'Arn'), att('InstanceProfile', 'Arn'), att('HealthRole', 'Arn')],
  ),
  {
    ...allow(['iam:PassRole'], [att('InstanceRole', 'Arn'), att('HealthRole', 'Arn')]),
    Condition: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'elasticbeanstalk.amazonaws.com'] } },
  },
  // AWS makes these once for an account, in the name of whoever needs them first.
  {
    ...allow(
      ['iam:CreateServiceLinkedRole'],
      LINKED.map((service) => sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/aws-service-role/${service}/*`)),
    ),
    Condition: { StringEquals: { 'iam:AWSServiceName': LINKED } },
  },
];

const LINKED = ['autoscaling.amazonaws.com', 'elasticloadbalancing.amazonaws.com', 'spot.amazonaws.com'];

const GROUPS = arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/awseb-e-*');

/** What Elastic Beanstalk streams to, a log group for each file. */
export const streamedTo = (site: Site): Value =>
  ['blue', 'green', 'offline', 'task'].map((part) =>
    arn('logs', `log-group:/aws/elasticbeanstalk/${nameIn(site, 'beanstalk-environment', part)}/*`),
  );

const bucket = (path: string): Value => sub(`arn:\${AWS::Partition}:s3:::${path}`);

/** The bundles of this one pilot. */
export const bundlesOf = ({ manifest, environment }: Site): Value =>
  bucket(`\${Releases}/releases/${manifest.name}/${environment}/*`);

const of = (service: string, actions: readonly string[]): string[] => actions.map((action) => `${service}:${action}`);

const tags = (site: Site, key: string): Value => ({
  StringEquals: {
    [`aws:${key}/pilotage:pilot`]: site.manifest.name,
    [`aws:${key}/pilotage:environment`]: site.environment,
  },
});
const made = (site: Site, Action: string[], Resource: Value): Statement => ({
  ...allow(Action, Resource),
  Condition: tags(site, 'RequestTag'),
});
const own = (site: Site, Action: string[], Resource: Value): Statement => ({
  ...allow(Action, Resource),
  Condition: tags(site, 'ResourceTag'),
});

const LOOKED_AT = {
  autoscaling: [
    'DescribeAutoScalingGroups',
    'DescribeAutoScalingInstances',
    'DescribeLifecycleHooks',
    'DescribeLoadBalancerTargetGroups',
    'DescribeNotificationConfigurations',
    'DescribePolicies',
    'DescribeScalingActivities',
    'DescribeScheduledActions',
    'DescribeTags',
  ],
  ec2: [
    'DescribeAccountAttributes',
    'DescribeAddresses',
    'DescribeAvailabilityZones',
    'DescribeImages',
    'DescribeInstanceAttribute',
    'DescribeInstanceStatus',
    'DescribeInstanceTypeOfferings',
    'DescribeInstanceTypes',
    'DescribeInstances',
    'DescribeKeyPairs',
    'DescribeLaunchTemplateVersions',
    'DescribeLaunchTemplates',
    'DescribeSecurityGroups',
    'DescribeSpotInstanceRequests',
    'DescribeSubnets',
    'DescribeVpcs',
  ],
  elasticloadbalancing: [
    'DescribeCapacityReservation',
    'DescribeListenerAttributes',
    'DescribeListeners',
    'DescribeLoadBalancerAttributes',
    'DescribeLoadBalancers',
    'DescribeRules',
    'DescribeTags',
    'DescribeTargetGroupAttributes',
    'DescribeTargetGroups',
    'DescribeTargetHealth',
  ],
};

const CHANGED = {
  cloudformation: ['CancelUpdateStack', 'ContinueUpdateRollback', 'DeleteStack', 'DescribeStackEvents', 'UpdateStack'],
  autoscaling: [
    'AttachInstances',
    'DeleteAutoScalingGroup',
    'DeletePolicy',
    'DeleteScheduledAction',
    'PutNotificationConfiguration',
    'PutScalingPolicy',
    'PutScheduledUpdateGroupAction',
    'ResumeProcesses',
    'SuspendProcesses',
    'TerminateInstanceInAutoScalingGroup',
    'UpdateAutoScalingGroup',
  ],
  ec2: [
    'AssociateAddress',
    'CreateLaunchTemplateVersion',
    'DeleteLaunchTemplate',
    'DisassociateAddress',
    'ReleaseAddress',
    'TerminateInstances',
  ],
  elasticloadbalancing: [
    'CreateListener',
    'CreateRule',
    'DeleteListener',
    'DeleteLoadBalancer',
    'DeleteRule',
    'DeleteTargetGroup',
    'DeregisterTargets',
    'ModifyListener',
    'ModifyLoadBalancerAttributes',
    'ModifyRule',
    'ModifyTargetGroup',
    'ModifyTargetGroupAttributes',
    'RegisterTargets',
    'SetSecurityGroups',
    'SetSubnets',
  ],
};
