import { readAlias } from '../../aws/function-alias.ts';
import { letCool, readWarm } from '../../aws/function-concurrency.ts';
import { listPermissions } from '../../aws/function-front.ts';
import { readFunction } from '../../aws/function-state.ts';
import { type Done, done, type Failed, type Parked, parked } from '../../outcome.ts';
import type { Lease, Live, Plan } from '../target.ts';
import { detailOf, POINTER } from './detail.ts';
import { closeFront } from './front.ts';
import { LEFT_ALONE } from './held.ts';
import { superfluous } from './permissions.ts';
import { fenceOf } from './pointer.ts';
import { reserveExactly } from './reserved.ts';
import { troubleOf } from './trouble.ts';

/** How long calls of the old version may still be under way; the bake is the time for which it stood ready. */
export const KEEP_MS = 60_000;
const GRACE_MS = 60 * 60_000;

/**
 * Takes down, after a while, what only the version before needed: its
 * warm environments, ways by which calls came, calls that were reserved. Versions
 * cost nothing while nobody calls them: they stay until they are retired.
 */
export async function rest(plan: Plan, before: Live, since: Date, lease: Lease): Promise<Done | Parked | Failed> {
  const detail = detailOf(plan);
  const { function: name } = detail;
  const [alias, state, permissions] = await Promise.all([
    readAlias(name, POINTER),
    readFunction(name),
    listPermissions(name, POINTER),
  ]);
  if (!alias || !state || fenceOf(alias) > lease.fence) return LEFT_ALONE;
  const old = before.pointer;
  const isServing = [alias.version, alias.second?.version].includes(old);
  const warm = old === undefined || isServing ? undefined : await readWarm(name, old);
  const unused = superfluous(permissions, detail, plan.stack ?? {});
  if (!warm && unused.length === 0 && state.reserved === detail.reserved) return done();

  const until = new Date(since.getTime() + KEEP_MS);
  if (until > new Date())
    return parked('the last calls of the old version to end', new Date(until.getTime() + GRACE_MS), until);
  try {
    await reserveExactly(detail, state);
    await closeFront(detail, unused);
    if (warm && old !== undefined) await letCool(name, old);
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    return trouble;
  }
  return done({ closed: unused.length, cooled: warm?.wanted ?? 0 });
}
