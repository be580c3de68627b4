import type { ApiAnswer, EdgeOf } from '../api.ts';
import { setting } from '../aws/config.ts';
import { executionEnd } from '../aws/engine.ts';
import { type Look, lookFor } from '../edge-sync/look.ts';
import { rangesOf } from '../edge-sync/refresh.ts';
import { LISTS } from '../edge-sync/run.ts';
import { askedRun, startRun } from '../edge-sync/start.ts';
import { edgeStatus, listStatus } from '../edge-sync/status.ts';
import { subjectOf } from '../edge-sync/subject.ts';
import { hasGroups } from '../edge-sync/whom.ts';
import type { EdgeSummary } from '../events.ts';
import type { Whose } from '../ledger/backups.ts';
import { listPilots } from '../ledger/deployments.ts';
import { acceptRanges, findRanges } from '../ledger/edge-ranges.ts';
import { logOf } from '../log.ts';
import { refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** Pilots that are looked at side by side. */
const AT_ONCE = 8;

/** The CLI waits 20 s for an answer: what AWS has not told of by then is told as it was found last. */
const LOOK_MS = 12_000;

/** How what lets CloudFront in stands, as EC2 says at this moment, beside AWS's list as it was read last. */
export async function edge({ pilot, environment, toSync }: Asked<'edge'>): Promise<ApiAnswer<'edge'>> {
  const asked = await meant(pilot, environment);
  if ('ok' in asked) return asked;
  if (toSync && pilot && (await withLists(asked)).length === 0) return nothingKept(pilot, asked);
  const known = await findRanges();
  const look = known && lookFor(rangesOf(known), LOOK_MS);
  const pilots = await viewsOf(asked, look);
  if (pilot && pilots.length === 0) return noEdge(pilot);
  const listed = pilots.filter(({ mode }) => mode === 'prefix-list');
  const lists = look && (!pilot || listed.length > 0) ? await listStatus(look, listed) : [];
  return {
    ok: true,
    answer: {
      ...(known && { list: { token: known.token, readAt: known.readAt } }),
      pilots,
      lists: lists.map(({ service, ...found }) => ({
        ...{ service, outcome: found.outcome },
        ...(found.outcome === 'would' && { missing: found.add, extra: found.remove }),
        ...(found.outcome === 'failed' && { trouble: found.problem.message }),
        ...(found.outcome === 'later' && { trouble: found.reason }),
      })),
    },
  };
}

async function viewsOf(asked: readonly Whose[], look: Look | undefined): Promise<EdgeOf[]> {
  const found: EdgeOf[] = [];
  const waiting = [...asked];
  const work = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const view = await edgeStatus(one, look);
      if (view) found.push({ pilot: one.pilot, environment: one.environment, ...view });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

const nameOf = ({ pilot, environment }: Whose): string => `${pilot} ${environment}`;

/** The pilots, or the one, that are asked for. */
async function meant(pilot: string | undefined, environment: string | undefined) {
  const all = await listPilots();
  const found = all.filter(
    (one) => (!pilot || one.pilot === pilot) && (!environment || one.environment === environment),
  );
  return pilot && found.length === 0 ? stranger(all, pilot, environment) : found;
}

const noEdge = (pilot: string) =>
  refusal(
    'EDGE_NONE',
    `nothing of ${pilot} was deployed that has a load balancer which CloudFront reaches`,
    'a pilot whose manifest has edge, and a deployment of it',
  );

/** By the modes that are live: what a sync would bring up to date is there in two of them alone. */
async function nothingKept(pilot: string, asked: readonly Whose[]) {
  const views = await Promise.all(asked.map((one) => edgeStatus(one)));
  const modes = [...new Set(views.flatMap((view) => view?.mode ?? []))];
  if (modes.length === 0) return noEdge(pilot);
  return refusal(
    'EDGE_NONE',
    `nothing is kept for ${pilot}: with edge.mode: ${modes.join(' and ')} AWS itself keeps the list that lets CloudFront in`,
    'a pilot with edge.mode: rules or prefix-list',
  );
}

/**
 * Brings what lets CloudFront in to AWS's list, of all pilots or of one; the same request again is the same run. A list that somebody
 * accepts is known to all from then on: so all are brought to it.
 */
export async function edgeSync(asked: Asked<'edge-sync'>): Promise<ApiAnswer<'edge-sync'>> {
  const { pilot, environment, accept, request, requestedBy = 'somebody' } = asked;
  const found = pilot || environment ? await meant(pilot, environment) : undefined;
  if (found && 'ok' in found) return found;
  const pilots = found && (await withLists(found));
  if (pilot && pilots?.length === 0) return nothingKept(pilot, found ?? []);
  if (accept !== undefined) await acceptRanges(accept, requestedBy, new Date());
  const run = askedRun(request);
  await startRun(run, { reason: 'asked', ...(pilots && accept === undefined && { pilots }) });
  log.info('a sync was asked for', { run, requestedBy, ...(accept !== undefined && { accept }) });
  return { ok: true, answer: { run } };
}

/** Those that have anything to be kept; the prefix lists once, where one of them is let in by them. */
async function withLists(found: readonly Whose[]): Promise<Whose[]> {
  const whose = found.map(({ pilot, environment }) => ({ pilot, environment }));
  const [openings, kept] = await Promise.all([Promise.all(whose.map(subjectOf)), Promise.all(whose.map(hasGroups))]);
  const own = whose.filter((_, index) => kept[index]);
  return openings.some((opening) => opening?.mode === 'prefix-list') ? [LISTS, ...own] : own;
}

/** How such a run fares. */
export async function edgeSynced({ request }: Asked<'edge-synced'>): Promise<ApiAnswer<'edge-synced'>> {
  const { status, output } = await executionEnd(setting('EDGE_MACHINE'), askedRun(request));
  return {
    ok: true,
    answer: { status, ...(status === 'SUCCEEDED' && output !== undefined && { summary: output as EdgeSummary }) },
  };
}
