import { runningTask } from '../../aws/ecs.ts';
import { see } from '../balanced/seen.ts';
import type { Plan, Shell } from '../target.ts';
import { fleet } from './fleet.ts';
import { CONTAINER } from './names.ts';
import { stackOf } from './stack.ts';

/** A task of what is live; undefined while nothing is, or none runs. */
export async function shell(plan: Plan): Promise<Shell | undefined> {
  const { pointer, colours } = await see(fleet, plan);
  const { cluster, region } = stackOf(plan);
  const colour = pointer.live?.colour;
  const service = colour === undefined || colour === 'neither' ? undefined : colours[colour];
  const task = service && (await runningTask(cluster, service.name));
  return task ? { cluster, task, container: CONTAINER, region } : undefined;
}
