import { found, made, page, removed, unlessGone } from './github-api.ts';
import { type Api, routed } from './server.ts';
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

const P = '/api/v4/projects/acme%2Fgroup%2Fsite';

/** GitLab’s REST API as documented, for the project acme/group/site. */
export function gitlabApi(world: World): Api {
  const note = ({ id, text }: KeptComment) => ({ id, body: text, system: false });
  const discussion = (comment: KeptComment) => ({
    id: `d${comment.id}`,
    individual_note: true,
    notes: [note(comment)],
  });
  const request = ({ number, state, commit, branch, fork, updatedAt }: KeptPull) => ({
    ...{ id: 1000 + number, iid: number, state: state === 'open' ? 'opened' : state, updated_at: updatedAt },
    ...{ sha: commit, source_branch: branch, target_branch: 'main', target_project_id: 5 },
    source_project_id: fork === 'gone' ? null : fork ? 6 : 5,
  });
  const isSigning = (secret: string) => secret.startsWith('whsec_');
  const hook = ({ id, url, events, secret }: KeptHook) => ({
    id: Number(id),
    url,
    push_events: events.includes('push_events'),
    alert_status: 'executable',
    token_present: !isSigning(secret),
    signing_token_present: isSigning(secret),
  });
  const secretOf = ({ token, signing_token: signing }: Record<string, string>) => signing ?? token ?? '';
  const events = (body: Record<string, unknown>) =>
    Object.keys(body).filter((key) => key.endsWith('_events') && body[key]);
  return unlessGone(
    world,
    routed({
      [`GET ${P}`]: () => ({ body: { id: 5, path_with_namespace: 'acme/group/site', default_branch: 'main' } }),
      [`GET ${P}/repository/branches/:name`]: (_, name) =>
        found(world.branches[name], (id) => ({ name, commit: { id } })),
      [`GET ${P}/repository/tags`]: ({ query }) => {
        const [search = '', order, sort] = ['search', 'order_by', 'sort'].map((key) => query.get(key) ?? '');
        if (!search.startsWith('^') || order !== 'updated' || sort !== 'desc') return undefined;
        const names = Object.keys(world.tags).filter((name) => name.startsWith(search.slice(1)));
        return { body: page(names.reverse(), query).map((name) => ({ name })) };
      },
      [`GET ${P}/repository/tags/:name`]: (_, name) =>
        found(world.tags[name], ({ commit, annotation }) => ({
          name,
          target: annotation ?? commit,
          commit: { id: commit },
        })),
      [`GET ${P}/repository/commits/:sha`]: (_, sha) =>
        found(commitBehind(world, sha), (id) => ({ id, message: world.messages[id] })),
      [`GET ${P}/repository/files/:path/raw`]: ({ query }, path) =>
        query.get('ref') === SECOND && world.files[path] !== undefined ? { body: world.files[path] } : undefined,
      [`GET ${P}/repository/compare`]: ({ query }) =>
        query.get('to') === SECOND && query.get('straight') === 'true'
          ? {
              body: {
                commits: [],
                diffs: world.changes.map(({ path, before }) => ({
                  old_path: before ?? path,
                  new_path: path,
                  renamed_file: !!before,
                  diff: '',
                })),
                compare_timeout: false,
                compare_same_ref: false,
              },
            }
          : undefined,
      [`GET ${P}/repository/archive.zip`]: ({ query }) => (query.get('sha') ? { body: world.archive } : undefined),
      [`POST ${P}/statuses/:sha`]: ({ body }, commit) => {
        const known = world.statuses.find(({ name }) => name === body.name);
        if (known?.state === 'running' && body.state === 'running') {
          return {
            status: 400,
            body: {
              message:
                'Cannot transition status via :run from :running (Reason(s): Status cannot transition via "run")',
            },
          };
        }
        world.statuses = world.statuses.filter((status) => status !== known);
        world.statuses.push({
          commit,
          name: body.name,
          state: body.state,
          text: body.description,
          url: body.target_url,
        });
        return { status: 201, body: { id: 93 } };
      },
      [`GET ${P}/repository/commits/:sha/discussions`]: () => ({ body: world.commitComments.map(discussion) }),
      [`POST ${P}/repository/commits/:sha/discussions`]: ({ body }) =>
        made(keep(world.commitComments, body.body), discussion),
      [`PUT ${P}/repository/commits/:sha/discussions/:d/notes/:id`]: ({ body }, _, d, id) =>
        d === `d${id}` ? found(keep(world.commitComments, body.body, Number(id)), note) : undefined,
      [`GET ${P}/merge_requests`]: ({ query }) =>
        `${query.get('state')} ${query.get('order_by')} ${query.get('sort')}` === 'opened updated_at desc'
          ? { body: page(openOf(world), query).map(request) }
          : undefined,
      [`GET ${P}/merge_requests/:iid`]: (_, iid) =>
        found(
          world.pulls.find((one) => one.number === Number(iid)),
          request,
        ),
      [`GET ${P}/merge_requests/7/notes`]: ({ query }) => ({ body: page(world.pullComments, query).map(note) }),
      [`POST ${P}/merge_requests/7/notes`]: ({ body }) => made(keep(world.pullComments, body.body), note),
      [`PUT ${P}/merge_requests/7/notes/:id`]: ({ body }, id) =>
        found(keep(world.pullComments, body.body, Number(id)), note),
      [`GET ${P}/hooks`]: () => ({ body: world.hooks.map(hook) }),
      [`POST ${P}/hooks`]: ({ body }) => {
        world.hooks.push({
          id: String(nextId(world.hooks)),
          url: body.url,
          secret: secretOf(body),
          events: events(body),
        });
        return made(world.hooks.at(-1), hook);
      },
      [`PUT ${P}/hooks/:id`]: ({ body }, id) =>
        found(
          world.hooks.find((one) => one.id === id),
          (one) => hook(Object.assign(one, { url: body.url, secret: secretOf(body), events: events(body) })),
        ),
      [`DELETE ${P}/hooks/:id`]: (_, id) => removed(world, id),
    }),
  );
}
