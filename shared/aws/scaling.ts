import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  PutScheduledActionCommand,
  type PutScheduledActionCommandInput,
  RegisterScalableTargetCommand,
  ValidationException,
} from '@aws-sdk/client-application-auto-scaling';
import { clientConfig } from './config.ts';

const client = new ApplicationAutoScalingClient(clientConfig);

const TASKS = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

/** What is put on a service: all but whose it is. */
export type Policy = Pick<PutScalingPolicyCommandInput, 'PolicyName' | 'TargetTrackingScalingPolicyConfiguration'>;
export type Timed = Pick<
  PutScheduledActionCommandInput,
  'ScheduledActionName' | 'Schedule' | 'Timezone' | 'ScalableTargetAction'
>;

/**
 * Lets a service's tasks come and go between two numbers.
 * @param resource `service/<cluster>/<service>`
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
 */
export async function letScale(resource: string, min: number, max: number): Promise<void> {
  const input = { ...TASKS, ResourceId: resource, MinCapacity: min, MaxCapacity: max };
  await client.send(new RegisterScalableTargetCommand(input));
}

/** Keeps a service from becoming smaller; its other limit stays. One that does not scale stays as it is. */
export async function keepAbove(resource: string, min: number): Promise<void> {
  try {
    await client.send(new RegisterScalableTargetCommand({ ...TASKS, ResourceId: resource, MinCapacity: min }));
  } catch (error) {
    if (!(error instanceof ValidationException)) throw error;
  }
}

/** Sets a rule; one of that name is replaced. */
export async function putPolicy(resource: string, policy: Policy): Promise<void> {
  const PolicyType = 'TargetTrackingScaling';
  await client.send(new PutScalingPolicyCommand({ ...TASKS, ResourceId: resource, PolicyType, ...policy }));
}

/** Sets other limits for a time; those of that name are replaced. */
export async function putTimed(resource: string, timed: Timed): Promise<void> {
  await client.send(new PutScheduledActionCommand({ ...TASKS, ResourceId: resource, ...timed }));
}

/** Ends all scaling, with its rules and times; where there is none, that is no error. */
export async function endScaling(resource: string): Promise<void> {
  try {
    await client.send(new DeregisterScalableTargetCommand({ ...TASKS, ResourceId: resource }));
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** ObjectNotFoundException by its documentation, a ValidationException where it is checked earlier. */
const isAbsent = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'ObjectNotFoundException' || /^No scalable target/.test(error.message));
