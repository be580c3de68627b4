import { delivery, reader } from './deliveries.ts';

const COMMIT = '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432';
const BEFORE = '5b1f0c9d3e7a8264f1d0c9b8a7e6f5d4c3b2a190';
const TAG_OBJECT = '17a6c0de17a6c0de17a6c0de17a6c0de17a6c0de';
const NONE = '0'.repeat(40);

const repository = { id: 1, html_url: 'https://GitHub.Example.com:8443/Acme/Shop', full_name: 'Acme/Shop' };
const head_commit = { id: COMMIT, message: 'A greener button\n\nAs asked for.' };
const push = { ref: 'refs/heads/main', before: BEFORE, after: COMMIT, forced: false, head_commit, repository };

const request = {
  action: 'opened',
  number: 7,
  repository,
  sender: { login: 'dev' },
  pull_request: {
    title: 'A greener button',
    merged: false,
    head: { ref: 'feature/green', sha: COMMIT, repo: { id: 1 } },
    base: { ref: 'main', sha: BEFORE, repo: { id: 1 } },
  },
};

const read = (event: string, payload: unknown) => reader('github').read(delivery('github', event, payload));
const told = (event: string, payload: unknown) => read(event, payload).told[0];

describe('webhook: GitHub', () => {
  it('names the repository by its page: the host in small letters and without a port', () => {
    expect(read('push', push).repository).toBe('github.example.com/Acme/Shop');
  });

  it('tells a push with what was there before, and the first line of the commit', () => {
    expect(told('push', push)).toEqual({
      told: 'push',
      ref: { kind: 'branch', name: 'main' },
      commit: COMMIT,
      before: BEFORE,
      forced: false,
      message: 'A greener button',
    });
  });

  it('tells a push by force', () => {
    expect(told('push', { ...push, forced: true })).toMatchObject({ told: 'push', forced: true, before: BEFORE });
  });

  it('tells a new branch without a commit before', () => {
    expect(told('push', { ...push, before: NONE })).not.toHaveProperty('before');
  });

  it('takes the commit of an annotated tag, not the object of the tag', () => {
    const tag = { ...push, ref: 'refs/tags/v1.0.0', before: NONE, after: TAG_OBJECT };
    expect(told('push', tag)).toMatchObject({ ref: { kind: 'tag', name: 'v1.0.0' }, commit: COMMIT });
    expect(told('push', { ...tag, head_commit: null })).toMatchObject({ commit: TAG_OBJECT });
  });

  it('does not take the tag’s object of before for a commit, where a tag was moved', () => {
    expect(told('push', { ...push, ref: 'refs/tags/v1', before: TAG_OBJECT })).not.toHaveProperty('before');
  });

  it.each([
    ['refs/heads/old', /the branch old was deleted/],
    ['refs/tags/v0', /the tag v0 was deleted/],
    ['refs/notes/commits', /neither a branch nor a tag/],
  ])('ignores %s that is gone or no branch, and says why', (ref, why) => {
    expect(told('push', { ...push, ref, after: NONE, head_commit: null })).toEqual({
      told: 'ignored',
      why: expect.stringMatching(why),
    });
  });

  it('tells a pull request', () => {
    expect(told('pull_request', request)).toEqual({
      told: 'pull-request',
      number: 7,
      change: 'opened',
      merged: false,
      head: { commit: COMMIT, branch: 'feature/green' },
      base: 'main',
      isForeign: false,
      title: 'A greener button',
      by: 'dev',
    });
  });

  it('tells that it was merged', () => {
    const merged = { ...request, action: 'closed', pull_request: { ...request.pull_request, merged: true } };
    expect(told('pull_request', merged)).toMatchObject({ change: 'closed', merged: true });
  });

  it.each([
    ['of another repository', { id: 2 }],
    ['of a repository that is gone', null],
  ])('calls a head %s foreign', (_, repo) => {
    const { head } = request.pull_request;
    const foreign = { ...request, pull_request: { ...request.pull_request, head: { ...head, repo } } };
    expect(told('pull_request', foreign)).toMatchObject({ isForeign: true });
  });

  it('tells another target as a change, and another title not', () => {
    const edited = (changes: object) => told('pull_request', { ...request, action: 'edited', changes });
    expect(edited({ base: { ref: { from: 'next' }, sha: { from: BEFORE } } })).toMatchObject({ change: 'changed' });
    expect(edited({ title: { from: 'A button' } })).toMatchObject({ told: 'ignored' });
  });
});
