import { askWriter } from '../../shared/aws/settings-writer.ts';
import { settingsFile } from '../../shared/configuration/render.ts';
import { findManifest } from '../../shared/ledger/manifests.ts';
import { listReleases } from '../../shared/ledger/releases.ts';
import { leaseOf, planOf } from '../../shared/ledger/settled.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { configure, removeSettings } from '../../shared/targets/ecs/configuration.ts';
import { stackOf } from '../../shared/targets/ecs/stack.ts';
import type { Handlers } from './functions.ts';

/** Copies of steps that are wrong on purpose, for settings. */

/** Configure that writes over the file that blue reads, as if there were one for all. */
export const sharedByAll: Handlers = {
  'deploy-configure': step('Configure', async ({ deployment }) => {
    const plan = planOf(deployment);
    const file = settingsFile((await findManifest(plan))?.config);
    const writer = stackOf(plan).settingsWriter ?? '';
    for (const { release } of await listReleases(plan.pilot, plan.environment))
      if (file) await askWriter(writer, { release, ...file });
    return configure(plan, leaseOf(deployment), file, new Date());
  }) as never,
};

/** Finish that removes the settings of what has just gone live. */
export const removedTooEarly: Handlers = {
  'deploy-finish': step('Finish', async ({ deployment }) => {
    const plan = planOf(deployment);
    await removeSettings(stackOf(plan), [plan.release]);
    return done();
  }) as never,
};
