import { done, type Outcome } from '../../outcome.ts';
import type { Lease, Live, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { openFront } from './front.ts';
import { type Published, publishRelease } from './publish.ts';
import { reserveMore } from './reserved.ts';
import { troubleOf } from './trouble.ts';
import { warmUp } from './warm.ts';

/** Publishes the release as a version of the function, with its front, and with environments warm where that is asked for. */
export async function prepare(plan: Plan, live: Live, lease: Lease): Promise<Outcome> {
  try {
    const published = await publishRelease(plan, lease);
    return 'outcome' in published ? published : await finish(plan, live, published);
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    return trouble;
  }
}

async function finish(plan: Plan, live: Live, { state, alias, version }: Published): Promise<Outcome> {
  await reserveMore(detailOf(plan), state, live);
  const warm = await warmUp(detailOf(plan), version.version, live);
  if (warm) return warm;
  const front = await openFront(plan, alias.arn);
  return 'outcome' in front ? front : done({ version: version.version, ...front });
}
