import { type SiteName, sourceNamed } from '../sites.ts';
import { jsonReply, type Operation, type Reply, type Request, type Service, textOf } from './call.ts';

/** A commit's status, as it was told. */
export interface CommitNote {
  at: number;
  commit: string;
  state: string;
  text: string;
}

interface Shown {
  id: number;
  sha: string;
  environment: string;
  payload: unknown;
  statuses: object[];
}

/** The one repository: what its branch points to, and what each commit is. */
export interface Repository {
  head?: string;
  commits: Record<string, { site: SiteName; manifest: string }>;
  notes: CommitNote[];
  shown: Shown[];
}

export const noRepository = (): Repository => ({ commits: {}, notes: [], shown: [] });

export interface GitHostPort extends Service {
  now: Repository;
}

const API = 'api.github.com';
const HOME = '/repos/acme/shop';

/** GitHub’s REST API, as far as pushes are read, built and told by it: https://docs.github.com/en/rest */
export function gitHostOf(clock: () => number, now: Repository): GitHostPort {
  function answer(method: string, path: string, query: URLSearchParams, body: string): Reply {
    if (path === '') return said({ default_branch: 'main' });
    if (path === '/git/ref/heads/main')
      return now.head ? said({ ref: 'refs/heads/main', object: { sha: now.head, type: 'commit' } }) : MISSING;
    const [, sha] = /^\/git\/commits\/(\w+)$/.exec(path) ?? [];
    if (sha) return now.commits[sha] ? said({ sha, message: `Show ${now.commits[sha].site}` }) : MISSING;
    const [, kind = '', rest = ''] = /^\/(contents|zipball|statuses|deployments)\/?(.*)$/.exec(path) ?? [];
    if (kind === 'contents') return fileOf(now.commits[query.get('ref') ?? ''], rest);
    if (kind === 'zipball') {
      const commit = now.commits[rest];
      if (!commit) return MISSING;
      return { status: 200, headers: { 'content-type': 'application/zip' }, body: sourceNamed(commit.site) };
    }
    if (kind === 'statuses' && method === 'POST') {
      const { state, description = '' } = JSON.parse(body) as { state: string; description?: string };
      now.notes.push({ at: clock(), commit: rest, state, text: description });
      return jsonReply(201, { id: now.notes.length });
    }
    if (kind === 'deployments') return deployments(method, rest, query, body);
    throw new Error(`GitHub's ${method} ${path} is not known here`);
  }

  function fileOf(commit: Repository['commits'][string] | undefined, path: string): Reply {
    const text = path === 'pilot.yaml' ? commit?.manifest : undefined;
    if (text === undefined) return MISSING;
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }, body: text };
  }

  function deployments(method: string, rest: string, query: URLSearchParams, body: string): Reply {
    const [, id] = /^(\d+)\/statuses$/.exec(rest) ?? [];
    if (id !== undefined) {
      const found = now.shown.find((one) => one.id === Number(id));
      if (!found) return MISSING;
      if (method === 'GET') return said(found.statuses.slice(-1));
      found.statuses.push(JSON.parse(body) as object);
      return jsonReply(201, { id: found.statuses.length });
    }
    if (method === 'POST') {
      const { ref, environment, payload } = JSON.parse(body) as { ref: string; environment: string; payload: unknown };
      const made: Shown = { id: now.shown.length + 1, sha: ref, environment, payload, statuses: [] };
      now.shown.push(made);
      return jsonReply(201, { id: made.id });
    }
    const wanted = now.shown.filter(
      ({ sha, environment }) =>
        environment === query.get('environment') && (!query.has('sha') || sha === query.get('sha')),
    );
    return said(wanted.map(({ id, payload }) => ({ id, payload })).reverse());
  }

  return {
    name: 'git-host',
    now,
    isAt: (hostname) => hostname === API,
    error: jsonReply(502, { message: 'Server Error' }),
    throttled: jsonReply(429, { message: 'API rate limit exceeded' }, { 'retry-after': '5' }),
    read({ method, path, query = {}, body }: Request): Operation {
      if (!path.startsWith(HOME)) throw new Error(`GitHub's ${path} is not known here`);
      const rest = decodeURIComponent(path.slice(HOME.length));
      const asked = new URLSearchParams(query as Record<string, string>);
      const kind =
        rest
          .split('/')
          .slice(1, rest.startsWith('/git/') ? 3 : 2)
          .join('/') || 'repository';
      return {
        service: 'git-host',
        name: `${method} ${kind}`,
        about: `${rest} ${asked}`.trim(),
        writes: method !== 'GET',
        apply: () => answer(method, rest, asked, textOf(body)),
      };
    },
  };
}

const said = (body: object): Reply => jsonReply(200, body);
const MISSING = jsonReply(404, { message: 'Not Found' });
