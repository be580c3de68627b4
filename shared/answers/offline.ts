import type { ApiAnswer, ApiRefusal, KeptOffline, LiveRelease } from '../api.ts';
import { publish } from '../aws/bus.ts';
import type { Trigger } from '../events.ts';
import { findDeployment, listDeployments, listPilots } from '../ledger/deployments.ts';
import { type Lock, readLock } from '../ledger/lock.ts';
import { listReleases } from '../ledger/releases.ts';
import { logOf } from '../log.ts';
import { DEFAULT_ENVIRONMENT, requestId } from '../names.ts';
import { trafficNow } from '../traffic.ts';
import { refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** Asks that a pilot goes offline. Offline already, it gets another page. The same request again is the same deployment. */
export function offline(asked: Asked<'offline'>): Promise<ApiAnswer<'offline'>> {
  const { page, request } = asked;
  return ask(asked, { kind: 'offline', request, ...(page !== undefined && { page }) }, ({ where, live, lock }) => {
    if (live !== undefined) return live;
    if (lock.offline) return lock.offline.release;
    return refusal('NOTHING_LIVE', `nothing is live of ${where}: visitors get a page with status 503 already`);
  });
}

/** Asks that what was live before it went offline goes live again. */
export function online(asked: Asked<'online'>): Promise<ApiAnswer<'online'>> {
  return ask(asked, { kind: 'online', request: asked.request }, async ({ where, live, lock, latest }) => {
    const release = lock.offline?.release ?? latest;
    if (live === undefined || lock.offline || (await isGoingOffline(lock))) return release;
    return refusal('ALREADY_ONLINE', `${where} is online already: release ${live} is live`);
  });
}

interface Found {
  /** `acme in production` */
  where: string;
  /** The release that is live, as the pointer says, and the one that was last. */
  live: string | undefined;
  latest: string;
  lock: Lock;
}

/** @param choose the release that goes, or comes back; or why not. */
async function ask(
  { pilot, environment = DEFAULT_ENVIRONMENT, request, requestedBy }: Asked<'offline' | 'online'>,
  trigger: Extract<Trigger, { kind: 'offline' | 'online' }>,
  choose: (found: Found) => string | ApiRefusal | Promise<string | ApiRefusal>,
): Promise<{ ok: true; answer: { deployment: string; release: string } } | ApiRefusal> {
  const where = `${pilot} in ${environment}`;
  const [releases, lock] = await Promise.all([listReleases(pilot, environment), readLock(pilot, environment)]);
  const latest = releases.find(({ liveAt }) => liveAt);
  if (!latest) {
    const isKnown = (await listDeployments(pilot, environment, 1)).length > 0;
    return isKnown
      ? refusal('NEVER_LIVE', `nothing of ${where} was ever live`, 'a deployment that goes live')
      : stranger(await listPilots(), pilot, environment);
  }

  const id = requestId(pilot, environment, request);
  // Asked again, whatever has become of it by then.
  const isAskedAgain = (await findDeployment(id))?.trigger.kind === trigger.kind;
  const live = isAskedAgain ? undefined : (await trafficNow(latest.plan, lock)).release;
  const chosen = isAskedAgain ? latest.release : await choose({ where, live, latest: latest.release, lock });
  if (typeof chosen !== 'string') return chosen;
  if (!isAskedAgain) {
    await publish('DeploymentRequested', {
      deployment: id,
      pilot,
      environment,
      requestedAt: new Date().toISOString(),
      trigger: { ...trigger, ...(requestedBy && { requestedBy }) },
    });
    log.info(`asked to go ${trigger.kind}`, { deployment: id, requestedBy });
  }
  return { ok: true, answer: { deployment: id, release: chosen } };
}

/** Whoever asks for both, one right after the other, means both. */
async function isGoingOffline({ owner, waiting }: Lock): Promise<boolean> {
  const ahead = await Promise.all([owner, waiting].map((id) => (id ? findDeployment(id) : undefined)));
  return ahead.some((one) => one && !one.finishedAt && one.trigger.kind === 'offline');
}

/** What people are told of a pilot's being kept offline, while it is. */
export function keptIn(
  { offline }: Pick<Lock, 'offline'>,
  live: Pick<LiveRelease, 'release'> | undefined,
): KeptOffline | undefined {
  if (!offline || live?.release !== undefined) return undefined;
  const { at, by, release } = offline;
  return { at, release, ...(by && { by }) };
}
