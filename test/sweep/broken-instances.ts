import { updateGroup } from '../../shared/aws/auto-scaling.ts';
import { beforeOf, leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { settle } from '../../shared/ledger/settling.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { ec2Target } from '../../shared/targets/ec2/ec2.ts';
import { emptied } from '../../shared/targets/ec2/group.ts';
import { groupName } from '../../shared/targets/ec2/names.ts';
import type { Handlers } from './functions.ts';

/** Copies of steps that are wrong on purpose, for instances. */

/** Shift that ends the instances that served before, as if nobody would ever go back. */
export const blueEmptiedInShift: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    const plan = planOf(deployment);
    const before = beforeOf(deployment);
    const moved = await ec2Target.shift(plan, before, 100, leaseOf(deployment));
    if (moved.outcome === 'growing') throw new Error('it does not grow');
    if (moved.outcome !== 'done') return moved;
    await settle(deployment.id, { shifted: { weight: 100, at: new Date().toISOString() } });
    const served = before.pointer?.startsWith('green') ? 'green' : 'blue';
    await updateGroup(emptied(groupName(plan, served)));
    return done();
  }) as never,
};
