import type { ApiAnswer, PilotStatus } from '../api.ts';
import { listDeployments, listPilots } from '../ledger/deployments.ts';
import { readLock } from '../ledger/lock.ts';
import { listReleases, type Release } from '../ledger/releases.ts';
import { logOf } from '../log.ts';
import { targetNamed } from '../targets/index.ts';
import { keptIn } from './offline.ts';
import { stranger } from './refusal.ts';
import type { Asked } from './request.ts';
import { viewOf } from './view.ts';

const log = logOf('api');

/** What is live, as the pointers say at this moment, and what was deployed last. */
export async function status({ pilot, environment }: Asked<'status'>): Promise<ApiAnswer<'status'>> {
  const all = await listPilots();
  const asked = all.filter(
    (one) => (!pilot || one.pilot === pilot) && (!environment || one.environment === environment),
  );
  if (pilot && asked.length === 0) return stranger(all, pilot, environment);
  const answer = await Promise.all(asked.map(statusOf));
  return { ok: true, answer: answer.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) };
}

const nameOf = ({ pilot, environment }: PilotStatus) => `${pilot} ${environment}`;

async function statusOf({ pilot, environment }: { pilot: string; environment: string }): Promise<PilotStatus> {
  const [[kept], [last], lock] = await Promise.all([
    listReleases(pilot, environment),
    listDeployments(pilot, environment, 1),
    readLock(pilot, environment),
  ]);
  const about = { pilot, environment, ...(last && { last: viewOf(last) }) };
  if (!kept) return about;
  try {
    const live = await liveOf(kept);
    const offline = keptIn(lock, live);
    return { ...about, url: kept.plan.url, live, ...(offline && { offline }) };
  } catch (error) {
    // The others can still be told of.
    log.error('the pointer could not be read', { pilot, environment, error });
    return { ...about, url: kept.plan.url, trouble: `what is live could not be read: ${(error as Error).message}` };
  }
}

/** What the pointer of a release's pilot says now. */
export const liveOf = async ({ plan }: Release) => (await targetNamed(plan.target)).live(plan);
