import { type Connection, noteSeen } from '../../ledger/connections.ts';
import { branchHeads, headOf } from '../../ledger/pushes.ts';
import type { GitHost } from '../host.ts';
import { branchesOf, isOfConnection, lookedAt } from './missed.ts';
import { isOvertaken } from './overtaken.ts';
import { recordLost } from './record-lost.ts';

/** Records what the branches of a repository point to now where no webhook told of it. */
export async function recordLostBranches(host: GitHost, connection: Connection, now: Date): Promise<void> {
  const { id, refs = {} } = connection;
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
    else if (look !== 'same' && !(recorded && (await isOvertaken(id, recorded, look.missed)))) {
      const { missed: commit, ...before } = look;
      await recordLost(connection, { ref, commit, ...before, seen: last?.push }, now);
    }
  }
  if (Object.keys(first).length > 0) await noteSeen(id, { refs: { ...refs, ...first } });
}
