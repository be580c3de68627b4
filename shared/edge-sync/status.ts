import type { Whose } from '../ledger/backups.ts';
import { type EdgeState, findEdge, type GroupUse, type Opening } from '../ledger/edge.ts';
import { findRanges } from '../ledger/edge-ranges.ts';
import { findManifest } from '../ledger/manifests.ts';
import { listReleases } from '../ledger/releases.ts';
import type { Listed, OthersRules } from './door.ts';
import { type ServiceSync, syncLists } from './lists.ts';
import type { Look } from './look.ts';
import { openingOf } from './subject.ts';
import { syncPilot } from './sync.ts';

/** How a pilot's groups stand, for people. */
export interface EdgeView extends Opening {
  /** The list that they were brought to, and when (ISO) they were looked at last; absent where nothing is kept. */
  token?: number;
  at?: string;
  /** What keeps them from being as they should be. */
  trouble?: { code?: string; reason: string };
  /** The newest list that is known, and when (ISO) that was seen last. */
  known?: { token: number; readAt: string };
  groups: string[];
  uses: GroupUse[];
  /** What is missing and what is too much; absent where nobody looked, or EC2 did not answer in time. */
  drift?: { missing: Listed[]; extra: Listed[] };
  /** Rules that others made, which let in something else; absent where there are none, or nobody looked. They stay. */
  others?: OthersRules[];
}

/**
 * @param look asks AWS how the groups are now; without it, and where that takes too long, what was found last is told.
 * @returns undefined where nothing was ever live, or no load balancer is there that CloudFront reaches.
 */
export async function edgeStatus(whose: Whose, look?: Look): Promise<EdgeView | undefined> {
  const [state, known] = await Promise.all([findEdge(whose), findRanges()]);
  const opening = state?.opening ?? (await unkept(whose));
  if (!opening) return undefined;
  const view: EdgeView = {
    ...opening,
    uses: state?.groups ?? [],
    ...(state?.token !== undefined && { token: state.token }),
    ...(state?.at !== undefined && { at: state.at }),
    ...(state && troubleOf(state)),
    ...(known && { known: { token: known.token, readAt: known.readAt } }),
  };
  if (!look || opening.groups.length === 0) return view;
  const { ranges, inTime } = look;
  const allowed = await look.allowed();
  const seen = await inTime(() => syncPilot(whose, { ranges, check: 'drift', dryRun: true, quota: allowed }));
  if (!seen) return view;
  const uses = 'groups' in seen && seen.groups ? seen.groups : view.uses;
  return {
    ...view,
    uses: uses.map((use) => ({ ...use, ...(allowed !== undefined && { allowed }) })),
    ...(seen.outcome === 'same' && { drift: { missing: [], extra: [] } }),
    ...(seen.outcome === 'would' && { drift: { missing: seen.add, extra: seen.remove } }),
    ...(seen.outcome === 'would' && seen.others && { others: seen.others }),
    ...(seen.outcome === 'failed' && { trouble: { code: seen.problem.code, reason: seen.problem.message } }),
  };
}

/**
 * How the prefix lists stand, of all services that were ever used.
 * @param listed pilots that are let in by them: of theirs it is told where EC2 does not answer in time.
 */
export async function listStatus(
  { ranges, allowed, inTime }: Look,
  listed: readonly Pick<Opening, 'service'>[],
): Promise<ServiceSync[]> {
  const quota = listed.length > 0 ? await allowed() : undefined;
  const seen = await inTime(() => syncLists({ ranges, check: 'drift', dryRun: true, quota }));
  if (seen) return seen;
  const services = [...new Set(listed.map(({ service }) => service))];
  return services.map((service) => ({ service, outcome: 'later', reason: 'EC2 did not answer in time' }));
}

/** Where nothing was ever kept: what lets CloudFront in, as the release says that was live last. */
async function unkept({ pilot, environment }: Whose): Promise<Opening | undefined> {
  const [latest] = await listReleases(pilot, environment);
  if (!latest?.liveAt) return undefined;
  return openingOf((await findManifest(latest.plan))?.edge, latest.plan.stack ?? {});
}

const troubleOf = ({ outcome, code, reason }: EdgeState): Pick<EdgeView, 'trouble'> =>
  outcome === 'done' || reason === undefined ? {} : { trouble: { ...(code !== undefined && { code }), reason } };
