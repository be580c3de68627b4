import * as z from 'zod/mini';
import type { CommitStatus, GitHost, Hook, HookNow } from '../host.ts';
import { bitbucketServerPages } from './bitbucket-server-pages.ts';
import { openPullRequests, pullRequest } from './bitbucket-server-pulls.ts';
import { head, tagObject, tags } from './bitbucket-server-refs.ts';
import { type Comment, type Comments, hiddenInLink, sayOnce } from './comments.ts';
import { credentialsOf } from './credentials.ts';
import { type Hooks, keepHook, removeHook } from './hooks.ts';
import { HostHttp } from './http.ts';
import type { Wait } from './patience.ts';
import { encodedParts, isPlainPath, type Place } from './place.ts';
import { CallTrouble, isTrouble } from './trouble.ts';
import { keyOf, line } from './words.ts';

const Commit = z.object({ id: z.string(), message: z.string() });
const Branch = z.nullable(z.object({ displayId: z.string() }));
const Path = z.object({ toString: z.string() });
const Changed = z.object({ path: Path, srcPath: z.optional(Path) });
const Said = z.object({ id: z.number(), version: z.number(), text: z.string() });
const Activity = z.object({ action: z.string(), comment: z.optional(Said) });
const Hooked = z.object({ id: z.number(), url: z.string(), active: z.boolean() });

/** A report’s details hold no more. */
const MOST_DETAILS = 2000;

/** Bitbucket Data Center’s REST API, 7.14 or later. @see https://developer.atlassian.com/server/bitbucket/rest/ */
export function bitbucketServer(place: Place, token: string | undefined, wait?: Wait): GitHost {
  const path = `/projects/${encodeURIComponent(place.owner)}/repos/${encodeURIComponent(place.name)}`;
  const http = new HostHttp(
    { provider: 'Bitbucket', api: place.api, web: place.web, home: path, ...credentialsOf(token, true) },
    wait,
  );
  const hooks = hooksOf(http, path);
  return {
    head: (ref) => head(http, path, ref),
    tagObject: (name) => tagObject(http, path, name),
    tags: (prefix) => tags(http, path, prefix),
    messageOf: (commit) => messageOf(http, path, commit),
    defaultBranch: () => defaultBranch(http, path),
    pullRequest: (number) => pullRequest(http, path, number),
    openPullRequests: () => openPullRequests(http, path),
    fileAt: (commit, file) => fileAt(http, path, commit, file),
    changedPaths: (before, commit) => changedPaths(http, path, before, commit),
    // Without a prefix the files would lie in no folder.
    archive: (commit, file, limit) =>
      http.download(
        `${path}/archive?${new URLSearchParams({ at: commit, format: 'zip', prefix: `${place.name}-${commit}/` })}`,
        file,
        limit,
      ),
    setStatus: (commit, status) =>
      setStatus(http, `${path}/commits/${encodeURIComponent(commit)}`, status, `${place.web}${path}/commits/${commit}`),
    commentOnCommit: (commit, mark, markdown) =>
      report(http, `${place.web}/rest/insights/1.0${path}/commits/${encodeURIComponent(commit)}`, mark, markdown),
    commentOnPullRequest: (number, mark, markdown) =>
      sayOnce(http, commentsOf(http, `${path}/pull-requests/${number}`), hiddenInLink(mark), markdown),
    hooks: async (url) => (await hooks.list()).filter((hook) => hook.url === url),
    putHook: (hook) => keepHook(http, hooks, hook),
    removeHook: (id) => removeHook(hooks, id),
  };
}

/** Bitbucket answers for whatever leads to a commit. */
async function messageOf(http: HostHttp, path: string, commit: string): Promise<string | undefined> {
  const found = await http.jsonIfThere(Commit, `${path}/commits/${encodeURIComponent(commit)}`);
  return found?.id === commit ? found.message : undefined;
}

async function defaultBranch(http: HostHttp, path: string): Promise<string> {
  const branch = await http.json(Branch, `${path}/branches/default`);
  if (!branch) throw new CallTrouble('missing', 'Bitbucket tells no default branch: the repository is empty');
  return branch.displayId;
}

