import type { ResolvedFor } from '../../shared/manifest/complete.ts';
import { nameIn, type Site } from '../../shared/preview/model.ts';
import { arn, att, type Part, parameter, ref, sub } from '../template.ts';
import { usingFiles } from './files.ts';
import { allow, EVERY_INSTANCE, readingSecrets, role, SPEAKING, type Statement } from './role.ts';

type Ec2Site = Site<ResolvedFor<'ec2'>>;

/**
 * What an instance may do, and with it the pilot on it: be reached by Systems Manager, fetch the releases of
 * this one pilot, read its secrets, write its log, tell its own groups that it is installed.
 */
export const instanceProfilePart = (site: Ec2Site): Part => {
  const made = role(site, 'instance', 'ec2.amazonaws.com', statementsOf(site));
  return {
    Parameters: {
      Releases: parameter('The bucket that keeps the releases', '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'),
    },
    Resources: {
      InstanceRole: { ...made, Properties: { ...made.Properties, AssumeRolePolicyDocument: EVERY_INSTANCE } },
      InstanceProfile: {
        Type: 'AWS::IAM::InstanceProfile',
        Properties: { InstanceProfileName: nameIn(site, 'role', 'instance'), Roles: [ref('InstanceRole')] },
      },
    },
    Outputs: {
      InstanceProfile: { Description: 'What the instances are started with', Value: att('InstanceProfile', 'Arn') },
      Releases: { Description: 'The bucket that keeps the releases', Value: ref('Releases') },
    },
  };
};

function statementsOf(site: Ec2Site): Statement[] {
  const { manifest, environment } = site;
  return [
    ...MANAGED,
    allow(['s3:GetObject'], sub(`arn:\${AWS::Partition}:s3:::\${Releases}/releases/${manifest.name}/${environment}/*`)),
    allow(['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], att('Logs', 'Arn')),
    // The agent of Systems Manager looks for the group before it writes a command's output; it knows no resources.
    allow(['logs:DescribeLogGroups'], '*'),
    allow(
      ['autoscaling:CompleteLifecycleAction'],
      ['blue', 'green'].map((colour) =>
        arn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${nameIn(site, 'scaling-group', colour)}`),
      ),
    ),
    ...readingSecrets(site),
    ...usingFiles(manifest.ec2.mount),
  ];
}

/**
 * What the agent of Systems Manager needs for Run Command and for sessions, and none of the rest of Amazon's own policy.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
 */
export const MANAGED: Statement[] = [
  allow(['ssm:UpdateInstanceInformation'], arn('ec2', 'instance/*')),
  // They know no resources.
  allow(
    [
      'ec2messages:AcknowledgeMessage',
      'ec2messages:DeleteMessage',
      'ec2messages:FailMessage',
      'ec2messages:GetEndpoint',
      'ec2messages:GetMessages',
      'ec2messages:SendReply',
    ],
    '*',
  ),
  SPEAKING,
];
