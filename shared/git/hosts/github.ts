import * as z from 'zod/mini';
import type { CommitStatus, GitHost, Hook, HookNow } from '../host.ts';
import { type Comments, hiddenInHtml, sayOnce } from './comments.ts';
import { appKeyOf, credentialsOf } from './credentials.ts';
import { appCredentials } from './github-app.ts';
import { showDeployment } from './github-deployments.ts';
import { openPullRequests, pullRequest } from './github-pulls.ts';
import { head, messageOf, tagObject, tags } from './github-refs.ts';
import { type Hooks, keepHook, removeHook } from './hooks.ts';
import { HostHttp } from './http.ts';
import { numberedPages } from './pages.ts';
import type { Wait } from './patience.ts';
import { encodedParts, isPlainPath, type Place } from './place.ts';
import { isTrouble } from './trouble.ts';
import { line } from './words.ts';

const Repository = z.object({ default_branch: z.string() });
const Compared = z.object({
  status: z.string(),
  files: z.optional(z.array(z.object({ filename: z.string(), previous_filename: z.optional(z.string()) }))),
});
const Said = z.array(z.object({ id: z.number(), body: z.nullish(z.string()) }));
const Hooked = z.object({ id: z.number(), active: z.boolean(), config: z.object({ url: z.optional(z.string()) }) });

/** A comparison tells no more files, and not that there are more. */
const MOST_FILES = 300;

/** GitHub’s REST API, that of github.com or an Enterprise Server’s. @see https://docs.github.com/en/rest */
export function github(place: Place, token: string | undefined, wait?: Wait): GitHost {
  const { owner, name } = place;
  const home = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  const headers = { 'x-github-api-version': '2022-11-28' };
  const reach = { provider: 'GitHub', api: place.api, web: place.web, home, headers };
  const app = appKeyOf(token);
  const credentials = app ? appCredentials(app, name, reach, wait) : credentialsOf(token, false);
  const http = new HostHttp({ ...reach, ...credentials }, wait);
  const hooks = hooksOf(http, home);
  return {
    head: (ref) => head(http, home, ref),
    tagObject: (tag) => tagObject(http, home, tag),
    tags: (prefix) => tags(http, home, prefix),
    messageOf: (commit) => messageOf(http, home, commit),
    async defaultBranch() {
      return (await http.json(Repository, home)).default_branch;
    },
    pullRequest: (number) => pullRequest(http, home, number),
    openPullRequests: () => openPullRequests(http, home),
    fileAt: (commit, path) => fileAt(http, home, commit, path),
    changedPaths: (before, commit) => changedPaths(http, home, before, commit),
    archive: (commit, file, limit) => http.download(`${home}/zipball/${encodeURIComponent(commit)}`, file, limit),
    setStatus: (commit, status) => setStatus(http, home, commit, status),
    showDeployment: (deployment) => showDeployment(http, `${home}/deployments`, deployment),
    commentOnCommit: (commit, mark, markdown) =>
      sayOnce(
        http,
        commentsOf(http, `${home}/commits/${encodeURIComponent(commit)}/comments`, `${home}/comments`),
        hiddenInHtml(mark),
        markdown,
      ),
    commentOnPullRequest: (number, mark, markdown) =>
      sayOnce(
        http,
        commentsOf(http, `${home}/issues/${number}/comments`, `${home}/issues/comments`),
        hiddenInHtml(mark),
        markdown,
      ),
    hooks: async (url) => (await hooks.list()).filter((hook) => hook.url === url),
    putHook: (hook) => keepHook(http, hooks, hook),
    removeHook: (id) => removeHook(hooks, id),
  };
}

async function fileAt(http: HostHttp, home: string, commit: string, path: string): Promise<Uint8Array | undefined> {
  if (!isPlainPath(path)) return undefined;
  const file = await http.ifThere(() =>
    http.file({
      path: `${home}/contents/${encodedParts(path)}?ref=${encodeURIComponent(commit)}`,
      accept: 'application/vnd.github.raw+json',
    }),
  );
  // A folder and a submodule have no bytes of their own: they are told as plain JSON.
  return file?.type.startsWith('application/json') ? undefined : file?.bytes;
}

async function changedPaths(
  http: HostHttp,
  home: string,
  before: string,
  commit: string,
): Promise<string[] | undefined> {
  try {
    const spec = `${encodeURIComponent(before)}...${encodeURIComponent(commit)}`;
    const compared = await http.jsonIfThere(Compared, `${home}/compare/${spec}?per_page=1`);
    // It compares with the common ancestor: what a forced push took away is only there where that is the commit before.
    if (compared?.status !== 'ahead' && compared?.status !== 'identical') return undefined;
    const { files = [] } = compared;
    if (files.length >= MOST_FILES) return undefined;
    return [...new Set(files.flatMap(({ filename, previous_filename }) => [filename, previous_filename ?? filename]))];
  } catch (error) {
    if (isTrouble(error, 'too-large')) return undefined;
    throw error;
  }
}

/** GitHub shows the last status of each context. */
const setStatus = (http: HostHttp, home: string, commit: string, { name, state, text, url }: CommitStatus) =>
  http.send({
    method: 'POST',
    path: `${home}/statuses/${encodeURIComponent(commit)}`,
    body: { state, context: name, description: line(text), ...(url && { target_url: url }) },
    isRepeatable: true,
  });

const commentsOf = (http: HostHttp, list: string, one: string): Comments => ({
  async list() {
    const said = await numberedPages(list, (path) => http.json(Said, path));
    return said.map(({ id, body }) => ({ id: String(id), text: body ?? '' }));
  },
  add: (body) => http.send({ method: 'POST', path: list, body: { body } }),
  change: ({ id }, body) => http.send({ method: 'PATCH', path: `${one}/${id}`, body: { body } }),
});

/** Tags come with `push`. */
const hooksOf = (http: HostHttp, home: string): Hooks => {
  const path = `${home}/hooks`;
  const settings = ({ url, secret }: Hook) => ({
    active: true,
    events: ['push', 'pull_request'],
    config: { url, secret, content_type: 'json', insecure_ssl: '0' },
  });
  return {
    list: async () => (await numberedPages(path, (page) => http.json(z.array(Hooked), page))).map(hookNow),
    add: async (hook) =>
      hookNow(await http.json(Hooked, { method: 'POST', path, body: { name: 'web', ...settings(hook) } })),
    change: async (id, hook) =>
      hookNow(
        await http.json(Hooked, { method: 'PATCH', path: `${path}/${encodeURIComponent(id)}`, body: settings(hook) }),
      ),
    remove: (id) => http.send({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }),
  };
};

const hookNow = ({ id, active, config }: z.output<typeof Hooked>): HookNow => ({
  id: String(id),
  url: config.url ?? '',
  isActive: active,
});
