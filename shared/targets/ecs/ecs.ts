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
import { remove } from './remove.ts';
import { retire } from './retire.ts';
import { shell } from './shell.ts';
import { task } from './task.ts';

/**
 * Services on Amazon ECS: two of them, blue and green, each with a target group
 * of one load balancer, and a rule of its listener that gives each its share. What
 * the rule says: `../balanced/pointer.ts`; which release a colour runs: `services.ts`; what
 * the stack makes: `stack.ts`.
 */
export const ecsTarget: Target = {
  plan,
  configure,
  task,
  prepare,
  look,
  ...trafficOf(fleet),
  stopIdle: (plan, lease) => stopIdle(fleet, plan, lease),
  rest: (plan, before, since, lease) => rest(fleet, plan, before, since, lease),
  alarms: (plan) => alarmNames(plan, ['errors', 'latency', 'unhealthy']),
  retire,
  remove,
  shell,
};
