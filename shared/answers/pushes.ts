import type { ApiAnswer, PushView } from '../api.ts';
import { listConnections } from '../ledger/connections.ts';
import { listPushes, type Push } from '../ledger/pushes.ts';
import { inParallel } from '../targets/static/parallel.ts';
import { refusal } from './refusal.ts';
import { repositoryNamed } from './repository-named.ts';
import type { Asked } from './request.ts';

/** Connections whose pushes are read side by side. */
const AT_ONCE = 8;

/** Pushes as they were recorded, newest first: of one repository, or of all that are connected. */
export async function pushes({ repository, most }: Asked<'pushes'>): Promise<ApiAnswer<'pushes'>> {
  if (repository === undefined) {
    const all: Push[] = [];
    await inParallel(await listConnections(), AT_ONCE, async ({ id }) => {
      all.push(...(await listPushes(id, most)));
    });
    all.sort((one, other) => other.at.localeCompare(one.at) || other.id.localeCompare(one.id));
    return { ok: true, answer: all.slice(0, most).map(pushView) };
  }
  const named = await repositoryNamed(repository);
  if ('ok' in named) return named;
  const found = await listPushes(named.id, most);
  if (found.length === 0 && !named.connection)
    return refusal('REPOSITORY_UNKNOWN', `${named.repository} is not connected`, 'one that pilot connect list shows');
  return { ok: true, answer: found.map(pushView) };
}

/** What people are shown of a push. */
export function pushView(push: Push): PushView {
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
