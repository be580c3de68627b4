import type { ApiRefusal } from '../api.ts';
import { isRepository } from '../git/naming.ts';
import { sameRepository } from '../git/webhooks/repository.ts';
import { type Connection, connectionId, listConnections } from '../ledger/connections.ts';
import { listed, refusal } from './refusal.ts';

/** A repository that somebody named; `connection` where it is connected. */
export interface Named {
  id: string;
  repository: string;
  connection?: Connection;
}

/** The repository of that whole name, or the connected one whose name ends so. */
export async function repositoryNamed(name: string): Promise<Named | ApiRefusal> {
  const all = await listConnections();
  const whole = all.find(({ repository }) => sameRepository(repository, name));
  const ending = all.filter(({ repository }) => repository.toLowerCase().endsWith(`/${name.toLowerCase()}`));
  const found = whole ?? (ending.length === 1 ? ending[0] : undefined);
  if (found) return { id: found.id, repository: found.repository, connection: found };
  if (ending.length > 1)
    return refusal(
      'REPOSITORY_AMBIGUOUS',
      `${ending.length} connected repositories are called ${name}`,
      `one of ${listed(ending.map(({ repository }) => repository).sort())}`,
    );
  if (isRepository(name)) return { id: connectionId(name), repository: name };
  return refusal(
    'REPOSITORY_UNKNOWN',
    `no repository ${name} is connected`,
    all.length > 0
      ? `one of ${listed(all.map(({ repository }) => repository).sort())}`
      : 'a repository that pilot connect has connected; none is so far',
  );
}
