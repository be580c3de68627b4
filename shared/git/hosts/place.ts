import { HostTrouble } from '../host.ts';
import type { ProviderName } from '../told.ts';

/** What of a connection says how its repository is reached. */
export interface Connected {
  provider: ProviderName;
  /** `host/owner/name`; GitLab may have groups in between. */
  repository: string;
  /** Where the provider’s REST API begins, such as `https://api.github.com`. */
  api: string;
}

/** A repository’s whereabouts, read of a connection. */
export interface Place {
  /** Without a slash at its end. */
  api: string;
  /** Where people read the provider’s pages; without a slash at its end. */
  web: string;
  /** All before the last part: the owner, the groups, the workspace, the project. */
  owner: string;
  name: string;
}

/**
 * @throws HostTrouble where the API is not reached by HTTPS, or the repository is not named `host/owner/name`. It is
 * asked before each use of a connection, so that none sends its token in the clear, whoever wrote it down.
 */
export function placeOf({ repository, api }: Connected): Place {
  const url = safeUrl(api);
  const [, ...names] = repository.split('/');
  const name = names.pop();
  if (!name || names.length === 0 || names.some((part) => !isPlainPath(part))) {
    throw new HostTrouble('unexpected', `${repository} names no repository: write host/owner/name`);
  }
  return { api: withoutSlash(url), web: webOf(url), owner: names.join('/'), name };
}

/**
 * An address that a token may be sent to: HTTPS, or this machine itself.
 * @throws HostTrouble
 */
export function safeUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url.hostname)))) {
    throw new HostTrouble(
      'unexpected',
      `${url?.origin ?? 'The address of the API'} is not reached by https: connect again with an https address`,
    );
  }
  return url;
}

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);

/** Of a path whose slashes separate: each part percent-encoded. */
export const encodedParts = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** Whether a path stays where it is put: `..` would ask the API for something else. */
export const isPlainPath = (path: string): boolean =>
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

function webOf(api: URL): string {
  const web = new URL(api);
  web.hostname = web.hostname.replace(/^api\./, '');
  web.pathname = web.pathname.replace(/\/(api\/v\d+|2\.0|rest\/api\/[^/]+)\/?$/, '/');
  return withoutSlash(web);
}

const withoutSlash = (url: URL): string => `${url.origin}${url.pathname}`.replace(/\/+$/, '');
