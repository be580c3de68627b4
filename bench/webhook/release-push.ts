import type { ProviderName } from '../../shared/git/told.ts';

/** How providers name a push. */
export const PUSH_EVENTS: Record<ProviderName, string> = {
  github: 'push',
  gitlab: 'Push Hook',
  bitbucket: 'repo:push',
  'bitbucket-server': 'repo:refs_changed',
};

/** A push to the branch `release` of the attacked repository. */
export function releasePush(provider: ProviderName, commit: string): object {
  const before = 'c'.repeat(40);
  switch (provider) {
    case 'github': {
      const repository = { full_name: 'acme/attacked', html_url: 'https://github.com/acme/attacked' };
      return { after: commit, before, ref: 'refs/heads/release', repository, sender: { login: 'ada' } };
    }
    case 'gitlab': {
      const page = 'https://gitlab.example.com/acme/attacked';
      const project = { path_with_namespace: 'acme/attacked', web_url: page };
      return { after: commit, before, ref: 'refs/heads/release', checkout_sha: commit, project };
    }
    case 'bitbucket': {
      const links = { html: { href: 'https://bitbucket.org/acme/attacked' } };
      const [now, then] = [commit, before].map((hash) => ({ type: 'branch', name: 'release', target: { hash } }));
      return { push: { changes: [{ new: now, old: then }] }, repository: { full_name: 'acme/attacked', links } };
    }
    case 'bitbucket-server': {
      const links = { self: [{ href: 'https://bitbucket.example.com/projects/ACME/repos/attacked/browse' }] };
      const changes = [{ toHash: commit, fromHash: before, refId: 'refs/heads/release' }];
      return { changes, repository: { slug: 'attacked', project: { key: 'ACME' }, links } };
    }
  }
}
