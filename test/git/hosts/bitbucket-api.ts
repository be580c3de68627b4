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

const R = '/2.0/repositories/acme/site';

/** Bitbucket Cloud’s REST API as documented, for acme/site; archives lie on its pages. */
export function bitbucketApi(world: World): Api {
  const comment = ({ id, text }: KeptComment) => ({ id, deleted: false, content: { raw: text, markup: 'markdown' } });
  const hook = ({ id, url, events }: KeptHook) => ({ uuid: id, url, active: true, events, secret_set: true });
  const pull = ({ number, state, commit, branch, fork, updatedAt }: KeptPull) => ({
    ...{ type: 'pullrequest', id: number, updated_on: updatedAt.replace('.000Z', '.000000+00:00') },
    state: { open: 'OPEN', merged: 'MERGED', closed: 'DECLINED' }[state],
    source: {
      branch: { name: branch },
      commit: { type: 'commit', hash: commit.slice(0, 12) },
      repository: fork === 'gone' ? null : { full_name: fork ? 'stranger/site' : 'acme/site' },
    },
    destination: { branch: { name: 'main' }, repository: { full_name: 'acme/site' } },
  });
  return unlessGone(
    world,
    routed({
      [`GET ${R}`]: () => ({ body: { full_name: 'acme/site', mainbranch: { type: 'branch', name: 'main' } } }),
      [`GET ${R}/refs/branches/*`]: (_, name) =>
        found(world.branches[name], (hash) => ({ name, type: 'branch', target: { hash } })),
      [`GET ${R}/refs/tags`]: (asked) => {
        const [, text] = /^name ~ "(.*)"$/.exec(asked.query.get('q') ?? '') ?? [];
        if (text === undefined || asked.query.get('sort') !== '-target.date') return undefined;
        const names = Object.keys(world.tags).filter((name) => name.includes(text.replaceAll('\\"', '"')));
        const all = names.reverse().map((name) => ({ name, type: 'tag' }));
        return { body: paged(asked, all) };
      },
      [`GET ${R}/refs/tags/*`]: (_, name) =>
        found(world.tags[name], ({ commit }) => ({ name, type: 'tag', target: { hash: commit } })),
      [`GET ${R}/commit/:sha`]: (_, sha) =>
        found(commitBehind(world, sha), (hash) => ({ type: 'commit', hash, message: world.messages[hash] })),
      [`GET ${R}/src/${SECOND}/*`]: ({ query }, path) => {
        const meta = query.get('format') === 'meta';
        if (world.folders.includes(path))
          return { body: meta ? { type: 'commit_directory', path } : { values: [], pagelen: 10 } };
        if (world.files[path] === undefined)
          return { status: 404, body: { type: 'error', error: { message: 'No such file or directory' } } };
        return { body: meta ? { type: 'commit_file', path, size: world.files[path].length } : world.files[path] };
      },
      [`GET ${R}/diffstat/:spec`]: (asked, spec) =>
        spec.startsWith(SECOND) && asked.query.get('topic') === 'false'
          ? {
              body: paged(
                asked,
                world.changes.map(({ path, before }) => ({
                  type: 'diffstat',
                  status: before ? 'renamed' : 'modified',
                  old: { path: before ?? path },
                  new: { path },
                })),
              ),
            }
          : undefined,
      'GET /acme/site/get/:file': () => ({ body: world.archive }),
      [`POST ${R}/commit/:sha/statuses/build`]: ({ body }, commit) => {
        if (body.key.length > 40 || !body.url)
          return { status: 400, body: { type: 'error', error: { message: 'Bad request' } } };
        world.statuses = world.statuses.filter(({ name }) => name !== body.key);
        world.statuses.push({ commit, name: body.key, state: body.state, text: body.description, url: body.url });
        return { status: 201, body: {} };
      },
      [`GET ${R}/commit/:sha/comments`]: (asked) => ({ body: paged(asked, world.commitComments.map(comment)) }),
      [`POST ${R}/commit/:sha/comments`]: ({ body }) => made(keep(world.commitComments, body.content.raw), comment),
      [`PUT ${R}/commit/:sha/comments/:id`]: ({ body }, _, id) =>
        found(keep(world.commitComments, body.content.raw, Number(id)), comment),
      [`GET ${R}/pullrequests`]: (asked) =>
        asked.query.get('state') === 'OPEN' && asked.query.get('sort') === '-updated_on'
          ? Number(asked.query.get('pagelen')) > 50
            ? { status: 400, body: { type: 'error', error: { message: 'Invalid pagelen' } } }
            : { body: paged(asked, openOf(world).map(pull)) }
          : undefined,
      [`GET ${R}/pullrequests/:id`]: (_, id) =>
        found(
          world.pulls.find((one) => one.number === Number(id)),
          pull,
        ),
      [`GET ${R}/pullrequests/7/comments`]: (asked) => ({ body: paged(asked, world.pullComments.map(comment)) }),
      [`POST ${R}/pullrequests/7/comments`]: ({ body }) => made(keep(world.pullComments, body.content.raw), comment),
      [`PUT ${R}/pullrequests/7/comments/:id`]: ({ body }, id) =>
        found(keep(world.pullComments, body.content.raw, Number(id)), comment),
      [`GET ${R}/hooks`]: (asked) => ({ body: paged(asked, world.hooks.map(hook)) }),
      [`POST ${R}/hooks`]: ({ body }) => {
        world.hooks.push({
          id: `{${nextId(world.hooks)}-4f}`,
          url: body.url,
          secret: body.secret,
          events: body.events,
        });
        return made(world.hooks.at(-1), hook);
      },
      [`PUT ${R}/hooks/:id`]: ({ body }, id) =>
        found(
          world.hooks.find((one) => one.id === id),
          (one) => hook(Object.assign(one, { url: body.url, secret: body.secret, events: body.events })),
        ),
      [`DELETE ${R}/hooks/:id`]: (_, id) => removed(world, id),
    }),
  );
}

/** Bitbucket names the next page’s whole address. */
function paged(asked: Asked, all: unknown[]) {
  const size = Number(asked.query.get('pagelen') ?? 10);
  const at = Number(asked.query.get('page') ?? 1);
  const query = new URLSearchParams([...asked.query, ['page', String(at + 1)]]);
  const next = all.length > size * at ? { next: `http://${asked.headers.host}${asked.path}?${query}` } : {};
  return { pagelen: size, page: at, size: all.length, values: all.slice(size * (at - 1), size * at), ...next };
}
