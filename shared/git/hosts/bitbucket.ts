import * as z from 'zod/mini';
import type { CommitStatus, GitHost, Hook, HookNow } from '../host.ts';
import { bitbucketPages } from './bitbucket-pages.ts';
import { openPullRequests, pullRequest } from './bitbucket-pulls.ts';
import { head, tags } from './bitbucket-refs.ts';
import { type Comments, hiddenInLink, sayOnce } from './comments.ts';
import { credentialsOf } from './credentials.ts';
import { type Hooks, keepHook, removeHook } from './hooks.ts';
import { HostHttp } from './http.ts';
import type { Wait } from './patience.ts';
import { encodedParts, isPlainPath, type Place } from './place.ts';
import { CallTrouble, isTrouble } from './trouble.ts';
import { keyOf, line } from './words.ts';

const Commit = z.object({ hash: z.string(), message: z.string() });
const Repository = z.object({ mainbranch: z.nullish(z.object({ name: z.string() })) });
const Entry = z.object({ type: z.string() });
const Side = z.nullish(z.object({ path: z.string() }));
const Changed = z.object({ old: Side, new: Side });
const Said = z.object({
  id: z.number(),
  deleted: z.optional(z.boolean()),
  content: z.object({ raw: z.nullish(z.string()) }),
});
const Hooked = z.object({ uuid: z.string(), url: z.string(), active: z.boolean() });

/** Bitbucket Cloud’s REST API. @see https://developer.atlassian.com/cloud/bitbucket/rest/ */
export function bitbucket(place: Place, token: string | undefined, wait?: Wait): GitHost {
  const path = `${encodeURIComponent(place.owner)}/${encodeURIComponent(place.name)}`;
  const home = `/repositories/${path}`;
  const web = `${place.web}/${path}`;
  const http = new HostHttp(
    { provider: 'Bitbucket', api: place.api, web: place.web, home, ...credentialsOf(token, true) },
    wait,
  );
  const hooks = hooksOf(http, home);
  const commentsAt = (list: string) => commentsOf(http, list);
  return {
    head: (ref) => head(http, home, ref),
    // Neither the API nor a webhook tells of it.
    tagObject: async () => undefined,
    tags: (prefix) => tags(http, home, prefix),
    messageOf: (commit) => messageOf(http, home, commit),
    defaultBranch: () => defaultBranch(http, home),
    pullRequest: (number) => pullRequest(http, home, number),
    openPullRequests: () => openPullRequests(http, home),
    fileAt: (commit, file) => fileAt(http, home, commit, file),
    changedPaths: (before, commit) => changedPaths(http, home, before, commit),
    // The API has no archives: the pages’ own address takes the same token.
    archive: (commit, file, limit) => http.download(`${web}/get/${encodeURIComponent(commit)}.zip`, file, limit),
    setStatus: (commit, status) =>
      setStatus(http, `${home}/commit/${encodeURIComponent(commit)}`, status, `${web}/commits/${commit}`),
    commentOnCommit: (commit, mark, markdown) =>
      sayOnce(http, commentsAt(`${home}/commit/${encodeURIComponent(commit)}/comments`), hiddenInLink(mark), markdown),
    commentOnPullRequest: (number, mark, markdown) =>
      sayOnce(http, commentsAt(`${home}/pullrequests/${number}/comments`), hiddenInLink(mark), markdown),
    hooks: async (url) => (await hooks.list()).filter((hook) => hook.url === url),
    putHook: (hook) => keepHook(http, hooks, hook),
    removeHook: (id) => removeHook(hooks, id),
  };
}

/** Bitbucket answers for whatever leads to a commit. */
async function messageOf(http: HostHttp, home: string, commit: string): Promise<string | undefined> {
  const found = await http.jsonIfThere(Commit, `${home}/commit/${encodeURIComponent(commit)}`);
  return found?.hash === commit ? found.message : undefined;
}

async function defaultBranch(http: HostHttp, home: string): Promise<string> {
  const { mainbranch } = await http.json(Repository, home);
  if (!mainbranch) throw new CallTrouble('missing', 'Bitbucket tells no main branch: the repository is empty');
  return mainbranch.name;
}

/** Asks first what lies there: a folder’s list and a JSON file look the same. */
async function fileAt(http: HostHttp, home: string, commit: string, path: string): Promise<Uint8Array | undefined> {
  if (!isPlainPath(path)) return undefined;
  const source = `${home}/src/${encodeURIComponent(commit)}/${encodedParts(path)}`;
  const entry = await http.jsonIfThere(Entry, `${source}?format=meta`);
  if (entry?.type !== 'commit_file') return undefined;
  return (await http.file({ path: source, accept: '*/*' })).bytes;
}

async function changedPaths(
  http: HostHttp,
  home: string,
  before: string,
  commit: string,
): Promise<string[] | undefined> {
  const spec = `${encodeURIComponent(commit)}..${encodeURIComponent(before)}`;
  try {
    const found = await http.ifThere(() =>
      bitbucketPages(http, Changed, `${home}/diffstat/${spec}?topic=false&pagelen=500`),
    );
    if (!found || found.isCut) return undefined;
    const paths = found.values.flatMap((change) => [change.new?.path, change.old?.path]);
    return [...new Set(paths.filter((path) => path !== undefined))];
  } catch (error) {
    if (isTrouble(error, 'too-large')) return undefined;
    throw error;
  }
}

const STATES = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED', error: 'FAILED' } as const;

const setStatus = (http: HostHttp, commit: string, { name, state, text, url }: CommitStatus, page: string) =>
  http.send({
    method: 'POST',
    path: `${commit}/statuses/build`,
    body: { key: keyOf(name), name: line(name), state: STATES[state], description: line(text), url: url ?? page },
    isRepeatable: true,
  });

const commentsOf = (http: HostHttp, path: string): Comments => ({
  async list() {
    const { values } = await bitbucketPages(http, Said, `${path}?pagelen=100`);
    return values
      .filter(({ deleted }) => !deleted)
      .map(({ id, content }) => ({ id: String(id), text: content.raw ?? '' }));
  },
  add: (raw) => http.send({ method: 'POST', path, body: { content: { raw } } }),
  change: ({ id }, raw) => http.send({ method: 'PUT', path: `${path}/${id}`, body: { content: { raw } } }),
});

const EVENTS = [
  'repo:push',
  'pullrequest:created',
  'pullrequest:updated',
  'pullrequest:fulfilled',
  'pullrequest:rejected',
];

const hooksOf = (http: HostHttp, home: string): Hooks => {
  const path = `${home}/hooks`;
  const settings = ({ url, secret }: Hook) => ({ description: 'Pilotage', url, secret, active: true, events: EVENTS });
  return {
    list: async () => (await bitbucketPages(http, Hooked, `${path}?pagelen=100`)).values.map(hookNow),
    add: async (hook) => hookNow(await http.json(Hooked, { method: 'POST', path, body: settings(hook) })),
    change: async (id, hook) =>
      hookNow(
        await http.json(Hooked, { method: 'PUT', path: `${path}/${encodeURIComponent(id)}`, body: settings(hook) }),
      ),
    remove: (id) => http.send({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }),
  };
};

const hookNow = ({ uuid, url, active }: z.output<typeof Hooked>): HookNow => ({ id: uuid, url, isActive: active });
