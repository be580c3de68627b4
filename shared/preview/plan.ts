import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import type { Capacity } from './capacity.ts';
import { type Change, changesBetween } from './changes.ts';
import { componentsOf } from './components.ts';
import { capacityInWords, type Estimate, estimateOf } from './estimate.ts';
import { keptOf } from './kept.ts';
import { type Load, loadOf } from './load.ts';
import type { Component, Restored, Site } from './model.ts';
import { refusalsOf } from './refusals.ts';
import { ifItFails, rolloutOf } from './rollout.ts';
import { targetPlan } from './targets/index.ts';
import { warningsOf } from './warnings/index.ts';

/** What a deployment of a manifest would do, need and cost. */
export interface PilotPlan {
  pilot: string;
  environment: string;
  target: string;
  region: string;
  /** Nothing says which region: it is the one whose prices are known best. */
  isAssumed?: true;
  account?: string;
  load: Load;
  /** Absent where nothing is counted. */
  capacity?: Capacity & { inWords: string };
  components: Component[];
  /** Whether it was compared with what is live; if not, the changes are those of a first deployment. */
  compared: boolean;
  changes: Change[];
  /** Sentences, in order. */
  rollout: string[];
  /** What happens when a step fails; absent where nothing is live that one could go back to. */
  ifItFails?: string;
  /** What stays for going back. */
  kept: string[];
  /** Why it may not be carried out; empty where it may. */
  refusals: Problem[];
  warnings: Problem[];
  cost: Estimate;
}

export interface Planning {
  environment: string;
  /** Where the manifest names none. */
  region?: string | undefined;
  account?: string | undefined;
  /** The complete manifest that is live; `null` where it is known that nothing is. */
  live?: Resolved | null | undefined;
  /** The releases that are kept now, the newest first, where that is known. */
  kept?: readonly string[] | undefined;
  /** GiB that the database has, where that is known: RDS may have let it grow. */
  storage?: number | undefined;
  /** What the database was made from, where that is known. */
  restored?: Restored | undefined;
}

const DEFAULT_REGION = 'us-east-1';

/** Plans a manifest. Pure: it asks nobody and always gives the same for the same. */
export function planFor(
  manifest: Resolved,
  { environment, region, account, live, kept, storage, restored }: Planning,
): PilotPlan {
  const site = { ...siteOf(manifest, environment, region, account ?? live?.account), restored };
  const target = targetPlan(site);
  const components = componentsOf(site, target);
  const changes = changesBetween(components, live ? liveComponents(live, site) : []);
  const cost = estimateOf(site, components);
  const judged = { site, target, components, changes, cost, storage };
  return {
    pilot: manifest.name,
    environment,
    target: manifest.target,
    region: site.region,
    ...((manifest.region ?? region) === undefined && { isAssumed: true }),
    ...(site.account && { account: site.account }),
    load: site.load,
    ...(target.capacity && { capacity: { ...target.capacity, inWords: capacityInWords(target.capacity) } }),
    components,
    compared: live !== undefined,
    changes,
    rollout: rolloutOf(site, target, live === undefined ? undefined : live !== null),
    ...(live !== null && { ifItFails: ifItFails(site, live) }),
    kept: keptOf(site, target, kept, live),
    refusals: refusalsOf(judged, live ?? undefined),
    warnings: warningsOf(judged),
    cost,
  };
}

const siteOf = (
  manifest: Resolved,
  environment: string,
  region: string | undefined,
  account: string | undefined,
): Site => ({
  manifest,
  environment,
  region: manifest.region ?? region ?? DEFAULT_REGION,
  account: manifest.account ?? account,
  load: loadOf(manifest.traffic),
});

/** In another region or account, what is live is another thing by the same name. */
function liveComponents(live: Resolved, next: Site): Component[] {
  const site = { ...siteOf(live, next.environment, next.region, next.account), restored: next.restored };
  const components = componentsOf(site, targetPlan(site));
  const isMoved = site.region !== next.region || differ(site.account, next.account);
  if (!isMoved) return components;
  const place = [site.account, site.region].filter(Boolean).join(', ');
  return components.map((component) => ({
    ...component,
    resources: component.resources.map(({ slot: _, ...resource }) => ({
      ...resource,
      name: `${resource.name} (${place})`,
    })),
  }));
}

/** Of what is not known, nothing is said. */
const differ = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;
