import {
  type Activity,
  AutoScalingClient,
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  CreateOrUpdateTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  type LifecycleHookSpecification,
  PutLifecycleHookCommand,
  paginateDescribeAutoScalingGroups,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
  type UpdateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling';
import { clientConfig } from './config.ts';

const client = new AutoScalingClient(clientConfig);

/**
 * Those of these groups that are there.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
 */
export async function findGroups(names: string[]): Promise<AutoScalingGroup[]> {
  const { AutoScalingGroups = [] } = await client.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: names }),
  );
  return AutoScalingGroups;
}

/**
 * Those groups that have a tag with one of these values.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Filter.html
 */
export async function findGroupsTagged(key: string, values: string[]): Promise<AutoScalingGroup[]> {
  const groups: AutoScalingGroup[] = [];
  const Filters = [{ Name: `tag:${key}`, Values: values }];
  for await (const page of paginateDescribeAutoScalingGroups({ client }, { Filters }))
    groups.push(...(page.AutoScalingGroups ?? []));
  return groups;
}

/**
 * Makes a group as large as this for now, within its limits: what scales it goes on from there.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html
 */
export async function sizeGroup(group: string, desired: number): Promise<void> {
  await client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: group, DesiredCapacity: desired }));
}

/** @returns `exists` when there is one of that name, even one that is being deleted. */
export async function createGroup(input: CreateAutoScalingGroupCommandInput): Promise<'made' | 'exists'> {
  try {
    await client.send(new CreateAutoScalingGroupCommand(input));
    return 'made';
  } catch (error) {
    if (error instanceof Error && /^AlreadyExists/.test(error.name)) return 'exists';
    throw error;
  }
}

/** Changes what is given, and nothing else. */
export async function updateGroup(input: UpdateAutoScalingGroupCommandInput): Promise<void> {
  await client.send(new UpdateAutoScalingGroupCommand(input));
}

/** Sets a lifecycle hook; one of that name is replaced. It holds for instances that are started from then on. */
export async function putHook(group: string, hook: LifecycleHookSpecification): Promise<void> {
  await client.send(new PutLifecycleHookCommand({ AutoScalingGroupName: group, ...hook }));
}

/** Sets a tag of the group itself, which its instances are not given. */
export async function tagGroup(group: string, key: string, value: string): Promise<void> {
  const Tag = {
    ResourceId: group,
    ResourceType: 'auto-scaling-group',
    Key: key,
    Value: value,
    PropagateAtLaunch: false,
  };
  await client.send(new CreateOrUpdateTagsCommand({ Tags: [Tag] }));
}

/** AWS keeps them for six weeks; so many of the latest tell why a group does not come up. */
const LATEST = 50;

/**
 * What a group did lately, the newest first.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
 */
export async function groupActivities(group: string): Promise<Activity[]> {
  const { Activities = [] } = await client.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: group, MaxRecords: LATEST }),
  );
  return Activities;
}
