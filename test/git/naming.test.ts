import { isApiOf } from '../../shared/git/naming.ts';
import type { ProviderName } from '../../shared/git/told.ts';

describe('the API of a repository, to which its token is sent', () => {
  it.each<[ProviderName, string, string]>([
    ['github', 'github.com/acme/shop', 'https://api.github.com'],
    ['bitbucket', 'bitbucket.org/acme/shop', 'https://api.bitbucket.org/2.0'],
    ['github', 'git.example.com/acme/shop', 'https://git.example.com/api/v3'],
    ['gitlab', 'git.example.com/acme/shop', 'https://api.git.example.com/v4'],
    ['github', 'git.localhost/acme/site', 'http://127.0.0.1:8080/api/v3'],
  ])('of %s at %s is %s', (provider, repository, api) => {
    expect(isApiOf(provider, repository, api)).toBe(true);
  });

  it.each<[ProviderName, string, string]>([
    ['github', 'git.co.uk/acme/shop', 'https://evil.co.uk/api/v3'],
    ['github', 'git.example.com/acme/shop', 'https://code.example.com/api/v3'],
    ['github', 'git.example.com/acme/shop', 'https://evilgit.example.com/api/v3'],
    ['github', 'github.com/acme/shop', 'http://127.0.0.1:9001/2018-06-01'],
    ['github', 'git.example.com/acme/shop', 'http://localhost:9001'],
    ['github', 'github.com/acme/shop', 'https://uploads.github.com'],
    ['gitlab', 'github.com/acme/shop', 'https://api.github.com'],
  ])('of %s at %s is not %s', (provider, repository, api) => {
    expect(isApiOf(provider, repository, api)).toBe(false);
  });
});
