import { nameIn, type Site } from '../../shared/preview/model.ts';
import { arn, att, sub, type Value } from '../template.ts';
import { allow, type Statement } from './role.ts';

/**
 * What Elastic Beanstalk needs for environments of this pilot: their stack in CloudFormation, and what is in it. All
 * that it makes carries the environment's tags, by which one pilot's is told from another's; names begin with `awseb-`
 * and a random id.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.iam.managed-policies.html
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
    of('cloudformation', ['DescribeStackResource', 'DescribeStackResources', 'DescribeStacks', 'GetTemplate']),
    arn('cloudformation', 'stack/awseb-*'),
  ),
  made(site, ['cloudformation:CreateStack'], arn('cloudformation', 'stack/awseb-*')),
  own(
    site,
    of('cloudformation', ['CancelUpdateStack', 'DeleteStack', 'DescribeStackEvents', 'UpdateStack']),
    arn('cloudformation', 'stack/awseb-*'),
  ),
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
  allow(
    ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:CreateBucket', 's3:GetBucketLocation'],
    ['', '/*'].map((rest) =>
      sub(`arn:\${AWS::Partition}:s3:::elasticbeanstalk-\${AWS::Region}-\${AWS::AccountId}${rest}`),
    ),
  ),
  allow(['s3:GetObject'], bundlesOf(site)),
  allow(
    ['iam:GetInstanceProfile', 'iam:GetRole'],
    [att('InstanceRole', 'Arn'), att('InstanceProfile', 'Arn'), att('HealthRole', 'Arn')],
  ),
  {
    ...allow(['iam:PassRole'], [att('InstanceRole', 'Arn'), att('HealthRole', 'Arn')]),
    Condition: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'elasticbeanstalk.amazonaws.com'] } },
  },
];

const GROUPS = arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/awseb-e-*');

/** What Elastic Beanstalk streams to, a log group for each file. */
export const streamedTo = (site: Site): Value =>
  ['blue', 'green', 'offline'].map((part) =>
    arn('logs', `log-group:/aws/elasticbeanstalk/${nameIn(site, 'beanstalk-environment', part)}/*`),
  );

/** The bundles of this one pilot. */
export const bundlesOf = ({ manifest, environment }: Site): Value =>
  sub(`arn:\${AWS::Partition}:s3:::\${Releases}/releases/${manifest.name}/${environment}/*`);

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
    'DescribeNotificationConfigurations',
    'DescribePolicies',
    'DescribeScalingActivities',
    'DescribeScheduledActions',
  ],
  ec2: [
    'DescribeAddresses',
    'DescribeAvailabilityZones',
    'DescribeImages',
    'DescribeInstanceTypeOfferings',
    'DescribeInstances',
    'DescribeLaunchTemplateVersions',
    'DescribeLaunchTemplates',
    'DescribeSecurityGroups',
    'DescribeSubnets',
    'DescribeVpcs',
  ],
  elasticloadbalancing: [
    'DescribeListeners',
    'DescribeLoadBalancers',
    'DescribeRules',
    'DescribeTags',
    'DescribeTargetGroups',
    'DescribeTargetHealth',
  ],
};

const CHANGED = {
  autoscaling: [
    'AttachInstances',
    'DeleteAutoScalingGroup',
    'DeletePolicy',
    'PutNotificationConfiguration',
    'PutScalingPolicy',
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
