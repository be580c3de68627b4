const { NAME, allow, arn, here, made, own, policy, retagged } = require('./pilots-words.cjs');

const group = here('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${NAME}--*`);

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
 */
module.exports = policy('What CloudFormation may do with what a pilot runs on', [
  // Neither knows resources.
  allow('lookAtAll', ['autoscaling:Describe*', 'ecs:DescribeCapacityProviders'], '*'),
  allow('clusters', ['ecs:CreateCapacityProvider', 'ecs:CreateCluster'], '*', made),
  allow(
    'changeClusters',
    [
      'ecs:DeleteCapacityProvider',
      'ecs:DeleteCluster',
      'ecs:DescribeClusters',
      'ecs:PutClusterCapacityProviders',
      'ecs:UpdateCapacityProvider',
      'ecs:UpdateCluster',
      'ecs:UpdateClusterSettings',
    ],
    '*',
    own,
  ),
  // Before it is made it has no tags, and CloudFormation looks.
  allow('lookAtItsCluster', ['ecs:DescribeClusters'], here('ecs', `cluster/${NAME}`)),
  allow('tagNewClusters', ['ecs:TagResource'], '*', {
    StringEquals: { ...made.StringEquals, 'ecs:CreateAction': ['CreateCapacityProvider', 'CreateCluster'] },
  }),
  allow('tagClusters', ['ecs:TagResource', 'ecs:UntagResource'], '*', retagged),

  allow(
    'groups',
    [
      'autoscaling:CreateAutoScalingGroup',
      'autoscaling:CreateOrUpdateTags',
      'autoscaling:DeleteAutoScalingGroup',
      'autoscaling:DeleteLifecycleHook',
      'autoscaling:DeleteTags',
      'autoscaling:EnableMetricsCollection',
      'autoscaling:PutLifecycleHook',
      'autoscaling:SetInstanceProtection',
      'autoscaling:TerminateInstanceInAutoScalingGroup',
      'autoscaling:UpdateAutoScalingGroup',
    ],
    group,
  ),
  // The functions that are made by a stack; those of releases are made with them.
  allow(
    'functions',
    [
      'lambda:CreateFunction',
      'lambda:DeleteFunction',
      'lambda:GetFunction',
      'lambda:GetFunctionCodeSigningConfig',
      'lambda:GetFunctionRecursionConfig',
      'lambda:GetRuntimeManagementConfig',
      'lambda:ListTags',
      'lambda:TagResource',
      'lambda:UntagResource',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
    ],
    ['settings', 'backups'].map((part) => here('lambda', `function:${NAME}--${part}`)),
  ),
  allow('launchTemplates', ['ec2:CreateLaunchTemplate'], here('ec2', 'launch-template/*'), made),
  allow(
    'changeLaunchTemplates',
    [
      'ec2:CreateLaunchTemplateVersion',
      'ec2:DeleteLaunchTemplate',
      'ec2:DeleteLaunchTemplateVersions',
      'ec2:ModifyLaunchTemplate',
    ],
    here('ec2', 'launch-template/*'),
    own,
  ),
  // Auto Scaling tries beforehand whether who makes a group may start what its launch template says.
  allow(
    'startInstances',
    ['ec2:RunInstances'],
    ['launch-template', 'security-group', 'subnet'].map((type) => here('ec2', `${type}/*`)),
    own,
  ),
  allow(
    'newInstances',
    ['ec2:RunInstances'],
    [
      ...['instance', 'network-interface', 'volume'].map((type) => here('ec2', `${type}/*`)),
      arn(`ec2:\${AWS::Region}::image/*`),
    ],
    { ArnLike: { 'ec2:LaunchTemplate': here('ec2', 'launch-template/*') } },
  ),
  allow('images', ['ssm:GetParameter', 'ssm:GetParameters'], arn(`ssm:\${AWS::Region}::parameter/aws/service/*`)),
]);
