import type { Target } from '../target.ts';
import { look } from './look.ts';
import { plan } from './plan.ts';
import { prepare } from './prepare.ts';
import { rest } from './rest.ts';
import { retire } from './retire.ts';
import { shell } from './shell.ts';
import { live, rollback, shift } from './traffic.ts';

/**
 * Services on Amazon ECS: two of them, blue and green, each with a target group
 * of one load balancer, and a rule of its listener that gives each its share. What
 * the rule says: `pointer.ts`; which release a colour runs: `services.ts`; what
 * the stack makes: `stack.ts`.
 */
export const ecsTarget: Target = { plan, live, prepare, look, shift, rollback, rest, retire, shell };
