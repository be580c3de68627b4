import type { ApiAnswer, ConnectionDetails, ConnectionView } from '../api.ts';
import {
  type Connection,
  connectionId,
  findConnection,
  forgetConnection,
  keepConnection,
  listConnections,
} from '../ledger/connections.ts';
import { listPushes } from '../ledger/pushes.ts';
import { logOf } from '../log.ts';
import type { OperatorRead } from '../manifest/operator.ts';
import { operatorsFile } from '../planning/operators-file.ts';
import { isRepositoryAllowed } from '../planning/repositories.ts';
import { shownPushes } from './pushes.ts';
import { type Named, repositoryNamed } from './repository-named.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** All repositories that are connected, by their names. */
export async function connections(): Promise<ApiAnswer<'connections'>> {
  const all = await listConnections();
  const views = all.map(viewOf).sort((one, other) => one.repository.localeCompare(other.repository));
  return { ok: true, answer: views };
}

/** How one stands; a whole name that is not connected is told its id. */
export async function connection({ repository }: Asked<'connection'>): Promise<ApiAnswer<'connection'>> {
  const named = await repositoryNamed(repository);
  return 'ok' in named ? named : { ok: true, answer: await detailsOf(named) };
}

/** Connects a repository, or connects it otherwise: what was noted of it stays. */
export async function connect(asked: Asked<'connect'>): Promise<ApiAnswer<'connect'>> {
  const { provider, repository, api, pilots, hook, requestedBy = 'somebody' } = asked;
  const id = connectionId(repository);
  const before = await findConnection(id);
  const { createdAt = new Date().toISOString(), by = requestedBy } = before ?? {};
  await keepConnection({ id, provider, repository, api, pilots, createdAt, by, ...(hook !== undefined && { hook }) });
  log.info('a repository was connected', { connection: id, repository, requestedBy, anew: before === undefined });
  const now = await findConnection(id);
  return { ok: true, answer: await detailsOf({ id, repository, ...(now && { connection: now }) }) };
}

/** Its pushes deploy nothing from now on; what was recorded of them stays. */
export async function disconnect({
  repository,
  requestedBy = 'somebody',
}: Asked<'disconnect'>): Promise<ApiAnswer<'disconnect'>> {
  const named = await repositoryNamed(repository);
  if ('ok' in named) return named;
  await forgetConnection(named.id);
  log.info('a repository was disconnected', { connection: named.id, repository: named.repository, requestedBy });
  const { id, connection: removed } = named;
  return { ok: true, answer: { id, repository: named.repository, ...(removed && { removed: viewOf(removed) }) } };
}

async function detailsOf({ id, repository, connection: found }: Named): Promise<ConnectionDetails> {
  const [read, [last]] = await Promise.all([operatorsFile(), listPushes(id, 1).then(shownPushes)]);
  return {
    id,
    repository,
    ...(found && { connection: viewOf(found) }),
    ...(read.ok ? { operatorFile: read.operator.file } : { operatorProblems: read.problems }),
    allowed: (found?.pilots ?? []).map(({ pilot }) => ({ pilot, ...allowedTo(pilot, repository, read) })),
    ...(last && { last }),
  };
}

/** Nothing, while nobody can tell. */
function allowedTo(
  pilot: string,
  repository: string,
  read: OperatorRead,
): { everywhere: boolean; environments: string[] } {
  if (!read.ok) return { everywhere: false, environments: [] };
  const { operator } = read;
  const isAllowed = (environment: string) => isRepositoryAllowed(operator, { pilot, repository, environment });
  const all = (Object.hasOwn(operator.pilots, pilot) && operator.pilots[pilot]?.repositories) || [];
  const environments = [...new Set(all.flatMap((pattern) => pattern.split('#')[1] ?? []))];
  // No pattern can name an environment without a name: what allows it allows all.
  return { everywhere: isAllowed(''), environments: environments.filter(isAllowed).sort() };
}

function viewOf({ refs: _, ...connection }: Connection): ConnectionView {
  return connection;
}
