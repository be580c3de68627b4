import { type Connection, listConnections } from '../../ledger/connections.ts';
import { type Push, pendingPushes } from '../../ledger/pushes.ts';
import { logOf } from '../../log.ts';
import { hostFor } from '../connected.ts';
import { isTrouble } from '../hosts/trouble.ts';
import { tellLostPulls } from '../pulls/lost.ts';
import { deployingOf } from './deploying.ts';
import { type Errand, runErrands } from './errands.ts';
import { recordLostBranches } from './lost-branches.ts';
import { recordLostTags } from './lost-tags.ts';
import { readPush } from './read-push.ts';

const log = logOf('poll');

/** So long a push is left to whoever reads it right away. */
const BEING_READ_MS = 3 * 60_000;
/** Each costs a call in each round. */
const MOST_PREFIXES = 20;

/**
 * One round: pushes that could not be read are read again, those whose webhook was lost are recorded, and lost pull requests
 * are told. One’s trouble does not keep it from the next, nor a provider that hangs from the others’.
 * @throws at the end, where something could not be looked after.
 */
export async function poll(now: Date): Promise<void> {
  const troubles: unknown[] = [];
  const attend = async (of: object, work: () => Promise<boolean>): Promise<boolean> => {
    try {
      return await work();
    } catch (error) {
      troubles.push(error);
      log.error('something could not be looked after', { ...of, error });
      return !isTrouble(error, 'unavailable');
    }
  };

  const connections = await listConnections();
  const apis = new Map(connections.map(({ id, api }) => [id, URL.parse(api)?.host]));
  const old = (await pendingPushes()).filter(({ at }) => now.getTime() - Date.parse(at) >= BEING_READ_MS);
  const errands = [
    ...old.map((push) => errand(push.connection, () => attend({ push: push.id }, () => readAgain(push, now)))),
    ...connections.map((connection) => {
      const { id, repository } = connection;
      return errand(id, () => attend({ connection: id, repository }, () => lookAt(connection, now)));
    }),
  ];
  function errand(connection: string, run: () => Promise<boolean>): Errand {
    return { host: apis.get(connection) ?? '', connection, run };
  }

  for (const [host, left] of await runErrands(errands))
    log.warn('a provider does not answer; the rest of it is left to the next round', { host, left });
  if (troubles.length > 0) throw new Error(`${troubles.length} repositories or pushes could not be looked after`);
}

async function readAgain(push: Push, now: Date): Promise<boolean> {
  const outcome = await readPush(push, now);
  return !(outcome.kind === 'later' && outcome.isAway);
}

/** Records pushes, and tells of pull requests, that no webhook told of: tags where any deploy, pull requests where merging one may. */
async function lookAt(connection: Connection, now: Date): Promise<true> {
  const host = await hostFor(connection);
  await recordLostBranches(host, connection, now);
  const { branches, tags } = await deployingOf(host, connection);
  for (const prefix of tags.slice(0, MOST_PREFIXES)) await recordLostTags(host, connection, prefix, now);
  if (branches.length > 0) await asFarAsShown(connection, () => tellLostPulls(host, connection, now));
  return true;
}

/** A token that may not read pull requests deploys all the same, and so does a repository that has none. */
async function asFarAsShown({ repository }: Connection, look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (!isTrouble(error, 'denied', 'missing', 'too-large')) throw error;
    log.warn('pull requests could not be looked at', { repository, error: error.message });
  }
}
