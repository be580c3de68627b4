import { apiAt, isApiOf, isRepository, usualHost } from '../../shared/git/naming.ts';
import { PROVIDERS, type ProviderName } from '../../shared/git/told.ts';
import { type Refused, refused } from '../result.ts';
import { WORDS } from './words.ts';

interface Reached {
  /** `host/owner/name` */
  repository: string;
  /** Where its API usually is, and where it is said to be. */
  usual: string;
  api?: string;
}

/** How a repository that somebody named is reached: its host is in its name, said beside it, or the usual one. */
export function reachedBy(
  provider: ProviderName,
  named: string,
  { host: said, api }: { host?: string; api?: string },
): Reached | Refused {
  const inName = isRepository(named) ? named.slice(0, named.indexOf('/')) : undefined;
  const host = said ?? inName ?? usualHost(provider);
  if (host === undefined) return wrong('nothing says where this Bitbucket is', '--host git.example.com');
  if (inName !== undefined && inName !== host)
    return wrong(`${named} is at ${inName}, and --host says ${host}`, 'one of the two');
  const repository = inName === undefined ? `${host}/${named}` : named;
  const other = PROVIDERS.find((one) => one !== provider && usualHost(one) === host);
  if (other)
    return wrong(
      `${host} is ${WORDS[other].name}, and no place of ${WORDS[provider].name}`,
      `pilot connect ${other} ${repository}`,
    );
  if (!isRepository(repository) || (provider !== 'gitlab' && repository.split('/').length !== 3))
    return wrong(
      `${repository} cannot be a repository at ${WORDS[provider].name}`,
      provider === 'gitlab' ? 'group/name or group/group/name' : 'owner/name',
      'one that is elsewhere: --host git.example.com',
    );
  const usual = apiAt(provider, host);
  const address = api ?? usual;
  if (isApiOf(provider, repository, address)) return { repository, usual, ...(api !== undefined && { api }) };
  return wrong(
    `${address} is no place for the API of ${repository}: tokens are sent there`,
    'https, at the repository’s host or below it, and a provider whose host this is',
  );
}

const wrong = (message: string, expected: string, hint?: string): Refused =>
  refused(2, { code: 'USAGE', message, expected, ...(hint !== undefined && { hint }) });
