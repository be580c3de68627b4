import type { ApiAnswer, ApiRefusal, PushedDeployment, PushView } from '../api.ts';
import { listConnections } from '../ledger/connections.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { findDeployment } from '../ledger/deployments.ts';
import { listPushes, type Push } from '../ledger/pushes.ts';
import { inParallel } from '../targets/static/parallel.ts';
import { refusal } from './refusal.ts';
import { repositoryNamed } from './repository-named.ts';
import type { Asked } from './request.ts';

/** Connections whose pushes are read side by side, and deployments. */
const AT_ONCE = 8;
/** Of so many deployments it is told how they stand, those of the newest pushes first. */
const MOST_DEPLOYMENTS = 200;

/** Pushes as they were recorded, newest first: of one repository, or of all that are connected. */
export async function pushes({ repository, most }: Asked<'pushes'>): Promise<ApiAnswer<'pushes'>> {
  if (repository === undefined) {
    const all: Push[] = [];
    await inParallel(await listConnections(), AT_ONCE, async ({ id }) => {
      all.push(...(await listPushes(id, most)));
    });
    all.sort((one, other) => other.at.localeCompare(one.at) || other.id.localeCompare(one.id));
    return { ok: true, answer: await shownPushes(all.slice(0, most)) };
  }
  const named = await repositoryNamed(repository);
  if ('ok' in named) return named.code === 'REPOSITORY_UNKNOWN' ? orOneThatWas(named) : named;
  const found = await listPushes(named.id, most);
  if (found.length === 0 && !named.connection)
    return refusal('REPOSITORY_UNKNOWN', `${named.repository} is not connected`, 'one that pilot connect list shows');
  return { ok: true, answer: await shownPushes(found) };
}

/** What people are shown of pushes, the newest first. */
export async function shownPushes(pushes: Push[]): Promise<PushView[]> {
  const known = new Map<string, PushedDeployment>();
  await inParallel(pushes.flatMap(asked).slice(0, MOST_DEPLOYMENTS), AT_ONCE, async (id) => {
    const found = await findDeployment(id);
    if (found) known.set(id, standingOf(found));
  });
  return pushes.map((push) => {
    const deployments = asked(push).flatMap((id) => known.get(id) ?? []);
    return { ...pushView(push), ...(deployments.length > 0 && { deployments }) };
  });
}

const asked = ({ outcome }: Push): string[] => (outcome?.kind === 'deployments' ? outcome.deployments : []);

function standingOf({ id, status, step: at, ending, failure }: Deployment): PushedDeployment {
  const failedAt = (ending?.failure ?? failure)?.step;
  const step = status === 'running' ? at : status === 'succeeded' ? undefined : failedAt;
  return { id, status, ...(step !== undefined && { step }) };
}

/** Pushes of a repository that was removed stay, and the end of its name leads to them no more. */
const orOneThatWas = (unknown: ApiRefusal): ApiRefusal => ({
  ...unknown,
  expected: `${unknown.expected}; of one that was connected, all of its name: github.com/acme/shop`,
});

function pushView(push: Push): PushView {
  const { id, repository, ref, commit, at, via, state } = push;
  const { before, forced, message, by, outcome, pilots, readAt } = push;
  return {
    ...{ id, repository, ref, commit, at, via, state },
    ...(before !== undefined && { before }),
    ...(forced !== undefined && { forced }),
    ...(message !== undefined && { message }),
    ...(by !== undefined && { by }),
    ...(outcome && { outcome }),
    ...(pilots && { pilots }),
    ...(readAt !== undefined && { readAt }),
  };
}
