import type { GitHost } from '../host.ts';
import type { ProviderName } from '../told.ts';
import { bitbucket } from './bitbucket.ts';
import { bitbucketServer } from './bitbucket-server.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { Wait } from './patience.ts';
import { type Connected, type Place, placeOf } from './place.ts';

export type { Connected } from './place.ts';

const HOSTS: Record<ProviderName, (place: Place, token: string | undefined, wait?: Wait) => GitHost> = {
  github,
  gitlab,
  bitbucket,
  'bitbucket-server': bitbucketServer,
};

/**
 * A connection’s repository at its provider.
 * @param token a token; for Bitbucket also `name:token`; for GitHub also JSON of an App, `appId`, `installationId`
 * and `privateKey`; undefined for reading what is public.
 * @param wait how to wait between tries; by a timer unless a test says otherwise.
 * @throws HostTrouble where the API’s address is not HTTPS, or the repository or the token has no possible form.
 */
export const hostOf = (connected: Connected, token: string | undefined, wait?: Wait): GitHost =>
  HOSTS[connected.provider](placeOf(connected), token, wait);
