import {
  AutoScalingClient,
  DeletePolicyCommand,
  DeleteScheduledActionCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  PutScheduledUpdateGroupActionCommand,
  type PutScheduledUpdateGroupActionCommandInput,
  paginateDescribePolicies,
  paginateDescribeScheduledActions,
} from '@aws-sdk/client-auto-scaling';
import { clientConfig } from './config.ts';

const client = new AutoScalingClient(clientConfig);

/** What is put on a group: all but whose it is. */
export type GroupPolicy = Pick<PutScalingPolicyCommandInput, 'PolicyName' | 'TargetTrackingConfiguration'>;
export type GroupTimed = Omit<PutScheduledUpdateGroupActionCommandInput, 'AutoScalingGroupName'>;

/**
 * Sets a rule by which a group grows and shrinks; one of that name is replaced.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html
 */
export async function putGroupPolicy(group: string, policy: GroupPolicy): Promise<void> {
  const PolicyType = 'TargetTrackingScaling';
  await client.send(new PutScalingPolicyCommand({ AutoScalingGroupName: group, PolicyType, ...policy }));
}

/** Sets other limits for a time; those of that name are replaced. */
export async function putGroupTimed(group: string, timed: GroupTimed): Promise<void> {
  await client.send(new PutScheduledUpdateGroupActionCommand({ AutoScalingGroupName: group, ...timed }));
}

/** Ends all scaling, but for rules and times of these names; what is gone already is no error. */
export async function endGroupScaling(group: string, but: readonly (string | undefined)[] = []): Promise<void> {
  const AutoScalingGroupName = group;
  const policies: string[] = [];
  for await (const page of paginateDescribePolicies({ client }, { AutoScalingGroupName }))
    policies.push(...(page.ScalingPolicies ?? []).map(({ PolicyName = '' }) => PolicyName));
  const times: string[] = [];
  for await (const page of paginateDescribeScheduledActions({ client }, { AutoScalingGroupName }))
    times.push(...(page.ScheduledUpdateGroupActions ?? []).map(({ ScheduledActionName = '' }) => ScheduledActionName));

  for (const PolicyName of policies.filter((name) => !but.includes(name)))
    await gone(client.send(new DeletePolicyCommand({ AutoScalingGroupName, PolicyName })));
  for (const ScheduledActionName of times.filter((name) => !but.includes(name)))
    await gone(client.send(new DeleteScheduledActionCommand({ AutoScalingGroupName, ScheduledActionName })));
}

/** The service has one name for all that it finds wrong. */
async function gone(deleting: Promise<unknown>): Promise<void> {
  try {
    await deleting;
  } catch (error) {
    if (!(error instanceof Error && /not found|does not exist/i.test(error.message))) throw error;
  }
}
