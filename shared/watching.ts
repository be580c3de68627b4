import { readAlarms } from './aws/alarms.ts';
import { bringsManifest } from './events.ts';
import { against, baselineOf, factsOf, inWords } from './judging.ts';
import type { Deployment } from './ledger/deployment.ts';
import { planOf, policyOf } from './ledger/settled.ts';
import { noteFacts, settle } from './ledger/settling.ts';
import { changes } from './notify/sentences.ts';
import { type Facts, type Failed, failed } from './outcome.ts';
import { targetNamed } from './targets/index.ts';

/**
 * One look at the alarms that tell of a rollout's traffic. The first one, before the release has any share, settles
 * what the later ones are compared with; a second run of it finds that settled. Of a pilot without alarms nothing is asked.
 * @param progress tells people what they should know of it, once.
 * @returns the deployment as it stands then; or that it failed, by an alarm that went off since.
 * @throws when CloudWatch cannot be asked: that is not "no alarm".
 */
export async function watch(deployment: Deployment, progress: Tell): Promise<Deployment | Failed> {
  const names = await alarmsOf(deployment);
  if (names.length === 0) return deployment;
  if (isOverridden(deployment)) return tell(deployment, { alarmsIgnored: true }, progress);

  const settled = deployment.alarms ? deployment : await settleBaseline(deployment, names);
  const { alarms, shifted } = settled;
  if (!alarms) throw new Error(`${settled.id} has no baseline of its alarms, though it was just settled`);
  const known = await tell(settled, factsOf(alarms), progress);
  // Whatever has gone off: a release without a share is not the cause.
  if (!shifted) return known;
  const speaking = against(await readAlarms(alarms.watched), alarms);
  return speaking.length > 0 ? failed('ALARM', inWords(speaking)) : known;
}

type Tell = (text: string) => Promise<void>;

/** Those of the pilot's stack, and those that its manifest names. Where no new release goes live none judges: nothing may stop the way back. */
async function alarmsOf(deployment: Deployment): Promise<string[]> {
  if (!bringsManifest(deployment.trigger)) return [];
  const plan = planOf(deployment);
  const target = await targetNamed(plan.target);
  return [...new Set([...(target.alarms?.(plan) ?? []), ...(policyOf(deployment).alarms ?? [])])];
}

const isOverridden = ({ trigger }: Deployment): boolean => trigger.kind === 'upload' && trigger.ignoreAlarms === true;

async function settleBaseline({ id }: Deployment, names: string[]): Promise<Deployment> {
  return settle(id, {}, { alarms: baselineOf(names, await readAlarms(names), new Date()) });
}

async function tell(deployment: Deployment, facts: Facts, progress: Tell): Promise<Deployment> {
  const isKnown = Object.entries(facts).every(([name, value]) => deployment.facts[name] === value);
  if (isKnown) return deployment;
  await noteFacts(deployment, facts);
  await progress(changes(facts));
  return { ...deployment, facts: { ...deployment.facts, ...facts } };
}
