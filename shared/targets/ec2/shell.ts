import type { Instance } from '@aws-sdk/client-auto-scaling';
import { findGroups } from '../../aws/auto-scaling.ts';
import { see } from '../balanced/seen.ts';
import type { InstanceShell, Plan } from '../target.ts';
import { ENVIRONMENT_FILE } from './environment-script.ts';
import { fleet } from './fleet.ts';
import { stackOf } from './stack.ts';
import { FOLDER } from './unit.ts';

/** A healthy instance of what is live; undefined while nothing is, or none is in service. */
export async function shell(plan: Plan): Promise<InstanceShell | undefined> {
  const { pointer, colours } = await see(fleet, plan);
  const colour = pointer.live?.colour;
  const live = colour === undefined || colour === 'neither' ? undefined : colours[colour];
  if (!live) return undefined;
  const [group] = await findGroups([live.name]);
  // The group is told what the load balancer finds: https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-checks-overview.html
  const serves = ({ LifecycleState, HealthStatus, LaunchTemplate }: Instance): boolean =>
    LifecycleState === 'InService' && HealthStatus === 'Healthy' && LaunchTemplate?.Version === live.version;
  const instance = group?.Instances?.find(serves)?.InstanceId;
  if (!instance) return undefined;
  const { region, logs } = stackOf(plan);
  return { instance, region, user: 'pilot', folder: FOLDER, environmentFile: ENVIRONMENT_FILE, logs };
}
