import { publish } from '../../aws/bus.ts';
import { type Connection, listConnections, noteSeen } from '../../ledger/connections.ts';
import { headsOf, pendingPushes, recordPush } from '../../ledger/pushes.ts';
import { logOf } from '../../log.ts';
import { inParallel } from '../../targets/static/parallel.ts';
import { hostFor } from '../connected.ts';
import { branchesOf, lookedAt } from './missed.ts';
import { isOvertaken } from './overtaken.ts';
import { readPush } from './read-push.ts';

const log = logOf('poll');

/** Connections that are looked at at once, and pushes that are read. */
const AT_ONCE = 4;
/** So long a push is left to whoever reads it right away. */
const BEING_READ_MS = 3 * 60_000;

/**
 * One round: pushes whose webhook was lost are recorded, and those that could not be read are read again. One’s trouble does
 * not keep it from the next.
 * @throws at the end, where something could not be looked after.
 */
export async function poll(now: Date): Promise<void> {
  const troubles: unknown[] = [];
  const attend = (of: object, work: () => Promise<unknown>) =>
    work().then(
      () => undefined,
      (error: unknown) => {
        troubles.push(error);
        log.error('something could not be looked after', { ...of, error });
      },
    );

  const old = (await pendingPushes()).filter(({ at }) => now.getTime() - Date.parse(at) >= BEING_READ_MS);
  await inParallel(old, AT_ONCE, (push) => attend({ push: push.id }, () => readPush(push, now)));
  await inParallel(await listConnections(), AT_ONCE, (connection) =>
    attend({ connection: connection.id, repository: connection.repository }, () => lookAt(connection, now)),
  );
  if (troubles.length > 0) throw new Error(`${troubles.length} repositories or pushes could not be looked after`);
}

/** Records what its branches point to now where no webhook told of it. */
async function lookAt(connection: Connection, now: Date): Promise<void> {
  const { id, refs = {} } = connection;
  const host = await hostFor(connection);
  const heads = await headsOf(id);
  const first: Record<string, string | null> = {};
  for (const name of branchesOf(connection, heads, await host.defaultBranch())) {
    const recorded = heads.find(({ ref }) => ref.kind === 'branch' && ref.name === name);
    const head = await host.head({ kind: 'branch', name });
    const look = lookedAt(head, recorded?.commit, refs[name]);
    if (look === 'first') first[name] = head ?? null;
    else if (look !== 'same' && !(recorded && (await isOvertaken(id, recorded, look.missed))))
      await record(connection, name, look, now);
  }
  if (Object.keys(first).length > 0) await noteSeen(id, { refs: { ...refs, ...first } });
}

async function record(
  { id: connection, repository }: Connection,
  name: string,
  { missed: commit, before }: { missed: string; before?: string },
  at: Date,
): Promise<void> {
  const ref = { kind: 'branch', name } as const;
  const push = { told: 'push', ref, commit, ...(before !== undefined && { before }) } as const;
  const recorded = await recordPush({ connection, repository, push, via: 'poll', at });
  if (recorded.outcome === 'duplicate') return;
  log.warn('a push came without its webhook', { push: recorded.push.id, repository, branch: name });
  await publish('PushReceived', { push: recorded.push.id, connection, repository, ref, commit });
}
