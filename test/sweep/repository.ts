import { marshall } from '@aws-sdk/util-dynamodb';
import { connectionId } from '../../shared/ledger/connections.ts';
import { fromGithub, pushed, requestOf } from '../support/webhooks.ts';
import { WEBHOOK_SECRET } from './aws/secrets.ts';
import { MANIFESTS } from './names.ts';
import { commitNamed, PILOT, type SiteName } from './sites.ts';
import type { World } from './world.ts';

const REPOSITORY = 'github.com/acme/shop';
const CONNECTION = connectionId(REPOSITORY);
const NOBODY = '0'.repeat(40);

const HEAD = `apiVersion: pilotage/v1
name: ${PILOT}
source: { git: { repository: ${REPOSITORY}, branch: main } }
`;

/** What the code becomes. */
const MANIFESTS_AS = {
  site: `${HEAD}target: static\nbuild: { commands: [[npm, run, build]], output: dist }\n`,
  image: `${HEAD}target: ecs\nbuild: { dockerfile: Dockerfile }\nscaling: { min: 2, max: 4 }\n`,
};
export type BuiltInto = keyof typeof MANIFESTS_AS;

/** A push that a webhook was told to have been taken as. */
export interface Accepted {
  commit: string;
  push: string;
}

/** An operator has connected the repository, which nobody has pushed to, and lets it deploy the pilot. */
export function connectRepository({ table, buckets, start }: World): void {
  const row = {
    ...{ pk: 'CONNECTIONS', sk: CONNECTION, id: CONNECTION, provider: 'github', repository: REPOSITORY },
    ...{ api: 'https://api.github.com', pilots: [{ pilot: PILOT, manifest: 'pilot.yaml' }], by: 'jo' },
    ...{ createdAt: new Date(start).toISOString(), branches: ['main'], refs: { main: null } },
  };
  table.rows.set('CONNECTIONS', new Map([[CONNECTION, marshall(row) as never]]));
  const allowed = `apiVersion: pilotage/v1\npilots: { ${PILOT}: { repositories: ["${REPOSITORY}"] } }\n`;
  buckets.put(MANIFESTS, 'operator.yaml', Buffer.from(allowed));
}

/** Moves the branch to a commit of that content. @returns what GitHub tells of it, as an HTTP API hands it over. */
export function pushTo({ servers }: World, site: SiteName, into: BuiltInto): { commit: string; webhook: object } {
  const { repository } = servers.now;
  const commit = commitNamed(site);
  const before = repository.head ?? NOBODY;
  repository.commits[commit] = { site, manifest: MANIFESTS_AS[into] };
  repository.head = commit;
  const body = JSON.stringify(pushed(commit, { before }));
  const headers = fromGithub('push', body, WEBHOOK_SECRET);
  return { commit, webhook: requestOf(`/github/${CONNECTION}`, headers, body) };
}

/** Whether somebody pushed what nobody knows of, or knows of and has not read yet. */
export function isUnread({ servers, table }: Pick<World, 'servers' | 'table'>): boolean {
  const { head } = servers.now.repository;
  const recorded = [...(table.rows.get(`PUSHES#${CONNECTION}`) ?? [])].filter(([sk]) => sk.startsWith('PUSH#'));
  const isKnown = head === undefined || recorded.some(([, { commit }]) => commit?.S === head);
  return !isKnown || (table.rows.get('PENDING_PUSHES')?.size ?? 0) > 0;
}

export const isConnected = ({ table }: Pick<World, 'table'>): boolean => table.rows.has('CONNECTIONS');
