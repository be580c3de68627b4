import { found, made, removed, unlessGone } from './github-api.ts';
import { type Api, type Asked, routed } from './server.ts';
import {
  commitBehind,
  type KeptComment,
  type KeptHook,
  type KeptPull,
  keep,
  nextId,
  openOf,
  SECOND,
  type World,
} from './world.ts';

const R = '/git/rest/api/1.0/projects/ACME/repos/site';
const INSIGHTS = '/git/rest/insights/1.0/projects/ACME/repos/site';

/** Bitbucket Data Center’s REST API as documented, below a context path, for ACME/site. */
export function bitbucketServerApi(world: World): Api {
  const comment = ({ id, text, version }: KeptComment) => ({ id, version, text });
  const hook = ({ id, url, events }: KeptHook) => ({
    id: Number(id),
    name: 'Pilotage',
    url,
    active: true,
    events,
    configuration: { secret: '*****' },
  });
  const pull = ({ number, state, commit, branch, fork, updatedAt }: KeptPull) => ({
    ...{ id: number, version: 0, updatedDate: Date.parse(updatedAt), open: state === 'open', closed: state !== 'open' },
    state: { open: 'OPEN', merged: 'MERGED', closed: 'DECLINED' }[state],
    fromRef: {
      ...{ id: `refs/heads/${branch}`, displayId: branch, latestCommit: commit },
      repository: { id: fork ? 85 : 84, slug: 'site' },
    },
    toRef: {
      ...{ id: 'refs/heads/main', displayId: 'main', latestCommit: SECOND },
      repository: { id: 84, slug: 'site' },
    },
  });
  const commitOf = (ref: string): string | undefined =>
    ref.startsWith('refs/heads/') ? world.branches[ref.slice(11)] : world.tags[ref.slice(10)]?.commit;
  return unlessGone(
    world,
    routed({
      [`GET ${R}`]: () => ({ body: { slug: 'site', project: { key: 'ACME' } } }),
      [`GET ${R}/branches/default`]: () =>
        Object.keys(world.branches).length > 0
          ? { body: { id: 'refs/heads/main', displayId: 'main', type: 'BRANCH' } }
          : { status: 204 },
      [`GET ${R}/tags`]: (asked) => {
        if (asked.query.get('orderBy') !== 'MODIFICATION') return undefined;
        const names = Object.keys(world.tags).filter((name) => name.includes(asked.query.get('filterText') ?? ''));
        return {
          body: paged(
            asked,
            names.reverse().map((displayId) => ({ displayId })),
          ),
        };
      },
      [`GET ${R}/tags/*`]: (_, name) =>
        found(world.tags[name], ({ commit, annotation }) => ({
          ...{ id: `refs/tags/${name}`, displayId: name, type: 'TAG', latestCommit: commit },
          hash: annotation ?? null,
        })),
      [`GET ${R}/commits/:sha`]: (_, sha) =>
        found(commitBehind(world, sha), (id) => ({ id, message: world.messages[id] })),
      [`GET ${R}/commits`]: (asked) => found(commitOf(asked.query.get('until') ?? ''), (id) => paged(asked, [{ id }])),
      [`GET ${R}/raw/*`]: ({ query }, path) =>
        query.get('at') === SECOND && world.files[path] !== undefined ? { body: world.files[path] } : undefined,
      [`GET ${R}/changes`]: (asked) =>
        asked.query.get('until') === SECOND && asked.query.get('since')
          ? {
              body: paged(
                asked,
                world.changes.map(({ path, before }) => ({
                  path: { toString: path },
                  type: before ? 'MOVE' : 'MODIFY',
                  ...(before && { srcPath: { toString: before } }),
                })),
              ),
            }
          : undefined,
      [`GET ${R}/archive`]: ({ query }) =>
        query.get('format') === 'zip' && query.get('prefix')?.endsWith('/') ? { body: world.archive } : undefined,
      [`POST ${R}/commits/:sha/builds`]: ({ body }, commit) => {
        if (!body.url || !body.key) return { status: 400, body: { errors: [{ message: 'A url is required' }] } };
        world.statuses = world.statuses.filter(({ name }) => name !== body.key);
        world.statuses.push({ commit, name: body.key, state: body.state, text: body.description, url: body.url });
        return { status: 204 };
      },
      [`PUT ${INSIGHTS}/commits/:sha/reports/:key`]: ({ body }) =>
        body.details.length > 2000
          ? { status: 400 }
          : found(keep(world.commitComments, body.details, world.commitComments[0]?.id), () => body),
      [`GET ${R}/pull-requests`]: (asked) =>
        asked.query.get('state') === 'OPEN' && asked.query.get('order') === 'NEWEST'
          ? { body: paged(asked, openOf(world).map(pull)) }
          : undefined,
      [`GET ${R}/pull-requests/:id`]: (_, id) =>
        found(
          world.pulls.find((one) => one.number === Number(id)),
          pull,
        ),
      [`GET ${R}/pull-requests/7/activities`]: (asked) => ({
        body: paged(asked, [
          { id: 1, action: 'OPENED' },
          ...world.pullComments.map((one) => ({ id: one.id, action: 'COMMENTED', comment: comment(one) })),
        ]),
      }),
      [`POST ${R}/pull-requests/7/comments`]: ({ body }) => made(keep(world.pullComments, body.text), comment),
      [`PUT ${R}/pull-requests/7/comments/:id`]: ({ body }, id) =>
        world.pullComments.find((one) => one.id === Number(id))?.version === body.version
          ? found(keep(world.pullComments, body.text, Number(id)), comment)
          : {
              status: 409,
              body: {
                errors: [{ message: 'You are attempting to modify a comment based on out-of-date information.' }],
              },
            },
      [`GET ${R}/webhooks`]: (asked) => ({ body: paged(asked, world.hooks.map(hook)) }),
      [`POST ${R}/webhooks`]: ({ body }) => {
        world.hooks.push({
          id: String(nextId(world.hooks)),
          url: body.url,
          secret: body.configuration.secret,
          events: body.events,
        });
        return made(world.hooks.at(-1), hook);
      },
      [`PUT ${R}/webhooks/:id`]: ({ body }, id) =>
        found(
          world.hooks.find((one) => one.id === id),
          (one) => hook(Object.assign(one, { url: body.url, secret: body.configuration.secret, events: body.events })),
        ),
      [`DELETE ${R}/webhooks/:id`]: (_, id) => removed(world, id),
    }),
  );
}

/** Data Center tells where the next page begins. */
function paged(asked: Asked, all: unknown[]) {
  const limit = Number(asked.query.get('limit') ?? 25);
  const start = Number(asked.query.get('start') ?? 0);
  const values = all.slice(start, start + limit);
  const isLastPage = start + limit >= all.length;
  return { size: values.length, limit, start, isLastPage, values, nextPageStart: isLastPage ? null : start + limit };
}
