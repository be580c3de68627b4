import { deploymentOf, deploymentStatusOf } from '../payloads/told.ts';
import { commitNamed, isAncestor } from '../refs.ts';
import { type Deployment, defaultBranchOf, fullNameOf } from '../repository.ts';
import { type Answer, type Call, invalid, notFound, pageOf, Refused, type Route, textOf } from './answer.ts';
import { combined, latest } from './statuses.ts';

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];

const urlOf = ({ forge, repository }: Call): string =>
  `${forge.addresses.api}/repos/${fullNameOf(repository)}/deployments`;

/**
 * As on GitHub it is refused where the commit’s statuses are not all well, unless `required_contexts` says which count,
 * and where a branch is behind the default one, unless `auto_merge` is off.
 * https://docs.github.com/en/rest/deployments/deployments#create-a-deployment
 */
async function create(call: Call): Promise<Answer> {
  const { forge, repository, body } = call;
  const ref = textOf(body.ref);
  if (!ref) throw invalid('Deployment', 'ref');
  const sha = await commitNamed(repository.folder, ref);
  if (!sha) throw new Refused(422, `No ref found for: ${ref}`);
  await refuseUnfit(call, ref, sha);
  const environment = textOf(body.environment) ?? 'production';
  const deployment: Deployment = {
    ...{ id: forge.nextId(), sha, ref, task: textOf(body.task) ?? 'deploy', payload: body.payload ?? {}, environment },
    ...{ description: textOf(body.description) ?? null, transient: body.transient_environment === true },
    production:
      typeof body.production_environment === 'boolean' ? body.production_environment : environment === 'production',
    ...{ at: forge.now(), statuses: [] },
  };
  repository.deployments.push(deployment);
  return { status: 201, body: deploymentOf(repository, deployment, forge.addresses) };
}

async function refuseUnfit({ repository, body }: Call, ref: string, sha: string): Promise<void> {
  const main = await defaultBranchOf(repository);
  const isBehind = ref !== sha && ref !== main && !(await isAncestor(repository.folder, `refs/heads/${main}`, sha));
  if (body.auto_merge !== false && isBehind) throw new Refused(409, `Conflict merging ${main} into ${ref}.`);
  const wanted = Array.isArray(body.required_contexts) ? body.required_contexts : undefined;
  const all = latest(repository.statuses.filter((one) => one.sha === sha).reverse());
  const counting = wanted ? all.filter(({ context }) => wanted.includes(context)) : all;
  if (counting.length < (wanted?.length ?? 0) || (counting.length && combined(counting) !== 'success'))
    throw new Refused(409, `Conflict: Commit status checks failed for ${ref}.`);
}

async function list(call: Call): Promise<Answer> {
  const { repository, forge, query } = call;
  const fits = (one: Deployment) =>
    (['sha', 'ref', 'task', 'environment'] as const).every((key) => !query.has(key) || query.get(key) === one[key]);
  const show = (one: Deployment) => deploymentOf(repository, one, forge.addresses);
  return pageOf(repository.deployments.filter(fits).reverse(), call, urlOf(call), show);
}

function found({ repository, params }: Call): Deployment {
  const deployment = repository.deployments.find(({ id }) => id === Number(params.id));
  if (!deployment) throw notFound();
  return deployment;
}

const get = async (call: Call): Promise<Answer> => ({
  status: 200,
  body: deploymentOf(call.repository, found(call), call.forge.addresses),
});

async function remove(call: Call): Promise<Answer> {
  const deployment = found(call);
  const { repository } = call;
  const state = deployment.statuses.at(-1)?.state;
  if (state !== 'inactive' && repository.deployments.length > 1)
    throw new Refused(
      422,
      'We cannot delete an active deployment unless it is the only deployment in a given environment.',
    );
  repository.deployments = repository.deployments.filter((one) => one !== deployment);
  return { status: 204 };
}

/** https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status */
async function setStatus(call: Call): Promise<Answer> {
  const { forge, repository, body } = call;
  const deployment = found(call);
  const state = textOf(body.state) ?? '';
  if (!STATES.includes(state)) throw invalid('DeploymentStatus', 'state', 'state is not included in the list');
  const environment = textOf(body.environment) ?? deployment.environment;
  const common = { description: textOf(body.description) ?? '', environment };
  if (state === 'success' && body.auto_inactive !== false) endOthers(call, deployment, environment);
  const status = {
    ...{ id: forge.nextId(), state, ...common, at: forge.now() },
    log_url: textOf(body.log_url) ?? textOf(body.target_url) ?? '',
    environment_url: textOf(body.environment_url) ?? '',
  };
  deployment.statuses.push(status);
  deployment.environment = environment;
  return { status: 201, body: deploymentStatusOf(repository, deployment, status, forge.addresses) };
}

/** What served in that environment before does so no more. */
function endOthers({ forge, repository }: Call, now: Deployment, environment: string): void {
  for (const other of repository.deployments) {
    const isOver = other === now || other.environment !== environment || other.transient || other.production;
    if (isOver || other.statuses.at(-1)?.state !== 'success') continue;
    const status = { description: '', environment, log_url: '', environment_url: '', at: forge.now() };
    other.statuses.push({ id: forge.nextId(), state: 'inactive', ...status });
  }
}

async function statuses(call: Call): Promise<Answer> {
  const deployment = found(call);
  const { repository, forge } = call;
  return pageOf([...deployment.statuses].reverse(), call, `${urlOf(call)}/${deployment.id}/statuses`, (one) =>
    deploymentStatusOf(repository, deployment, one, forge.addresses),
  );
}

export const DEPLOYMENTS: Route[] = [
  { method: 'POST', path: '/deployments', carryOut: create },
  { method: 'GET', path: '/deployments', carryOut: list },
  { method: 'GET', path: '/deployments/:id', carryOut: get },
  { method: 'DELETE', path: '/deployments/:id', carryOut: remove },
  { method: 'POST', path: '/deployments/:id/statuses', carryOut: setStatus },
  { method: 'GET', path: '/deployments/:id/statuses', carryOut: statuses },
];
