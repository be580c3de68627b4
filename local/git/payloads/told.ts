import { createHash } from 'node:crypto';
import {
  type Comment,
  type Deployment,
  type DeploymentStatus,
  fullNameOf,
  type Hook,
  type Repository,
  type Status,
} from '../repository.ts';
import { type Addresses, stamp, userOf } from './repository.ts';

const apiOf = (repository: Repository, { api }: Addresses): string => `${api}/repos/${fullNameOf(repository)}`;
const siteOf = (repository: Repository, { site }: Addresses): string => `${site}/${fullNameOf(repository)}`;
const nodeId = (kind: string, id: number): string =>
  `${kind}_${createHash('sha256').update(`${id}`).digest('hex').slice(0, 12)}`;

/** https://docs.github.com/en/rest/repos/webhooks: the secret is never shown. */
export function hookOf(repository: Repository, hook: Hook, addresses: Addresses) {
  const url = `${apiOf(repository, addresses)}/hooks/${hook.id}`;
  const { secret, ...config } = hook.config;
  return {
    ...{ type: 'Repository', id: hook.id, name: 'web', active: hook.active, events: hook.events },
    config: { ...config, ...(secret !== undefined && { secret: '********' }) },
    ...{ updated_at: stamp(hook.updatedAt), created_at: stamp(hook.createdAt), url },
    ...{ test_url: `${url}/test`, ping_url: `${url}/pings`, deliveries_url: `${url}/deliveries` },
    last_response: hook.last,
  };
}

/** https://docs.github.com/en/rest/commits/statuses */
export function statusOf(repository: Repository, status: Status, addresses: Addresses) {
  const creator = userOf(repository.owner, addresses);
  return {
    url: `${apiOf(repository, addresses)}/statuses/${status.sha}`,
    ...{ avatar_url: creator.avatar_url, id: status.id, node_id: nodeId('SC', status.id), state: status.state },
    ...{ description: status.description, target_url: status.target_url, context: status.context },
    ...{ created_at: stamp(status.at), updated_at: stamp(status.at), creator },
  };
}

/** https://docs.github.com/en/rest/commits/comments and https://docs.github.com/en/rest/issues/comments */
export function commentOf(repository: Repository, comment: Comment, addresses: Addresses) {
  const [api, site] = [apiOf(repository, addresses), siteOf(repository, addresses)];
  const { id, on, body } = comment;
  const place =
    'commit' in on
      ? {
          ...{ url: `${api}/comments/${id}`, html_url: `${site}/commit/${on.commit}#commitcomment-${id}` },
          ...{ position: null, line: null, path: null, commit_id: on.commit },
        }
      : {
          ...{ url: `${api}/issues/comments/${id}`, html_url: `${site}/pull/${on.pull}#issuecomment-${id}` },
          ...{ issue_url: `${api}/issues/${on.pull}`, performed_via_github_app: null },
        };
  return {
    ...place,
    ...{ id, node_id: nodeId('C', id), user: userOf(repository.owner, addresses) },
    ...{
      created_at: stamp(comment.createdAt),
      updated_at: stamp(comment.updatedAt),
      author_association: 'OWNER',
      body,
    },
  };
}

/** https://docs.github.com/en/rest/deployments/deployments */
export function deploymentOf(repository: Repository, deployment: Deployment, addresses: Addresses) {
  const api = apiOf(repository, addresses);
  const url = `${api}/deployments/${deployment.id}`;
  const { id, sha, ref, task, payload, environment, description } = deployment;
  return {
    ...{ url, id, node_id: nodeId('DE', id), sha, ref, task, payload, original_environment: environment, environment },
    ...{ description, creator: userOf(repository.owner, addresses), created_at: stamp(deployment.at) },
    ...{ updated_at: stamp(deployment.statuses.at(-1)?.at ?? deployment.at), statuses_url: `${url}/statuses` },
    ...{ repository_url: api, transient_environment: deployment.transient },
    ...{ production_environment: deployment.production, performed_via_github_app: null },
  };
}

/** https://docs.github.com/en/rest/deployments/statuses */
export function deploymentStatusOf(
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
  addresses: Addresses,
) {
  const api = apiOf(repository, addresses);
  const deploymentUrl = `${api}/deployments/${deployment.id}`;
  const { id, state, description, environment, log_url, environment_url } = status;
  return {
    ...{ url: `${deploymentUrl}/statuses/${id}`, id, node_id: nodeId('DES', id), state },
    ...{ creator: userOf(repository.owner, addresses), description, environment, target_url: log_url, log_url },
    ...{ environment_url, created_at: stamp(status.at), updated_at: stamp(status.at) },
    ...{ deployment_url: deploymentUrl, repository_url: api, performed_via_github_app: null },
  };
}
