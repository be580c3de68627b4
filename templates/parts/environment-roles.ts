import type { ResolvedFor } from '../../shared/manifest/complete.ts';
import { nameIn, type Site } from '../../shared/preview/model.ts';
import { arn, att, type Part, parameter, type Resource, ref, type Value } from '../template.ts';
import { MANAGED } from './instance-profile.ts';
import { bundlesOf, operationsOf, streamedTo } from './operations-role.ts';
import { allow, EVERY_INSTANCE, readingSecrets, role, type Statement } from './role.ts';

type BeanstalkSite = Site<ResolvedFor<'beanstalk'>>;

/**
 * Three roles: of the instances, and with them of the pilot's own code; of Elastic Beanstalk as it looks after their
 * health; and of Elastic Beanstalk as it makes and removes what an environment consists of, so that neither
 * Pilotage itself needs those rights, nor what a bundle's own configuration files ask for goes beyond them.
 */
export const environmentRoles = (site: BeanstalkSite): Part => {
  const made = role(site, 'instance', 'ec2.amazonaws.com', instanceMay(site));
  const health = role(site, 'health', SERVICE, HEALTH);
  const operations = role(site, 'operations', SERVICE, operationsOf(site));
  return {
    Parameters: {
      OperationsBoundary: parameter(
        'The most that Elastic Beanstalk may do for a pilot',
        'arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+',
      ),
      Releases: parameter('The bucket that keeps the releases', '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'),
    },
    Resources: {
      InstanceRole: takenOnBy(EVERY_INSTANCE, made),
      InstanceProfile: {
        Type: 'AWS::IAM::InstanceProfile',
        Properties: { InstanceProfileName: nameIn(site, 'role', 'instance'), Roles: [ref('InstanceRole')] },
      },
      HealthRole: takenOnBy(BEANSTALK, health),
      OperationsRole: takenOnBy(BEANSTALK, operations, { PermissionsBoundary: ref('OperationsBoundary') }),
    },
    Outputs: {
      InstanceProfile: { Description: 'What instances are started with', Value: ref('InstanceProfile') },
      ServiceRole: { Description: 'How Elastic Beanstalk looks after health', Value: att('HealthRole', 'Arn') },
      OperationsRole: { Description: 'How Elastic Beanstalk makes environments', Value: att('OperationsRole', 'Arn') },
      Releases: { Description: 'The bucket that keeps the releases', Value: ref('Releases') },
    },
  };
};

const SERVICE = 'elasticbeanstalk.amazonaws.com';

/**
 * Elastic Beanstalk does not promise to say for which account it asks. A role is handed to it with `iam:PassRole`, which
 * knows no roles of other accounts.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html
 */
const BEANSTALK: Value = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: SERVICE }, Action: 'sts:AssumeRole' }],
};

const takenOnBy = (AssumeRolePolicyDocument: Value, made: Resource, more: Record<string, Value> = {}): Resource => ({
  ...made,
  Properties: { ...made.Properties, AssumeRolePolicyDocument, ...more },
});

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html */
function instanceMay(site: BeanstalkSite): Statement[] {
  const name = nameIn(site, 'beanstalk-application');
  return [
    ...MANAGED,
    allow(['s3:GetObject'], bundlesOf(site)),
    allow(
      ['elasticbeanstalk:PutInstanceStatistics'],
      [arn('elasticbeanstalk', `application/${name}`), arn('elasticbeanstalk', `environment/${name}/*`)],
    ),
    allow(['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], streamedTo(site)),
    ...readingSecrets(site).map((statement) =>
      // Elastic Beanstalk's own script reads parameters one by one.
      statement.Action.includes('ssm:GetParameters')
        ? { ...statement, Action: ['ssm:GetParameter', ...statement.Action] }
        : statement,
    ),
  ];
}

/** None of them knows resources. https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html */
const HEALTH: Statement[] = [
  allow(
    [
      'autoscaling:DescribeAutoScalingGroups',
      'autoscaling:DescribeAutoScalingInstances',
      'autoscaling:DescribeScalingActivities',
      'autoscaling:DescribeNotificationConfigurations',
      'ec2:DescribeAddresses',
      'ec2:DescribeInstanceStatus',
      'ec2:DescribeInstances',
      'ec2:DescribeSecurityGroups',
      'elasticloadbalancing:DescribeInstanceHealth',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetHealth',
    ],
    '*',
  ),
];
