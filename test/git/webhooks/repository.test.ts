import { repositoryName, sameRepository } from '../../../shared/git/webhooks/repository.ts';

describe('webhook: the name of a repository', () => {
  it('is the host without a port, and the path as it is written', () => {
    expect(repositoryName('https://Git.Example.com:8443/x', 'Acme/web/Shop')).toBe('git.example.com/Acme/web/Shop');
  });

  it('is the same in capital letters', () => {
    expect(sameRepository('github.com/Acme/Shop', 'github.com/acme/shop')).toBe(true);
    expect(sameRepository('github.com/acme/shop', 'github.com/acme/shops')).toBe(false);
    expect(sameRepository('github.com/acme/shop', 'gitlab.com/acme/shop')).toBe(false);
  });

  it.each(['shop', '/acme/shop', 'acme/shop/', 'acme//shop', 'acme/sh op', `acme/${'a'.repeat(400)}`, 'acme/shöp'])(
    'is none with the path %j',
    (path) => {
      expect(repositoryName('https://github.com', path)).toBeUndefined();
    },
  );
});
