import { alarmNames } from '../alarm-names.ts';
import type { Target } from '../target.ts';
import { imagesHeld } from './images.ts';
import { look } from './look.ts';
import { plan } from './plan.ts';
import { prepare } from './prepare.ts';
import { prepareOffline } from './prepare-offline.ts';
import { remove } from './remove.ts';
import { rest } from './rest.ts';
import { retire } from './retire.ts';
import { task } from './task.ts';
import { live, offline, rollback, shift } from './traffic.ts';

/**
 * Functions: a release is a published version, whose description tells which;
 * the pointer is an alias with weights. What serves while nothing is live:
 * `offline.ts`; what the alias says: `pointer.ts`.
 */
export const lambdaTarget: Target = {
  plan,
  live,
  task,
  prepare,
  look,
  shift,
  rollback,
  prepareOffline,
  offline,
  rest,
  alarms: (plan) => alarmNames(plan, ['errors', 'latency']),
  imagesHeld,
  retire,
  remove,
};
