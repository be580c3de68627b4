import { findGroups } from '../../aws/auto-scaling.ts';
import { see } from '../balanced/seen.ts';
import type { Plan, Shell } from '../target.ts';
import { fleet } from './fleet.ts';
import { stackOf } from './stack.ts';

/** An instance of what is live; undefined while nothing is, or none is in service. */
export async function shell(plan: Plan): Promise<Shell | undefined> {
  const { pointer, colours } = await see(fleet, plan);
  const colour = pointer.live?.colour;
  const live = colour === undefined || colour === 'neither' ? undefined : colours[colour];
  if (!live) return undefined;
  const [group] = await findGroups([live.name]);
  const instance = group?.Instances?.find(({ LifecycleState }) => LifecycleState === 'InService')?.InstanceId;
  return instance ? { instance, region: stackOf(plan).region } : undefined;
}
