import { readEtag, writeKey } from '../../shared/aws/key-values.ts';
import { freeFrom } from '../../shared/ledger/lock.ts';
import { beforeOf, leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { detailOf } from '../../shared/targets/static/detail.ts';
import { encodePointer } from '../../shared/targets/static/pointer.ts';
import { staticTarget } from '../../shared/targets/static/static.ts';
import type { Handler, Handlers } from './functions.ts';
import { PILOT } from './sites.ts';

/** Copies of steps that are wrong on purpose: a sweep that does not catch them proves nothing. */

/** Shift that gives the lock away before it moves the traffic, and does not ask whether it has it. */
export const lockReleasedEarly: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    await freeFrom(PILOT, 'production', deployment.id);
    const lease = { ...leaseOf(deployment), mayMove: async () => true };
    const shifted = await staticTarget.shift(planOf(deployment), beforeOf(deployment), 100, lease);
    if (shifted.outcome === 'growing') throw new Error('a site does not grow');
    return shifted.outcome === 'done' ? done() : shifted;
  }) as Handler,
};

/** Shift that takes its write for done, whatever the store said. */
export const pointerNotReadBack: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    const plan = planOf(deployment);
    const { site, arm } = detailOf(plan);
    const store = process.env.KVS_ARN ?? '';
    const pointer = encodePointer({ fence: leaseOf(deployment).fence, live: arm });
    await writeKey(store, await readEtag(store), site, String(pointer)).catch(() => false);
    await settle(deployment.id, { shifted: { weight: 100, at: new Date().toISOString() } });
    return done();
  }) as Handler,
};

/** Finish that clears away what the deployment would have to go back to. */
export const blueRemovedEarly: Handlers = {
  'deploy-finish': step('Finish', async ({ deployment }) => {
    const { release } = beforeOf(deployment);
    if (release) await staticTarget.retire(planOf(deployment), [release], leaseOf(deployment));
    return done();
  }) as Handler,
};

/** Rollback that finds that there is nothing to do. */
export const rollbackSkipped: Handlers = {
  'deploy-rollback': step('Rollback', async () => done({ rolledBack: false })) as Handler,
};

/** Shift that finds that there is nothing to do. */
export const shiftSkipped: Handlers = {
  'deploy-shift': step('Shift', async () => done()) as Handler,
};

/** Shift that does not look whether somebody has given the deployment up. */
export const cancellingIgnored: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    const shifted = await staticTarget.shift(planOf(deployment), beforeOf(deployment), 100, leaseOf(deployment));
    if (shifted.outcome === 'growing') throw new Error('a site does not grow');
    return shifted.outcome === 'done' ? done() : shifted;
  }) as Handler,
};
