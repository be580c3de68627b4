const {
  ENVIRONMENT,
  NAME,
  PILOT,
  allow,
  arn,
  environmentLogs,
  here,
  made,
  own,
  policy,
  role,
  sub,
} = require('./pilots-words.cjs');

const LINKED = ['autoscaling.amazonaws.com', 'elasticloadbalancing.amazonaws.com', 'spot.amazonaws.com'];

/**
 * The most that Elastic Beanstalk may do for a pilot as it makes, changes and removes environments: what it makes
 * carries the pilot's tags, and what does not, it cannot touch. It bounds one role of each pilot, which no
 * code of a pilot's ever has: templates/parts/operations-role.ts.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.iam.managed-policies.html
 */
module.exports = policy('The most that Elastic Beanstalk may do for a pilot, whatever the role’s policy says', [
  // None of them knows resources.
  allow(
    'lookAtAll',
    [
      'autoscaling:Describe*',
      'cloudwatch:DescribeAlarms',
      'ec2:Describe*',
      'elasticloadbalancing:Describe*',
      'logs:DescribeLogGroups',
    ],
    '*',
  ),
  allow('bundles', ['s3:GetObject'], sub(`\${ManifestsBucket.Arn}/releases/${PILOT}/${ENVIRONMENT}/*`)),
  allow(
    'byName',
    [
      'cloudformation:DescribeStack*',
      'cloudformation:GetTemplate',
      'cloudformation:ListStackResources',
      'cloudwatch:DeleteAlarms',
      'cloudwatch:PutMetricAlarm',
      'ec2:RunInstances',
      'iam:GetInstanceProfile',
      'iam:GetRole',
      'iam:PassRole',
      'logs:CreateLogGroup',
      'logs:PutRetentionPolicy',
      's3:CreateBucket',
      's3:DeleteObject',
      's3:Get*',
      's3:ListBucket',
      's3:PutBucketPolicy',
      's3:PutObject',
    ],
    [
      here('cloudformation', 'stack/awseb-*'),
      here('cloudwatch', 'alarm:awseb-*'),
      ...['instance', 'network-interface', 'security-group', 'subnet', 'volume'].map((type) =>
        here('ec2', `${type}/*`),
      ),
      arn('ec2:*::image/*'),
      role(`${NAME}--*`),
      arn(`iam::\${AWS::AccountId}:instance-profile/${NAME}--*`),
      ...environmentLogs,
      arn(`s3:::elasticbeanstalk-\${AWS::Region}-\${AWS::AccountId}*`),
    ],
  ),
  // Where AWS keeps the templates of environments.
  allow('templates', ['s3:GetObject'], arn(`s3:::elasticbeanstalk-env-resources-\${AWS::Region}/*`)),
  // What AWS makes once for an account, where it is not there yet.
  allow(
    'linkedRoles',
    ['iam:CreateServiceLinkedRole'],
    LINKED.map((service) => role(`aws-service-role/${service}/*`)),
    { StringEquals: { 'iam:AWSServiceName': LINKED } },
  ),
  allow(
    'make',
    [
      'autoscaling:Create*',
      'cloudformation:CreateStack',
      'cloudformation:TagResource',
      'ec2:AllocateAddress',
      'ec2:CreateLaunchTemplate',
      'ec2:CreateTags',
      'elasticloadbalancing:AddTags',
      'elasticloadbalancing:Create*',
    ],
    '*',
    made,
  ),
  allow(
    'change',
    [
      'autoscaling:*',
      'cloudformation:*Stack',
      'cloudformation:ContinueUpdateRollback',
      'cloudformation:DescribeStackEvents',
      'ec2:*Address',
      'ec2:CreateLaunchTemplateVersion',
      'ec2:DeleteLaunchTemplate',
      'ec2:RunInstances',
      'ec2:TerminateInstances',
      'elasticloadbalancing:*',
    ],
    '*',
    own,
  ),
]);
