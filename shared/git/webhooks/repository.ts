/**
 * `host/owner/name`, as a manifest names a repository: the host of a page of it, without a port, and its path there.
 * @returns undefined where the address is none, or the path has not at least an owner and a name
 */
export function repositoryName(page: string, path: string): string | undefined {
  if (!URL.canParse(page)) return undefined;
  const { protocol, hostname } = new URL(page);
  if (!['http:', 'https:'].includes(protocol) || !PATH.test(path)) return undefined;
  return `${hostname}/${path}`;
}

/** Whether two names are of the same repository: no provider tells capital letters from small ones. */
export function sameRepository(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

const PATH = /^(?=.{3,400}$)[\w.~-]+(?:\/[\w.~-]+)+$/;
