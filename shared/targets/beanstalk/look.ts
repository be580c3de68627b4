import type { Look, Plan } from '../target.ts';
import { runsRelease, see } from './seen.ts';
import { wellnessOf } from './well.ts';

/** Whether an environment runs the release and could take traffic. */
export async function look(plan: Plan): Promise<Look> {
  const environment = runsRelease(await see(plan), plan.release);
  if (!environment) return { state: 'waiting', progress: 'no environment runs it yet' };
  const found = await wellnessOf(plan, environment);
  switch (found.is) {
    case 'well':
      return { state: 'ready' };
    case 'waiting':
      return { state: 'waiting', progress: found.progress };
    case 'broken':
      return { state: 'broken', reason: found.reason };
  }
}
