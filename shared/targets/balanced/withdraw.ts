import { setTimeout as pause } from 'node:timers/promises';
import { findRulesIfAny } from '../../aws/load-balancers.ts';
import { type Failed, failed } from '../../outcome.ts';
import type { Lease, Remains } from '../target.ts';
import { type Pointer, pointerOf, takesAll } from './pointer.ts';
import { write } from './traffic.ts';

const TRIES = 3;
const PAUSE_MS = 250;
/** Which target groups it leads to is of no matter to whoever takes all traffic away. */
const NO_GROUPS = { blue: '', green: '' };

/**
 * Takes all traffic away from an environment that is to go, whatever gets it: visitors get the page with status 503 until the
 * load balancer goes with the stack. A listener that is gone, or was never made, leads nowhere.
 * @returns why that could not be done.
 */
export async function withdraw({ stack }: Pick<Remains, 'stack'>, lease: Lease): Promise<Failed | undefined> {
  const { Listener: listener } = stack;
  if (!listener) return undefined;
  const { fence } = lease;
  let unanswered: unknown;
  for (let tried = 1; tried <= TRIES; tried += 1) {
    if (tried > 1) await pause(PAUSE_MS);
    const rules = (await findRulesIfAny(listener))?.filter(takesAll);
    if (!rules) return undefined;
    const seen = pointerOf(rules, NO_GROUPS, {});
    if (seen.fence > fence) return failed('FENCED', 'a newer deployment holds the pointer');
    if (isWithdrawn(seen, fence)) return undefined;
    if (!(await lease.mayMove({}))) return failed('FENCED', 'a newer deployment holds the lock');
    // Where its answer is lost, the next look tells whether it was applied.
    await write({ fence }, { balancer: { listener, groups: NO_GROUPS }, rules }).catch((error: unknown) => {
      unanswered = error;
    });
    const now = (await findRulesIfAny(listener))?.filter(takesAll);
    if (!now || isWithdrawn(pointerOf(now, NO_GROUPS, {}), fence)) return undefined;
  }
  throw unanswered ?? new Error(`the live rule of ${listener} could not be moved in ${TRIES} tries: others changed it`);
}

const isWithdrawn = (pointer: Pointer, fence: number): boolean => pointer.fence === fence && pointer.live === undefined;
