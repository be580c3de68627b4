import type { Connection } from '../ledger/connections.ts';
import type { GitHost } from './host.ts';
import { hostOf } from './hosts/index.ts';
import { tokenOf } from './secrets.ts';

/**
 * A connected repository at its provider, with the token that the connection has: without one, as anybody sees it.
 * @param within the token is no older than so many seconds; see `tokenOf`.
 * @throws where Secrets Manager cannot be asked.
 */
export async function hostFor({ id, provider, repository, api }: Connection, within?: number): Promise<GitHost> {
  return hostOf({ provider, repository, api }, await tokenOf(id, within));
}
