import { live } from '../../answers/live.ts';
import { setting } from '../../aws/config.ts';
import type { Problem } from '../../errors.ts';
import { logOf } from '../../log.ts';
import { keptOffline } from '../../maintenance.ts';
import { notYet } from '../../manifest/not-yet.ts';
import { manifestKey } from '../../names.ts';
import { laterNames } from '../../plan-text/words.ts';
import { checked } from '../../planning/checked.ts';
import { withUsualEdge } from '../../planning/usual-edge.ts';
import { type Known, knownOf } from '../../preview/known.ts';
import { type PilotPlan, planFor } from '../../preview/plan.ts';
import type { FromGit } from '../reading/environments.ts';
import type { AtCommit } from '../reading/manifests-at.ts';

const log = logOf('plan-pull-request');

/** What a manifest would deploy to one of its environments. */
export interface EnvironmentPlan {
  plan: PilotPlan;
  /** What this version cannot deploy yet. */
  later: string[];
}

/**
 * Plans what a manifest says and nothing else: nobody learns from it what is live, what another environment has, or whether
 * something is there that it names.
 */
export function planAlone({ environment, loaded }: FromGit): EnvironmentPlan {
  const plan = planFor(loaded.manifest, { environment, region: setting('AWS_REGION') });
  return { plan, later: laterNames(notYet(loaded), plan.target) };
}

/** Plans a manifest as it would be deployed: compared with what is live, and with all that Validate would refuse. */
export async function planHere(
  { pilot, manifest: file, bytes = new Uint8Array() }: AtCommit,
  { environment, loaded }: FromGit,
): Promise<EnvironmentPlan> {
  const region = setting('AWS_REGION');
  const at = { pilot, environment, bucket: setting('MANIFESTS_BUCKET'), key: manifestKey(pilot, environment) };
  const [found, usual, { known, offline }] = await Promise.all([
    checked(bytes, file, at),
    withUsualEdge(loaded),
    liveNow(pilot, environment),
  ]);
  const plan = planFor(usual.loaded.manifest, { environment, region, ...known });
  // What cannot be deployed yet is said by itself.
  const problems = found.ok ? [] : found.problems.filter(({ code }) => code !== 'NOT_YET');
  return {
    plan: { ...plan, refusals: [...plan.refusals, ...problems], warnings: [...plan.warnings, ...offline] },
    later: laterNames(notYet(loaded, { account: setting('ACCOUNT'), region }), plan.target),
  };
}

/** A plan that could not be compared is still one. */
async function liveNow(pilot: string, environment: string): Promise<{ known: Partial<Known>; offline: Problem[] }> {
  try {
    const told = await live({ action: 'live', pilot, environment });
    if (!told.ok) return { known: {}, offline: [] };
    const { offline } = told.answer;
    // By whom is told to those who may ask Pilotage.
    const kept = offline && keptOffline(pilot, { at: offline.at, release: offline.release });
    return { known: knownOf(told.answer), offline: kept ? [kept] : [] };
  } catch (error) {
    log.error('what is live could not be read', { pilot, environment, error });
    return { known: {}, offline: [] };
  }
}
