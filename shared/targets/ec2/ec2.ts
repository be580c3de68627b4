import { alarmNames } from '../alarm-names.ts';
import { stopIdle } from '../balanced/given-back.ts';
import { rest } from '../balanced/rest.ts';
import { trafficOf } from '../balanced/traffic.ts';
import type { Target } from '../target.ts';
import { configure } from './configuration.ts';
import { fleet } from './fleet.ts';
import { look } from './look.ts';
import { plan } from './plan.ts';
import { prepare } from './prepare.ts';
import { retire } from './retire.ts';
import { shell } from './shell.ts';
import { task } from './task.ts';
import { clearTaskInstances } from './task-instances.ts';

/**
 * Instances on Amazon EC2: two Auto Scaling groups, blue and green, each with a target group of one load
 * balancer, and a rule of its listener that gives each its share. What the rule says: `../balanced/pointer.ts`; which
 * release a colour runs: `groups.ts`; what an instance does as it starts: `user-data.ts`; what the stack makes: `stack.ts`.
 */
export const ec2Target: Target = {
  plan,
  configure,
  prepare,
  look,
  ...trafficOf(fleet),
  stopIdle: (plan, lease) => stopIdle(fleet, plan, lease),
  task,
  async rest(plan, before, since, lease) {
    await clearTaskInstances(plan);
    return rest(fleet, plan, before, since, lease);
  },
  alarms: (plan) => alarmNames(plan, ['errors', 'latency', 'unhealthy']),
  retire,
  shell,
};
