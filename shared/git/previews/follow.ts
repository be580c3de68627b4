import type { Connection } from '../../ledger/connections.ts';
import { findDeployment } from '../../ledger/deployments.ts';
import { claimPreview } from '../../ledger/preview-claiming.ts';
import { nextAt, type Preview } from '../../ledger/previews.ts';
import { forgetUnmade, listUnmade, noteUnmade, type UnmadePreview } from '../../ledger/unmade-previews.ts';
import { logOf } from '../../log.ts';
import { previewOf } from '../../manifest/identifiers.ts';
import { operatorsFile } from '../../planning/operators-file.ts';
import { previewLimits } from '../../planning/preview-limits.ts';
import type { GitHost } from '../host.ts';
import { isSkipped } from '../reading/environments.ts';
import { askFor, previewDeployment } from './ask.ts';
import type { Occasion } from './keep-pull.ts';
import { isOf } from './of-pull.ts';
import { type PilotOfPull, pilotsOf } from './pilots.ts';
import type { PullNow } from './pull-now.ts';
import { staysAway, staysRemoved } from './stays-removed.ts';
import { tellPreview } from './tell.ts';
import { whyFull } from './why-full.ts';

const log = logOf('previews');

interface Following {
  host: GitHost;
  connection: Connection;
  pull: PullNow;
  /** The previews of the pull request. */
  seen: readonly Preview[];
  occasion: Occasion;
}

/** Why a pilot has no preview. */
type WhyNot = Pick<UnmadePreview, 'reason' | 'isTriedAgain'>;

/**
 * Asks for a preview of each pilot that a pull request wants one of, at the commit that its branch points to.
 * @returns false where something came meanwhile: it is to be looked at anew.
 */
export async function follow(following: Following): Promise<boolean> {
  const { host, connection, pull, seen } = following;
  if (isSkipped(await host.messageOf(pull.commit))) {
    await forgetOthers(following, []);
    return true;
  }
  const operator = await operatorsFile();
  const previewFor = (pilot: string) => seen.find((preview) => preview.pilot === pilot);
  const about = { pull, environment: previewOf(pull.number), operator };
  const unmade: UnmadePreview[] = [];
  const wanting = await pilotsOf(host, connection, about, (pilot) => previewFor(pilot) !== undefined);
  await forgetOthers(following, wanting);
  for (const one of wanting) {
    const outcome =
      one.reason === undefined && operator.ok
        ? await followOne(following, one, previewFor(one.pilot), previewLimits(operator.operator))
        : { reason: one.reason ?? '', ...(one.mayBePutRight && { isTriedAgain: true as const }) };
    if (outcome === 'changed') return false;
    if (outcome !== 'kept') unmade.push(await noteWhy(following, one.pilot, outcome));
  }
  for (const of of unmade) await tellPreview(of);
  return true;
}

/** Of pilots that want none any more, nobody waits for a place. */
async function forgetOthers({ connection, pull }: Following, wanting: readonly PilotOfPull[]): Promise<void> {
  const of = { connection: connection.id, number: pull.number };
  for (const unmade of await listUnmade())
    if (isOf(unmade, of) && !wanting.some(({ pilot }) => pilot === unmade.pilot)) await forgetUnmade(unmade);
}

async function followOne(
  { connection, pull, occasion: { clock } }: Following,
  one: PilotOfPull,
  seen: Preview | undefined,
  limits: ReturnType<typeof previewLimits>,
): Promise<'kept' | 'changed' | WhyNot> {
  const isSame = seen?.commit === pull.commit;
  if (isSame ? staysAway(seen.removal?.why) : !seen && (await staysRemoved(connection.id, one.pilot, pull)))
    return 'kept';
  if (isSame && !seen.removal) {
    // Whoever claimed it may have been cut off before it was asked for.
    if (!(await findDeployment(seen.deployment))) await askFor(seen, one);
    await forgetUnmade(seen);
    return 'kept';
  }
  const wanted = previewAt(connection, pull, { pilot: one.pilot, seen, now: clock(), keep: limits.keep });
  const claim = await claimPreview(wanted, seen, limits);
  if (claim.outcome === 'changed') return 'changed';
  if (claim.outcome === 'taken')
    return { reason: `a pull request of another repository has the environment ${wanted.environment}` };
  if (claim.outcome === 'full')
    return {
      reason: whyFull(claim, one.pilot, limits, connection.id),
      ...(limits[claim.of] > 0 && { isTriedAgain: true }),
    };
  log.info('a preview was asked for', { ...wanted });
  await askFor(wanted, one);
  return 'kept';
}

/** @param more.keep seconds. */
function previewAt(
  { id: connection, repository }: Connection,
  { number, commit, branch, base }: PullNow,
  { pilot, seen, now, keep }: { pilot: string; seen: Preview | undefined; now: Date; keep: number },
): Preview {
  const askedAt = (seen ? nextAt(seen, now) : now).toISOString();
  const of = { pilot, environment: previewOf(number), connection, number, commit, askedAt };
  return {
    ...{ ...of, deployment: previewDeployment(of), repository, branch, base },
    since: seen?.since ?? askedAt,
    until: new Date(Date.parse(askedAt) + keep * 1000).toISOString(),
  };
}

async function noteWhy({ connection, pull, occasion }: Following, pilot: string, why: WhyNot): Promise<UnmadePreview> {
  const { id, repository } = connection;
  const { number, commit } = pull;
  const of = { pilot, environment: previewOf(number), connection: id, repository, number, commit };
  const unmade: UnmadePreview = { ...of, ...why, since: occasion.clock().toISOString() };
  await noteUnmade(unmade);
  log.info('a pull request has no preview', { ...unmade });
  return unmade;
}
