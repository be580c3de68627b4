import type { GitHost } from '../../../shared/git/host.ts';
import { hostOf } from '../../../shared/git/hosts/index.ts';
import type { ProviderName } from '../../../shared/git/told.ts';
import { bitbucketApi } from './bitbucket-api.ts';
import { bitbucketServerApi } from './bitbucket-server-api.ts';
import { githubApi } from './github-api.ts';
import { gitlabApi } from './gitlab-api.ts';
import { type Api, type Served, serve } from './server.ts';
import { type World, world } from './world.ts';

/** How one provider’s stand-in is made and spoken to. */
interface Provider {
  api(world: World): Api;
  repository: string;
  path: string;
  states: Record<'pending' | 'success' | 'failure' | 'error', string>;
  events: string[];
}

const bitbucketStates = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED', error: 'FAILED' };

export const PROVIDERS: Record<ProviderName, Provider> = {
  github: {
    api: githubApi,
    repository: 'github.example/acme/site',
    path: '/api/v3',
    states: { pending: 'pending', success: 'success', failure: 'failure', error: 'error' },
    events: ['push', 'pull_request'],
  },
  gitlab: {
    api: gitlabApi,
    repository: 'gitlab.example/acme/group/site',
    path: '/api/v4',
    states: { pending: 'running', success: 'success', failure: 'failed', error: 'failed' },
    events: ['push_events', 'tag_push_events', 'merge_requests_events'],
  },
  bitbucket: {
    api: bitbucketApi,
    repository: 'bitbucket.org/acme/site',
    path: '/2.0',
    states: bitbucketStates,
    events: [
      'repo:push',
      'pullrequest:created',
      'pullrequest:updated',
      'pullrequest:fulfilled',
      'pullrequest:rejected',
    ],
  },
  'bitbucket-server': {
    api: bitbucketServerApi,
    repository: 'git.example/ACME/site',
    path: '/git/rest/api/1.0',
    states: bitbucketStates,
    events: [
      'repo:refs_changed',
      'pr:opened',
      'pr:from_ref_updated',
      'pr:modified',
      'pr:merged',
      'pr:declined',
      'pr:deleted',
    ],
  },
};

export const TOKEN = 'tok-0123456789abcdef';

export interface Stand {
  host: GitHost;
  world: World;
  served: Served;
  /** How long was waited between tries, in milliseconds. */
  waits: number[];
}

/** A provider’s stand-in, and the code under test talking to it. */
export async function standIn(provider: ProviderName, token: string | undefined = TOKEN): Promise<Stand> {
  const { api, repository, path } = PROVIDERS[provider];
  const kept = world();
  const served = await serve(api(kept));
  const waits: number[] = [];
  const wait = async (ms: number) => waits.push(ms);
  const host = hostOf({ provider, repository, api: served.origin + path }, token, wait);
  return { host, world: kept, served, waits };
}
