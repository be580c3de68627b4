import { type Answer, type Api, routed } from './server.ts';
import {
  type KeptComment,
  type KeptDeployment,
  type KeptHook,
  type KeptPull,
  keep,
  nextId,
  openOf,
  SECOND,
  type World,
} from './world.ts';

const R = '/api/v3/repos/acme/site';

/** GitHub’s REST API as documented, for the repository acme/site. */
export function githubApi(world: World): Api {
  const comment = ({ id, text }: KeptComment) => ({ id, body: text, user: { login: 'pilotage' } });
  const hook = ({ id, url, events }: KeptHook) => ({
    id: Number(id),
    type: 'Repository',
    name: 'web',
    active: true,
    events,
    config: { url, content_type: 'json', secret: '********' },
  });
  const deployment = ({ id, sha, environment, body: { payload } }: KeptDeployment) => ({
    id,
    sha,
    environment,
    payload,
  });
  const pull = ({ number, state, commit, branch, fork, updatedAt }: KeptPull) => ({
    ...{ number, state: state === 'open' ? 'open' : 'closed', updated_at: updatedAt.replace('.000Z', 'Z') },
    merged_at: state === 'merged' ? updatedAt.replace('.000Z', 'Z') : null,
    head: { ref: branch, sha: commit, repo: fork === 'gone' ? null : { id: fork ? 2 : 1 } },
    base: { ref: 'main', sha: SECOND, repo: { id: 1 } },
  });
  const object = (commit: string, annotation?: string) => ({
    object: annotation ? { type: 'tag', sha: annotation } : { type: 'commit', sha: commit },
  });
  return unlessGone(
    world,
    routed({
      [`GET ${R}`]: () => ({ body: { id: 1, name: 'site', default_branch: 'main' } }),
      [`GET ${R}/git/ref/heads/*`]: (_, name) =>
        found(world.branches[name], (sha) => ({ ref: `refs/heads/${name}`, ...object(sha) })),
      [`GET ${R}/git/ref/tags/*`]: (_, name) =>
        found(world.tags[name], (tag) => ({ ref: `refs/tags/${name}`, ...object(tag.commit, tag.annotation) })),
      [`GET ${R}/git/matching-refs/tags/*`]: (_, prefix) => ({
        body: Object.keys(world.tags)
          .filter((name) => name.startsWith(prefix))
          .sort()
          .map((name) => ({ ref: `refs/tags/${name}` })),
      }),
      [`GET ${R}/git/tags/:sha`]: (_, sha) =>
        found(
          Object.values(world.tags).find((tag) => tag.annotation === sha),
          (tag) => ({ sha, ...object(tag.commit) }),
        ),
      [`GET ${R}/git/commits/:sha`]: (_, sha) => found(world.messages[sha], (message) => ({ sha, message })),
      [`GET ${R}/deployments`]: ({ query }) => {
        const fits = (one: KeptDeployment) =>
          (['sha', 'environment'] as const).every((key) => !query.has(key) || query.get(key) === one[key]);
        return { body: page(world.deployments.filter(fits).reverse(), query).map(deployment) };
      },
      [`POST ${R}/deployments`]: ({ body }) => {
        const { ref: sha, environment } = body;
        const kept = { id: nextId(world.deployments), sha, environment, body, statuses: [] };
        world.deployments.push(kept);
        return made(kept, deployment);
      },
      [`GET ${R}/deployments/:id/statuses`]: ({ query }, id) =>
        found(
          world.deployments.find((one) => one.id === Number(id)),
          ({ statuses }) => page(statuses, query),
        ),
      [`POST ${R}/deployments/:id/statuses`]: ({ body }, id) => {
        const status = { description: '', environment_url: '', log_url: '', ...body };
        world.deployments.find((one) => one.id === Number(id))?.statuses.unshift(status);
        return made(status, () => status);
      },
      [`GET ${R}/pulls`]: ({ query }) =>
        `${query.get('state')} ${query.get('sort')} ${query.get('direction')}` === 'open updated desc'
          ? { body: page(openOf(world), query).map(pull) }
          : undefined,
      [`GET ${R}/pulls/:number`]: (_, number) =>
        found(
          world.pulls.find((one) => one.number === Number(number)),
          (one) => ({ ...pull(one), merged: one.state === 'merged' }),
        ),
      [`GET ${R}/contents/*`]: (asked, path) => {
        if (asked.query.get('ref') !== SECOND) return undefined;
        if (world.folders.includes(path)) return { body: [{ type: 'file', name: 'x' }] };
        const type = `${asked.headers.accept}; charset=utf-8`;
        return world.files[path] === undefined
          ? undefined
          : { body: world.files[path], headers: { 'content-type': type } };
      },
      [`GET ${R}/compare/:spec`]: (_, spec) =>
        spec.endsWith(SECOND)
          ? {
              body: {
                status: 'ahead',
                files: world.changes.map(({ path, before }) => ({
                  filename: path,
                  status: before ? 'renamed' : 'modified',
                  ...(before && { previous_filename: before }),
                })),
              },
            }
          : undefined,
      [`GET ${R}/zipball/:sha`]: (asked) => ({
        status: 302,
        headers: { location: `http://${asked.headers.host}/_codeload/x.zip?token=one-time` },
      }),
      'GET /_codeload/x.zip': () => ({ body: world.archive }),
      [`POST ${R}/statuses/:sha`]: ({ body }, commit) => {
        world.statuses = world.statuses.filter(({ name }) => name !== body.context);
        world.statuses.push({
          commit,
          name: body.context,
          state: body.state,
          text: body.description,
          url: body.target_url,
        });
        return { status: 201, body: { id: 1 } };
      },
      [`GET ${R}/commits/:sha/comments`]: () => ({ body: world.commitComments.map(comment) }),
      [`POST ${R}/commits/:sha/comments`]: ({ body }) => made(keep(world.commitComments, body.body), comment),
      [`PATCH ${R}/comments/:id`]: ({ body }, id) => found(keep(world.commitComments, body.body, Number(id)), comment),
      [`GET ${R}/issues/7/comments`]: ({ query }) => ({ body: page(world.pullComments, query).map(comment) }),
      [`POST ${R}/issues/7/comments`]: ({ body }) => made(keep(world.pullComments, body.body), comment),
      [`PATCH ${R}/issues/comments/:id`]: ({ body }, id) =>
        found(keep(world.pullComments, body.body, Number(id)), comment),
      [`GET ${R}/hooks`]: () => ({ body: world.hooks.map(hook) }),
      [`POST ${R}/hooks`]: ({ body }) => {
        world.hooks.push({
          id: String(nextId(world.hooks)),
          url: body.config.url,
          secret: body.config.secret,
          events: body.events,
        });
        return made(world.hooks.at(-1), hook);
      },
      [`PATCH ${R}/hooks/:id`]: ({ body }, id) =>
        found(
          world.hooks.find((one) => one.id === id),
          (one) => hook(Object.assign(one, { url: body.config.url, secret: body.config.secret, events: body.events })),
        ),
      [`DELETE ${R}/hooks/:id`]: (_, id) => removed(world, id),
    }),
  );
}

export const page = <T>(all: T[], query: URLSearchParams): T[] => {
  const size = Number(query.get('per_page') ?? 30);
  return all.slice(size * (Number(query.get('page') ?? 1) - 1)).slice(0, size);
};

export const found = <T>(value: T | undefined, view: (value: T) => unknown): Answer | undefined =>
  value === undefined ? undefined : { body: view(value) };

export const made = <T>(value: T | undefined, view: (value: T) => unknown): Answer | undefined => {
  const answer = found(value, view);
  return answer && { ...answer, status: 201 };
};

export function removed(world: World, id: string): Answer | undefined {
  const before = world.hooks.length;
  world.hooks = world.hooks.filter((hook) => hook.id !== id);
  return world.hooks.length < before ? { status: 204 } : undefined;
}

export const unlessGone =
  (world: World, api: Api): Api =>
  (asked) =>
    world.isGone ? undefined : api(asked);
