import { createHash } from 'node:crypto';
import { get, type Key, list, transact, update } from '../aws/table.ts';
import type { ProviderName } from '../git/told.ts';

/** A repository whose pushes may deploy pilots, and how it is reached. */
export interface Connection {
  /** See `connectionId`. */
  id: string;
  provider: ProviderName;
  /** `host/owner/name`, as a manifest’s `source.git.repository`. */
  repository: string;
  /** Where the provider’s API is: `https://api.github.com`. */
  api: string;
  /** The pilots that live in it, and where each one’s manifest is: at most MOST_PILOTS. */
  pilots: { pilot: string; manifest: string }[];
  /** ISO. */
  createdAt: string;
  /** Who connected it. */
  by: string;
  /** The webhook’s id at the provider, where Pilotage made it. */
  hook?: string;
  /** The branches that deploy, as the manifests said when they were read last. */
  branches?: string[];
  /** How the tags begin that deploy, in the same way; absent until they were read once. */
  tags?: string[];
  /** What branches pointed to when they were looked at first, before any push of theirs; null where one was not there. */
  refs?: Record<string, string | null>;
}

/** More pilots than these one push does not deploy. */
export const MOST_PILOTS = 20;

const CONNECTIONS = 'CONNECTIONS';
const keyOf = (id: string): Key => ({ pk: CONNECTIONS, sk: id });

/** 12 hex digits: the same for a repository however its name’s letters are written, which providers take for one. */
export const connectionId = (repository: string): string =>
  createHash('sha256').update(repository.toLowerCase()).digest('hex').slice(0, 12);

export const findConnection = async (id: string): Promise<Connection | undefined> => {
  const row = await get<Connection & Key>(keyOf(id));
  return row && withoutKey(row);
};

export const listConnections = async (): Promise<Connection[]> =>
  (await list<Connection & Key>(CONNECTIONS)).map(withoutKey);

const withoutKey = ({ pk: _pk, sk: _sk, ...connection }: Connection & Key): Connection => connection;

/** Writes down what is given; what was noted of one that is connected once more stays. */
export async function keepConnection(connection: Connection): Promise<void> {
  const entries = Object.entries(connection).filter(([, value]) => value !== undefined);
  await update({
    key: keyOf(connection.id),
    update: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    names: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
  });
}

/** Notes what was seen of one; of one that is forgotten meanwhile nothing is kept. */
export async function noteSeen(id: string, seen: Pick<Connection, 'branches' | 'tags' | 'refs'>): Promise<void> {
  const entries = Object.entries(seen);
  await update({
    key: keyOf(id),
    update: `SET ${entries.map(([name]) => `${name} = :${name}`).join(', ')}`,
    condition: 'attribute_exists(pk)',
    values: Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
  });
}

/** One that is gone already is no error. */
export async function forgetConnection(id: string): Promise<void> {
  await transact([{ remove: keyOf(id) }]);
}
