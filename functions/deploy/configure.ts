import { settingsFile } from '../../shared/configuration/render.ts';
import { findManifest } from '../../shared/ledger/manifests.ts';
import { recordPrepared } from '../../shared/ledger/releases.ts';
import { leaseOf, planOf, policyOf } from '../../shared/ledger/settled.ts';
import { done } from '../../shared/outcome.ts';
import { step } from '../../shared/step.ts';
import { targetNamed } from '../../shared/targets/index.ts';

/** Puts the files that the release reads where it finds them, while what is live goes on reading its own. */
export const handler = step('Configure', async ({ deployment }) => {
  const { kind } = deployment.trigger;
  // None of them makes a release: what serves, or did, has its files.
  if (kind === 'offline' || kind === 'online' || kind === 'restore') return done();
  const plan = planOf(deployment);
  const target = await targetNamed(plan.target);
  if (!target.configure) return done();
  const manifest = await findManifest(plan);
  const file = settingsFile(manifest?.config);
  // What is written for a release is removed with it, also when it is never prepared.
  if (file) await recordPrepared(plan, policyOf(deployment));
  const since = new Date(deployment.steps.Configure ?? Date.now());
  return target.configure(plan, leaseOf(deployment), file, since);
});
