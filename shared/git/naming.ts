import { safeUrl } from './hosts/place.ts';
import type { ProviderName } from './told.ts';

/** The public place of a provider, and where the API of one’s own installation is. */
interface Usual {
  host?: string;
  api?: string;
  path: string;
}

const USUAL: Record<ProviderName, Usual> = {
  github: { host: 'github.com', api: 'https://api.github.com', path: '/api/v3' },
  gitlab: { host: 'gitlab.com', api: 'https://gitlab.com/api/v4', path: '/api/v4' },
  bitbucket: { host: 'bitbucket.org', api: 'https://api.bitbucket.org/2.0', path: '/2.0' },
  'bitbucket-server': { path: '/rest/api/1.0' },
};

const HOST = /^(?=.{4,100}$)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*\.[a-z]{2,}$/;
const PART = /^(?!\.{1,2}$)[\w.~-]+$/;
const RELATIVE = /^(?=.{1,200}$)(?!\/)(?!.*\/\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\\\p{Cc}]+(?<!\/)$/u;

/** Where a provider’s repositories are unless said otherwise; undefined where each has a place of its own. */
export const usualHost = (provider: ProviderName): string | undefined => USUAL[provider].host;

export const isHost = (text: string): boolean => HOST.test(text);

/** Whether it names a repository in some host: `acme/shop`, for GitLab also with groups in between. */
export const isPath = (text: string): boolean => {
  const parts = text.split('/');
  return (
    text.length <= 150 &&
    parts.length >= 2 &&
    parts.length <= 5 &&
    parts.every((part) => PART.test(part)) &&
    !text.endsWith('.git')
  );
};

/** Whether it is `host/owner/name`, as a manifest names its repository. */
export function isRepository(text: string): boolean {
  const at = text.indexOf('/');
  return at > 0 && isHost(text.slice(0, at)) && isPath(text.slice(at + 1));
}

/** A file’s path in a repository. */
export const isManifestPath = (text: string): boolean => RELATIVE.test(text);

/** Where the provider’s API is, if it is where it usually is: `https://git.example.com/api/v3`. */
export function apiAt(provider: ProviderName, host: string): string {
  const { host: usual, api, path } = USUAL[provider];
  return api !== undefined && host === usual ? api : `https://${host}${path}`;
}

/**
 * Whether a repository of that provider may be reached by that API: tokens are sent there, so nobody may choose it
 * freely. It is at the repository’s host or below it; or, for one that is on this very machine (`git.localhost`), there.
 */
export function isApiOf(provider: ProviderName, repository: string, api: string): boolean {
  const host = repository.slice(0, repository.indexOf('/'));
  if (Object.entries(USUAL).some(([name, usual]) => usual.host === host && name !== provider)) return false;
  const url = addressOf(api);
  if (!url || url.username || url.password || url.search || url.hash) return false;
  // A machine of Pilotage's own in AWS is no provider of anybody's.
  if (url.protocol === 'http:') return host.endsWith('.localhost');
  if (host === USUAL[provider].host) return api === apiAt(provider, host);
  return url.hostname === host || url.hostname.endsWith(`.${host}`);
}

/** Undefined where a token must not be sent to it. */
function addressOf(api: string): URL | undefined {
  try {
    return safeUrl(api);
  } catch {
    return undefined;
  }
}
