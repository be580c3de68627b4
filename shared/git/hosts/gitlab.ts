import * as z from 'zod/mini';
import type { CommitStatus, GitHost } from '../host.ts';
import { type Comment, type Comments, hiddenInHtml, sayOnce } from './comments.ts';
import { credentialsOf } from './credentials.ts';
import { hooksOf } from './gitlab-hooks.ts';
import { openPullRequests, pullRequest } from './gitlab-pulls.ts';
import { head, tagObject, tags } from './gitlab-refs.ts';
import { keepHook, removeHook } from './hooks.ts';
import { HostHttp } from './http.ts';
import { numberedPages } from './pages.ts';
import type { Wait } from './patience.ts';
import { isPlainPath, type Place } from './place.ts';
import { CallTrouble, isTrouble } from './trouble.ts';
import { line } from './words.ts';

const Commit = z.object({ id: z.string(), message: z.string() });
const Project = z.object({ default_branch: z.nullish(z.string()) });
const Compared = z.object({
  diffs: z.array(z.object({ old_path: z.string(), new_path: z.string() })),
  compare_timeout: z.optional(z.boolean()),
});
const Note = z.object({ id: z.number(), body: z.string() });
const Discussion = z.object({ id: z.string(), notes: z.array(Note) });

/** GitLab’s REST API. @see https://docs.gitlab.com/api/rest/ */
export function gitlab(place: Place, token: string | undefined, wait?: Wait): GitHost {
  const home = `/projects/${encodeURIComponent(`${place.owner}/${place.name}`)}`;
  const http = new HostHttp(
    { provider: 'GitLab', api: place.api, web: place.web, home, ...credentialsOf(token, false) },
    wait,
  );
  const commits = `${home}/repository/commits`;
  const hooks = hooksOf(http, home);
  return {
    head: (ref) => head(http, home, ref),
    tagObject: (name) => tagObject(http, home, name),
    tags: (prefix) => tags(http, home, prefix),
    messageOf: (commit) => messageOf(http, commits, commit),
    defaultBranch: () => defaultBranch(http, home),
    pullRequest: (number) => pullRequest(http, home, number),
    openPullRequests: () => openPullRequests(http, home),
    fileAt: (commit, path) => fileAt(http, home, commit, path),
    changedPaths: (before, commit) => changedPaths(http, home, before, commit),
    // Large files stay pointers, as in the archives of all others.
    archive: (commit, file, limit) =>
      http.download(
        `${home}/repository/archive.zip?sha=${encodeURIComponent(commit)}&include_lfs_blobs=false`,
        file,
        limit,
      ),
    setStatus: (commit, status) => setStatus(http, home, commit, status),
    commentOnCommit: (commit, mark, markdown) =>
      sayOnce(
        http,
        discussionsOf(http, `${commits}/${encodeURIComponent(commit)}/discussions`),
        hiddenInHtml(mark),
        markdown,
      ),
    commentOnPullRequest: (number, mark, markdown) =>
      sayOnce(http, notesOf(http, `${home}/merge_requests/${number}/notes`), hiddenInHtml(mark), markdown),
    hooks: async (url) => (await hooks.list()).filter((hook) => hook.url === url),
    putHook: (hook) => keepHook(http, hooks, hook),
    removeHook: (id) => removeHook(hooks, id),
  };
}

/** GitLab answers for whatever leads to a commit. */
async function messageOf(http: HostHttp, commits: string, commit: string): Promise<string | undefined> {
  const found = await http.jsonIfThere(Commit, `${commits}/${encodeURIComponent(commit)}`);
  return found?.id === commit ? found.message : undefined;
}

async function defaultBranch(http: HostHttp, home: string): Promise<string> {
  const { default_branch: branch } = await http.json(Project, home);
  if (!branch) throw new CallTrouble('missing', 'GitLab tells no default branch: the repository is empty');
  return branch;
}

async function fileAt(http: HostHttp, home: string, commit: string, path: string): Promise<Uint8Array | undefined> {
  if (!isPlainPath(path)) return undefined;
  const raw = `${home}/repository/files/${encodeURIComponent(path)}/raw?ref=${encodeURIComponent(commit)}`;
  return (await http.ifThere(() => http.file({ path: raw, accept: '*/*' })))?.bytes;
}

async function changedPaths(
  http: HostHttp,
  home: string,
  before: string,
  commit: string,
): Promise<string[] | undefined> {
  try {
    const query = new URLSearchParams({ from: before, to: commit, straight: 'true' });
    const compared = await http.jsonIfThere(Compared, `${home}/repository/compare?${query}`);
    if (!compared || compared.compare_timeout) return undefined;
    return [...new Set(compared.diffs.flatMap(({ old_path, new_path }) => [new_path, old_path]))];
  } catch (error) {
    if (isTrouble(error, 'too-large')) return undefined;
    throw error;
  }
}

const STATES = { pending: 'running', success: 'success', failure: 'failed', error: 'failed' } as const;

/** A status may not become what it is already: GitLab refuses that, and it has been told. */
async function setStatus(http: HostHttp, home: string, commit: string, status: CommitStatus): Promise<void> {
  const { name, state, text, url } = status;
  try {
    await http.send({
      method: 'POST',
      path: `${home}/statuses/${encodeURIComponent(commit)}`,
      body: { state: STATES[state], name, description: line(text), ...(url && { target_url: url }) },
      isRepeatable: true,
    });
  } catch (error) {
    if (isTrouble(error, 'unexpected') && /cannot transition status/i.test(error.message)) return;
    throw error;
  }
}

const notesOf = (http: HostHttp, path: string): Comments => ({
  async list() {
    const notes = await numberedPages(path, (page) => http.json(z.array(Note), page));
    return notes.map(({ id, body }) => ({ id: String(id), text: body }));
  },
  add: (body) => http.send({ method: 'POST', path, body: { body } }),
  change: ({ id }, body) => http.send({ method: 'PUT', path: `${path}/${id}`, body: { body } }),
});

interface DiscussedNote extends Comment {
  discussion: string;
}

/** A commit’s comments have ids, and can be changed, only as notes of discussions. */
const discussionsOf = (http: HostHttp, path: string): Comments<DiscussedNote> => ({
  async list() {
    const found = await numberedPages(path, (page) => http.json(z.array(Discussion), page));
    return found.flatMap(({ id: discussion, notes }) =>
      notes.map(({ id, body }) => ({ id: String(id), discussion, text: body })),
    );
  },
  add: (body) => http.send({ method: 'POST', path, body: { body } }),
  change: ({ id, discussion }, body) =>
    http.send({ method: 'PUT', path: `${path}/${encodeURIComponent(discussion)}/notes/${id}`, body: { body } }),
});
