import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A pull request; of the repository itself unless it is said to be foreign. */
export interface FakePull {
  commit: string;
  branch: string;
  /** `main` unless said otherwise. */
  base?: string;
  isForeign?: boolean;
  /** Open unless said otherwise. */
  state?: 'open' | 'closed' | 'merged';
  /** As ISO 8601; now unless said otherwise. */
  updatedAt?: string;
}

/** A repository as GitHub's REST API shows it. */
export interface FakeRepository {
  defaultBranch: string;
  branches: Record<string, string>;
  /** What a tag points to: a commit, or the annotated tag’s own object and the commit below. */
  tags: Record<string, string | { object: string; commit: string }>;
  /** By commit, where it is of matter. */
  messages: Record<string, string>;
  /** By commit and path. */
  files: Record<string, Record<string, string>>;
  /** By `before...commit`. */
  changed: Record<string, string[]>;
  /** By number; none unless said otherwise. */
  pulls?: Record<number, FakePull>;
}

export interface FakeGitHost {
  /** Where the API begins. */
  api: string;
  /** By `owner/name`; one that is not here answers 404. */
  repositories: Record<string, FakeRepository>;
  /** The paths that were asked for. */
  asked: string[];
  /** With which status each call is refused; 0 lets them through. */
  refusing: number;
  /** What the token may not do, by the paths that it asks. */
  refused?: RegExp | undefined;
  /** The one that is let in; anybody is where it is not said. */
  token?: string | undefined;
  /** What happens, once, before the next call is answered. */
  meanwhile?: (() => Promise<unknown>) | undefined;
  close(): Promise<void>;
}

/** GitHub's REST API at the wire, as an Enterprise Server has it, as far as pushes are read by it: https://docs.github.com/en/rest */
export async function serveGitHub(): Promise<FakeGitHost> {
  const host: FakeGitHost = { api: '', repositories: {}, asked: [], refusing: 0, close: async () => {} };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    host.asked.push(url.pathname);
    const isStranger = host.token !== undefined && request.headers.authorization !== `Bearer ${host.token}`;
    const refusing = isStranger ? 401 : host.refused?.test(url.pathname) ? 403 : host.refusing;
    const said = refusing > 0 ? { message: 'Refused' } : answerOf(host.repositories, url);
    const status = refusing > 0 ? refusing : said === undefined ? 404 : 200;
    const happen = host.meanwhile;
    host.meanwhile = undefined;
    await happen?.();
    const isFile = typeof said === 'string';
    response.writeHead(status, {
      'content-type': isFile ? 'application/vnd.github.raw+json; charset=utf-8' : 'application/json; charset=utf-8',
      // More patience than a call has.
      ...(status === 429 && { 'retry-after': '3600' }),
    });
    response.end(isFile ? said : JSON.stringify(said ?? { message: 'Not Found' }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  host.api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  host.close = async () => {
    server.closeAllConnections();
    await new Promise((over) => server.close(over));
  };
  return host;
}

/** A file's text, or what is told as JSON; undefined where there is no such thing. */
function answerOf(repositories: FakeGitHost['repositories'], url: URL): unknown {
  const [, owner, name, rest = ''] = /^\/api\/v3\/repos\/([^/]+)\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? [];
  const repository = repositories[`${owner}/${name}`];
  if (!repository) return undefined;
  if (rest === '') return { default_branch: repository.defaultBranch };
  const [, kind, ref = ''] = /^git\/ref\/(heads|tags)\/(.+)$/.exec(rest) ?? [];
  if (kind) {
    const at = (kind === 'heads' ? repository.branches : repository.tags)[decodeURIComponent(ref)];
    const object = typeof at === 'object' ? { sha: at.object, type: 'tag' } : { sha: at, type: 'commit' };
    return at && { ref: `refs/${kind}/${ref}`, object };
  }
  const [, what, id = ''] = /^git\/(tags|commits)\/([0-9a-f]+)$/.exec(rest) ?? [];
  if (what === 'commits') return { sha: id, message: repository.messages[id] ?? 'Change' };
  if (what === 'tags') {
    const tag = Object.values(repository.tags).find((one) => typeof one === 'object' && one.object === id);
    return typeof tag === 'object' ? { sha: id, object: { sha: tag.commit, type: 'commit' } } : undefined;
  }
  const [, prefix] = /^git\/matching-refs\/tags\/(.+)$/.exec(rest) ?? [];
  if (prefix !== undefined) {
    const names = Object.keys(repository.tags).filter((name) => name.startsWith(decodeURIComponent(prefix)));
    return names.sort().map((name) => ({ ref: `refs/tags/${name}` }));
  }
  if (rest === 'pulls') return pullsOf(repository).filter(({ state }) => state === 'open');
  if (rest.startsWith('pulls/')) return pullsOf(repository).find(({ number }) => rest === `pulls/${number}`);
  if (rest.startsWith('contents/'))
    return repository.files[url.searchParams.get('ref') ?? '']?.[decodeURIComponent(rest.slice('contents/'.length))];
  const changed = repository.changed[decodeURIComponent(rest.replace(/^compare\//, ''))];
  return changed && { status: 'ahead', files: changed.map((filename) => ({ filename })) };
}

const pullsOf = ({ pulls = {} }: FakeRepository) =>
  Object.entries(pulls).map(([number, { commit, branch, base = 'main', isForeign, state = 'open', updatedAt }]) => ({
    ...{ number: Number(number), state: state === 'open' ? 'open' : 'closed' },
    updated_at: updatedAt ?? new Date().toISOString(),
    merged_at: state === 'merged' ? new Date().toISOString() : null,
    head: { ref: branch, sha: commit, repo: { id: isForeign ? 2 : 1 } },
    base: { ref: base, repo: { id: 1 } },
  }));
