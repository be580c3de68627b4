import { updateService } from '../../shared/aws/ecs.ts';
import { beforeOf, leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { derivedName } from '../../shared/manifest/derived-names.ts';
import { done, failed } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { staticTarget } from '../../shared/targets/static/static.ts';
import type { Handlers } from './functions.ts';

/** Copies of steps that are wrong on purpose, for what goes offline. */

/** Shift that takes a site offline which is to be deployed to. */
export const offlineUnasked: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) =>
    staticTarget
      .offline(planOf(deployment), beforeOf(deployment), undefined, leaseOf(deployment))
      .then((end) => (end.outcome === 'growing' ? done() : end)),
  ) as never,
};

/** Shift that says of what it has taken offline that it could not. */
export const offlineDenied: Handlers = {
  'deploy-shift': step('Shift', async ({ deployment }) => {
    await staticTarget.offline(planOf(deployment), beforeOf(deployment), undefined, leaseOf(deployment));
    return failed('BROKEN', 'it says that it did nothing');
  }) as never,
};

/** Finish that stops what is to be back at once. */
export const keptStopped: Handlers = {
  'deploy-finish': step('Finish', async ({ deployment }) => {
    const { pilot, environment, stack } = planOf(deployment);
    for (const colour of ['blue', 'green']) {
      const service = derivedName('service', { pilot, environment, parts: [colour] });
      await updateService({ cluster: stack?.Cluster, service, desiredCount: 0 }).catch(() => undefined);
    }
    return done();
  }) as never,
};
