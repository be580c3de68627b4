import { publish } from '../../aws/bus.ts';
import { type Connection, listConnections, noteSeen } from '../../ledger/connections.ts';
import { branchHeads, headOf, type Push, pendingPushes, recordPush } from '../../ledger/pushes.ts';
import { logOf } from '../../log.ts';
import { hostFor } from '../connected.ts';
import { isTrouble } from '../hosts/trouble.ts';
import { type Errand, runErrands } from './errands.ts';
import { branchesOf, isOfConnection, lookedAt } from './missed.ts';
import { isOvertaken } from './overtaken.ts';
import { readPush } from './read-push.ts';

const log = logOf('poll');

/** So long a push is left to whoever reads it right away. */
const BEING_READ_MS = 3 * 60_000;

/**
 * One round: pushes whose webhook was lost are recorded, and those that could not be read are read again. One’s trouble does
 * not keep it from the next, nor a provider that hangs from the others’.
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

/** Records what its branches point to now where no webhook told of it. */
async function lookAt(connection: Connection, now: Date): Promise<true> {
  const { id, refs = {} } = connection;
  const host = await hostFor(connection);
  const heads = await branchHeads(id);
  const first: Record<string, string | null> = {};
  const own = heads.filter((head) => isOfConnection(connection, head));
  for (const name of branchesOf(connection, own, await host.defaultBranch())) {
    const ref = { kind: 'branch', name } as const;
    const last = heads.find((head) => head.ref.name === name) ?? (await headOf(id, ref));
    const recorded = last && isOfConnection(connection, last) ? last : undefined;
    const head = await host.head(ref);
    const look = lookedAt(head, recorded, refs[name]);
    if (look === 'first') first[name] = head ?? null;
    else if (look !== 'same' && !(recorded && (await isOvertaken(id, recorded, look.missed))))
      await record(connection, { name, ...look, seen: last?.push }, now);
  }
  if (Object.keys(first).length > 0) await noteSeen(id, { refs: { ...refs, ...first } });
  return true;
}

async function record(
  { id: connection, repository }: Connection,
  { name, missed: commit, before, seen }: { name: string; missed: string; before?: string; seen: string | undefined },
  at: Date,
): Promise<void> {
  const ref = { kind: 'branch', name } as const;
  const push = { told: 'push', ref, commit, ...(before !== undefined && { before }) } as const;
  const recorded = await recordPush({ connection, repository, push, via: 'poll', seen, at });
  if (recorded.outcome === 'duplicate') return;
  log.warn('a push came without its webhook', { push: recorded.push.id, repository, branch: name });
  await publish('PushReceived', { push: recorded.push.id, connection, repository, ref, commit });
}
