import { alarmNames } from '../alarm-names.ts';
import type { Target } from '../target.ts';
import { detailOf } from './detail.ts';
import { logGroups } from './log-groups.ts';
import { look } from './look.ts';
import { plan } from './plan.ts';
import { prepare } from './prepare.ts';
import { prepareOffline } from './prepare-offline.ts';
import { rest } from './rest.ts';
import { retire } from './retire.ts';
import { stopIdle } from './stop-idle.ts';
import { task } from './task.ts';
import { type Pause, trafficWith } from './traffic.ts';

/**
 * Environments of AWS Elastic Beanstalk: two of them, blue and green, and while nothing is live a third one, which
 * answers 503. The pointer is the CNAME that visitors are led to, which two environments swap; the fence stands in
 * the application's description: `pointer.ts`. What the stack makes: `stack.ts`.
 */
export const beanstalkWith = (pause?: Pause): Target => ({
  plan,
  task,
  prepare,
  look,
  ...trafficWith(pause),
  stopIdle,
  prepareOffline,
  rest,
  // A single instance is as well as its answers are.
  alarms: (plan) =>
    alarmNames(plan, ['errors', 'latency', ...(detailOf(plan).balanced ? (['unhealthy'] as const) : [])]),
  logGroups,
  retire,
});

export const beanstalkTarget = beanstalkWith();
