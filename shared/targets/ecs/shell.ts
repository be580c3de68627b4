import { runningTask } from '../../aws/ecs.ts';
import type { Plan, Shell } from '../target.ts';
import { CONTAINER } from './names.ts';
import { see } from './seen.ts';

/** A task of what is live; undefined while nothing is, or none runs. */
export async function shell(plan: Plan): Promise<Shell | undefined> {
  const { pointer, colours, stack } = await see(plan);
  const colour = pointer.live?.colour;
  const service = colour === undefined || colour === 'neither' ? undefined : colours[colour];
  const task = service && (await runningTask(stack.cluster, service.name));
  return task ? { cluster: stack.cluster, task, container: CONTAINER, region: stack.region } : undefined;
}
