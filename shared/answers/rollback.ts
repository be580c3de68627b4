import type { ApiAnswer, ApiRefusal } from '../api.ts';
import { publish } from '../aws/bus.ts';
import { findDeployment, listDeployments, listPilots } from '../ledger/deployments.ts';
import { readLock } from '../ledger/lock.ts';
import { listReleases, type Release } from '../ledger/releases.ts';
import { logOf } from '../log.ts';
import { DEFAULT_ENVIRONMENT, requestId } from '../names.ts';
import { trafficNow } from '../traffic.ts';
import { listed, refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** Asks for a rollback. The same request again is the same deployment, whatever is live by then. */
export async function rollback(asked: Asked<'rollback'>): Promise<ApiAnswer<'rollback'>> {
  const { pilot, environment = DEFAULT_ENVIRONMENT, request, requestedBy, force, online } = asked;
  const id = requestId(pilot, environment, request);
  const before = await findDeployment(id);
  if (before?.trigger.kind === 'rollback')
    return { ok: true, answer: { deployment: id, release: before.trigger.release } };

  const releases = await listReleases(pilot, environment);
  if (releases.length === 0 && (await listDeployments(pilot, environment, 1)).length === 0)
    return stranger(await listPilots(), pilot, environment);
  const chosen = await choose(asked, environment, releases);
  if (!chosen.ok) return chosen;

  const { release } = chosen;
  await publish('DeploymentRequested', {
    deployment: id,
    pilot,
    environment,
    requestedAt: new Date().toISOString(),
    trigger: {
      kind: 'rollback',
      release,
      request,
      ...(force && { force }),
      ...(online && { online }),
      ...(requestedBy && { requestedBy }),
    },
  });
  log.info('a rollback was asked for', { deployment: id, release, requestedBy });
  return { ok: true, answer: { deployment: id, release } };
}

/** The one release that is meant, of those whose files are still there and that were live once. */
async function choose(
  { pilot, release }: Asked<'rollback'>,
  environment: string,
  releases: Release[],
): Promise<{ ok: true; release: string } | ApiRefusal> {
  const kept = releases.filter(({ liveAt }) => liveAt);
  const pointer = kept[0] && (await trafficNow(kept[0].plan, await readLock(pilot, environment)));
  const live = pointer?.release;
  // While a rollout is watched, what served before it is what a rollback means.
  const isShifting = Object.keys(pointer?.weights ?? {}).length > 1;
  const meant = (one: Release) => (isShifting ? one.release === live : one.release !== live);
  const found = kept.filter((one) => (release ? one.release.startsWith(release) : meant(one)));
  if (found[0] && (!release || found.length === 1)) return { ok: true, release: found[0].release };

  const names = kept.map((one) => `${one.release}${one.release === live ? ' (live)' : ''}`);
  const where = `${pilot} in ${environment}`;
  const expected = names.length > 0 ? `one of ${listed(names)}` : 'a release that was live once; none is kept';
  if (!release) return refusal('RELEASE_UNKNOWN', `${where} has no other release to go back to`, expected);
  const message =
    found.length > 1
      ? `several releases of ${where} begin with ${release}`
      : `no release ${release} of ${where} is kept`;
  return refusal('RELEASE_UNKNOWN', message, expected);
}
