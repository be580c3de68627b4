import type { PullRequest } from '../../events.ts';
import { type Connection, listConnections } from '../../ledger/connections.ts';
import { findDeployment } from '../../ledger/deployments.ts';
import { listPreviews, type Preview, type PreviewRemoval, previewRemoved } from '../../ledger/previews.ts';
import { logOf } from '../../log.ts';
import { isTrouble } from '../hosts/trouble.ts';
import { type Errand, runErrands } from '../reading/errands.ts';
import { keepPull } from './keep-pull.ts';
import { isOf } from './of-pull.ts';
import { askForRemoval, giveUp, removePreview } from './remove.ts';
import { tellPreview } from './tell.ts';
import { type Waiting, whoWaits } from './waiting.ts';

const log = logOf('previews');

/** What could not be removed is tried again after a pause that doubles from here, up to the other. */
const FIRST_PAUSE_MS = 5 * 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

/**
 * One round: previews whose time is over go, and so do those of pull requests that were closed without a word; what could not be
 * removed is tried again; commits that were missed are followed, and who waits for a place gets it. One’s trouble does not keep
 * it from the next, but a provider that does not answer, or was asked too much, is left alone until the next round.
 * @param clock asked whenever a time is noted: a round may take minutes.
 * @throws at the end, where something could not be looked after.
 */
export async function keepPreviews(clock = () => new Date()): Promise<void> {
  const troubles: unknown[] = [];
  const attend = async (of: object, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
    } catch (error) {
      troubles.push(error);
      log.error('a preview could not be looked after', { ...of, error });
      return !isTrouble(error, 'unavailable', 'limited');
    }
    return true;
  };

  for (const preview of await listPreviews()) await attend(placeOf(preview), () => keepOne(preview, clock()));
  const waiting = await whoWaits(clock());
  const connections = new Map((await listConnections()).map((connection) => [connection.id, connection]));
  const errands = pullsOf([...(await listPreviews()), ...waiting.all]).flatMap((of) => {
    const look = () => lookAfter(of, waiting, clock);
    return errandFor(connections.get(of.connection), () => attend(of, look)) ?? [];
  });
  for (const [host, left] of await runErrands(errands))
    log.warn('a provider does not answer, or was asked too much; the rest of it is left to the next round', {
      host,
      left,
    });
  if (troubles.length > 0) throw new Error(`${troubles.length} previews could not be looked after`);
}

const placeOf = ({ pilot, environment }: Preview) => ({ pilot, environment });

/** What needs no provider. */
async function keepOne(preview: Preview, now: Date): Promise<void> {
  const { removal, until } = preview;
  if (removal) return keepRemoving(preview, removal, now);
  if (Date.parse(until) <= now.getTime() && (await removePreview(preview, 'expired', now))) await tellPreview(preview);
}

async function keepRemoving(preview: Preview, removal: PreviewRemoval, now: Date): Promise<void> {
  const { deployment, why, tries } = removal;
  const asked = await findDeployment(deployment);
  if (!asked) return askForRemoval(preview, removal);
  if (!asked.finishedAt) return giveUp(preview, removal);
  if (asked.status === 'succeeded') return previewRemoved(preview.pilot, preview.environment, deployment);
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
  if (now.getTime() - Date.parse(asked.finishedAt) < pause) return;
  log.warn('a preview could not be removed; it is tried again', { ...placeOf(preview), tries, of: deployment });
  await removePreview(preview, why, now);
}

/** What needs one: nothing does where all who wait there can only go on waiting. */
async function lookAfter(of: PullRequest, waiting: Waiting, clock: () => Date): Promise<void> {
  const some = waiting.all.filter((unmade) => isOf(unmade, of));
  await waiting.withPlaces(some, async (trying) => {
    const has = (await listPreviews()).some((preview) => isOf(preview, of));
    if (!has && trying.length === 0) return;
    const round = trying.length > 0 ? 'waiting' : 'settled';
    await keepPull(of, { expected: {}, clock, round, again: [] });
  });
}

function pullsOf(all: readonly PullRequest[]): PullRequest[] {
  const byName = all.map(({ connection, repository, number }) => [
    `${connection}#${number}`,
    { connection, repository, number },
  ]);
  return [...new Map(byName as [string, PullRequest][]).values()];
}

const errandFor = (connection: Connection | undefined, run: Errand['run']): Errand | undefined =>
  connection && { host: URL.parse(connection.api)?.host ?? '', connection: connection.id, run };
