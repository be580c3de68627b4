import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { findGroupsTagged } from '../../aws/auto-scaling.ts';
import type { Environment } from '../../aws/beanstalk.ts';

/**
 * By which the Auto Scaling group of an environment is found.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-tagging-resources.html
 */
const OF_ENVIRONMENT = 'elasticbeanstalk:environment-id';

/** How large an environment is to be before it takes over, and how large its group is now. */
export interface Growth {
  wanted: number;
  desired: number;
  /** The group's name. */
  group: string;
}

/**
 * How large an environment has to be that takes over from the one that serves: as large as that is now, as far
 * as its own limits go, since all of the traffic comes to it at once.
 * @returns undefined where there is nothing to measure it by.
 */
export async function growthOf(to: Environment, serving: Environment): Promise<Growth | undefined> {
  const found = await findGroupsTagged(OF_ENVIRONMENT, [to.id, serving.id]);
  const groupOf = ({ id }: Environment) => found.find((one) => isOf(one, id));
  const [own, other] = [groupOf(to), groupOf(serving)];
  if (!own?.AutoScalingGroupName || !other) return undefined;
  const { AutoScalingGroupName: group, DesiredCapacity: desired = 0, MaxSize: most = 0 } = own;
  return { group, desired, wanted: Math.min(most, other.DesiredCapacity ?? 0) };
}

const isOf = ({ Tags = [] }: AutoScalingGroup, id: string): boolean =>
  Tags.some(({ Key, Value }) => Key === OF_ENVIRONMENT && Value === id);
