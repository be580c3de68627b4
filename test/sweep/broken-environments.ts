import { listEnvironments, swapCnames, terminateEnvironment } from '../../shared/aws/beanstalk.ts';
import type { Deployment } from '../../shared/ledger/deployment.ts';
import { beforeOf, leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { done, type Parked, parked } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { detailOf } from '../../shared/targets/beanstalk/detail.ts';
import { targetNamed } from '../../shared/targets/index.ts';
import type { Handlers } from './functions.ts';

/** Copies of steps that are wrong on purpose, for pairs of environments. */

const shifted = (id: string) => settle(id, { shifted: { weight: 100, at: new Date().toISOString() } });

const soon = (): Parked => parked('the swap', new Date(Date.now() + 600_000), new Date(Date.now() + 15_000));

/** Terminates what served before. */
async function terminateBlue(deployment: Deployment): Promise<void> {
  const { pointer } = beforeOf(deployment);
  if (pointer) await terminateEnvironment({ id: pointer });
}

/** Shift that sends the swap in each run of it, and looks only whether green is there. */
export const swapSentTwice: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    const plan = planOf(deployment);
    const there = await listEnvironments(detailOf(plan).application);
    const green = there.find(({ version }) => version === plan.release);
    const blue = there.find(({ id }) => id === beforeOf(deployment).pointer);
    if (!green || !blue) throw new Error('one of them is not there');
    await swapCnames(blue, green);
    if (!deployment.progress) return soon();
    await shifted(deployment.id);
    return done();
  }) as never,
};

/** Shift that terminates what served before, as if nobody would ever go back. */
export const blueTerminatedInShift: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    const plan = planOf(deployment);
    const target = await targetNamed(plan.target);
    const moved = await target.shift(plan, beforeOf(deployment), 100, leaseOf(deployment));
    if (moved.outcome === 'growing') return soon();
    if (moved.outcome !== 'done') return moved;
    await shifted(deployment.id);
    await terminateBlue(deployment);
    return done();
  }) as never,
};

/** Finish that does not wait until resolvers have forgotten the old address. */
export const addressForgottenAtOnce: Handlers = {
  'deploy-finish': step('Finish', async ({ deployment }) => {
    await terminateBlue(deployment);
    return done();
  }) as never,
};
