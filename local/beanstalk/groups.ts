import {
  type AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { type Account, type Environment, standing } from './account.ts';
import { resize } from './environments.ts';

/** As AWS names them, but for a random end. */
const nameOf = ({ id }: Environment): string => `awseb-${id}-stack-AWSEBAutoScalingGroup`;

/**
 * Gives each environment that is launched an Auto Scaling group in the emulator, brings the environment to the size that
 * its group is to have, and deletes the groups of those that are terminated: one look at all of them.
 */
export async function keepGroups(account: Account, scaling: AutoScalingClient): Promise<void> {
  const launched = standing(account).filter(({ status }) => status === 'Ready' || status === 'Updating');
  const ended = account.environments.filter(({ status }) => status === 'Terminated');
  if (launched.length + ended.length === 0) return;
  const { AutoScalingGroups: groups = [] } = await scaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [...launched, ...ended].map(nameOf) }),
  );
  const groupOf = (one: Environment) => groups.find(({ AutoScalingGroupName: name }) => name === nameOf(one));
  for (const one of ended)
    if (groupOf(one))
      await scaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: nameOf(one), ForceDelete: true }));
  for (const one of launched) {
    const group = groupOf(one);
    if (!group) await scaling.send(new CreateAutoScalingGroupCommand(groupFor(one)));
    else if (one.status === 'Ready' && group.DesiredCapacity !== one.desired)
      await resize(account, one, group.DesiredCapacity ?? one.desired);
  }
}

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-tagging-resources.html */
function groupFor(environment: Environment) {
  const { id, name, settings, desired, tags } = environment;
  const limit = (which: string) => Number(settings[`aws:autoscaling:asg:${which}`] ?? 1);
  const all = { ...tags, Name: name, 'elasticbeanstalk:environment-id': id, 'elasticbeanstalk:environment-name': name };
  return {
    AutoScalingGroupName: nameOf(environment),
    MinSize: limit('MinSize'),
    MaxSize: limit('MaxSize'),
    DesiredCapacity: desired,
    Tags: Object.entries(all).map(([Key, Value]) => ({ Key, Value, PropagateAtLaunch: true })),
  };
}