async function fileAt(http: HostHttp, path: string, commit: string, file: string): Promise<Uint8Array | undefined> {
  if (!isPlainPath(file)) return undefined;
  const raw = `${path}/raw/${encodedParts(file)}?at=${encodeURIComponent(commit)}`;
  return (await http.ifThere(() => http.file({ path: raw, accept: '*/*' })))?.bytes;
}

async function changedPaths(
  http: HostHttp,
  path: string,
  before: string,
  commit: string,
): Promise<string[] | undefined> {
  const changes = `${path}/changes?${new URLSearchParams({ since: before, until: commit })}`;
  try {
    const found = await http.ifThere(() => bitbucketServerPages(http, Changed, changes, 500));
    if (!found || found.isCut) return undefined;
    return [
      ...new Set(found.values.flatMap((change) => [change.path.toString, (change.srcPath ?? change.path).toString])),
    ];
  } catch (error) {
    if (isTrouble(error, 'too-large')) return undefined;
    throw error;
  }
}

const STATES = { pending: 'INPROGRESS', success: 'SUCCESSFUL', failure: 'FAILED', error: 'FAILED' } as const;

const setStatus = (http: HostHttp, commit: string, { name, state, text, url }: CommitStatus, page: string) =>
  http.send({
    method: 'POST',
    path: `${commit}/builds`,
    body: { key: keyOf(name), name: line(name), state: STATES[state], description: line(text), url: url ?? page },
    isRepeatable: true,
  });

/**
 * Tells it by a Code Insights report, which has a key and is replaced: comments on a commit can only be listed file
 * by file, so that one of ours could not be found again.
 * @see https://developer.atlassian.com/server/bitbucket/how-tos/code-insights/
 */
const report = (http: HostHttp, commit: string, mark: string, markdown: string): Promise<void> =>
  http.send({
    method: 'PUT',
    path: `${commit}/reports/${encodeURIComponent(keyOf(mark))}`,
    body: { title: 'Pilotage', reporter: 'Pilotage', details: cut(markdown.trim()) },
  });

const cut = (text: string): string => (text.length <= MOST_DETAILS ? text : `${text.slice(0, MOST_DETAILS - 1)}…`);

interface VersionedComment extends Comment {
  version: number;
}

/** Comments below a pull request are listed among what happened to it. */
const commentsOf = (http: HostHttp, pullRequest: string): Comments<VersionedComment> => ({
  async list() {
    const { values } = await bitbucketServerPages(http, Activity, `${pullRequest}/activities?`, 100);
    const said = values.flatMap(({ action, comment }) => (action === 'COMMENTED' && comment ? [comment] : []));
    return said.map(({ id, version, text }) => ({ id: String(id), version, text }));
  },
  add: (text) => http.send({ method: 'POST', path: `${pullRequest}/comments`, body: { text } }),
  change: ({ id, version }, text) =>
    http.send({ method: 'PUT', path: `${pullRequest}/comments/${id}`, body: { text, version } }),
});

const EVENTS = [
  'repo:refs_changed',
  'pr:opened',
  'pr:from_ref_updated',
  'pr:modified',
  'pr:merged',
  'pr:declined',
  'pr:deleted',
];

const hooksOf = (http: HostHttp, repository: string): Hooks => {
  const path = `${repository}/webhooks`;
  const settings = ({ url, secret }: Hook) => ({
    name: 'Pilotage',
    url,
    active: true,
    events: EVENTS,
    configuration: { secret },
    sslVerificationRequired: true,
  });
  return {
    list: async () => (await bitbucketServerPages(http, Hooked, `${path}?`, 100)).values.map(hookNow),
    add: async (hook) => hookNow(await http.json(Hooked, { method: 'POST', path, body: settings(hook) })),
    change: async (id, hook) =>
      hookNow(
        await http.json(Hooked, { method: 'PUT', path: `${path}/${encodeURIComponent(id)}`, body: settings(hook) }),
      ),
    remove: (id) => http.send({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` }),
  };
};

const hookNow = ({ id, url, active }: z.output<typeof Hooked>): HookNow => ({ id: String(id), url, isActive: active });
