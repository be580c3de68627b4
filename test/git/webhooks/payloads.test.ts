import type { ProviderName } from '../../../shared/git/told.ts';
import { delivery, fixture, reader } from './deliveries.ts';

const A = '5b1f0c9d3e7a8264f1d0c9b8a7e6f5d4c3b2a190';
const B = '9f8e7d6c5b4a39281706f5e4d3c2b1a098765432';
const SHORT = B.slice(0, 12);
const MESSAGE = 'A greener button';

const main = { kind: 'branch', name: 'main' };
const green = { kind: 'branch', name: 'feature/green' };
const tag = { kind: 'tag', name: 'v1.0.0' };
const push = (more: object) => ({ told: 'push', commit: B, by: 'dev', ...more });
const request = (more: object) => ({
  told: 'pull-request',
  number: 7,
  change: 'opened',
  merged: false,
  head: { commit: B, branch: 'feature/green' },
  base: 'main',
  isForeign: false,
  title: 'A greener button',
  by: 'dev',
  ...more,
});
const cloudRequest = (more: object) => request({ head: { commit: SHORT, branch: 'feature/green' }, ...more });
const ignored = (why: RegExp) => ({ told: 'ignored', why: expect.stringMatching(why) });

type Row = [fixture: string, event: string, told: object[]];

const GITLAB: Row[] = [
  ['gitlab-push', 'Push Hook', [push({ ref: main, before: A, message: MESSAGE })]],
  ['gitlab-push-new-branch', 'Push Hook', [push({ ref: green })]],
  ['gitlab-branch-deleted', 'Push Hook', [ignored(/the branch old was deleted/)]],
  ['gitlab-tag', 'Tag Push Hook', [push({ ref: tag })]],
  ['gitlab-tag-annotated', 'Tag Push Hook', [push({ ref: tag })]],
  ['gitlab-tag-deleted', 'Tag Push Hook', [ignored(/the tag v1.0.0 was deleted/)]],
  ['gitlab-merge-request-opened', 'Merge Request Hook', [request({})]],
  ['gitlab-merge-request-reopened', 'Merge Request Hook', [request({})]],
  ['gitlab-merge-request-commits', 'Merge Request Hook', [request({ change: 'changed' })]],
  ['gitlab-merge-request-retargeted', 'Merge Request Hook', [request({ change: 'changed', base: 'next' })]],
  ['gitlab-merge-request-title', 'Merge Request Hook', [ignored(/same commits/)]],
  ['gitlab-merge-request-approved', 'Merge Request Hook', [ignored(/same commits/)]],
  ['gitlab-merge-request-merged', 'Merge Request Hook', [request({ change: 'closed', merged: true })]],
  ['gitlab-merge-request-closed', 'Merge Request Hook', [request({ change: 'closed' })]],
  ['gitlab-merge-request-fork', 'Merge Request Hook', [request({ isForeign: true })]],
  ['gitlab-release', 'Release Hook', [ignored(/deploys by its tag/)]],
  ['gitlab-pipeline', 'Pipeline Hook', [ignored(/“Pipeline Hook” says nothing/)]],
  ['gitlab-system-push', 'System Hook', [ignored(/make a webhook of the project instead/)]],
];

const BITBUCKET: Row[] = [
  ['bitbucket-push', 'repo:push', [push({ ref: main, before: A, forced: false, message: MESSAGE })]],
  ['bitbucket-push-forced', 'repo:push', [push({ ref: main, before: A, forced: true, message: MESSAGE })]],
  [
    'bitbucket-push-many',
    'repo:push',
    [
      push({ ref: main, before: A, forced: false, message: MESSAGE }),
      push({ ref: green, forced: false, message: MESSAGE }),
      ignored(/the branch old was deleted/),
      push({ ref: tag, forced: false, message: MESSAGE }),
    ],
  ],
  ['bitbucket-tag-deleted', 'repo:push', [ignored(/the tag v1.0.0 was deleted/)]],
  ['bitbucket-pull-request', 'pullrequest:created', [cloudRequest({})]],
  ['bitbucket-pull-request', 'pullrequest:updated', [cloudRequest({ change: 'changed' })]],
  ['bitbucket-pull-request', 'pullrequest:fulfilled', [cloudRequest({ change: 'closed', merged: true })]],
  ['bitbucket-pull-request', 'pullrequest:rejected', [cloudRequest({ change: 'closed' })]],
  ['bitbucket-pull-request', 'pullrequest:approved', [ignored(/says nothing/)]],
  ['bitbucket-pull-request-fork', 'pullrequest:created', [cloudRequest({ isForeign: true })]],
  ['bitbucket-pull-request-fork-gone', 'pullrequest:created', [cloudRequest({ isForeign: true })]],
  ['bitbucket-described', 'repo:updated', [ignored(/says nothing/)]],
  ['bitbucket-transferred', 'repo:transfer', [ignored(/connect it anew/)]],
];

const BITBUCKET_SERVER: Row[] = [
  ['bitbucket-server-push', 'repo:refs_changed', [push({ ref: main, before: A, message: MESSAGE })]],
  [
    'bitbucket-server-push-many',
    'repo:refs_changed',
    [push({ ref: main, before: A }), push({ ref: green }), ignored(/the branch old was deleted/), push({ ref: tag })],
  ],
  ['bitbucket-server-tag-annotated', 'repo:refs_changed', [push({ ref: tag, message: MESSAGE })]],
  ['bitbucket-server-tag-deleted', 'repo:refs_changed', [ignored(/the tag v1.0.0 was deleted/)]],
  ['bitbucket-server-pull-request', 'pr:opened', [request({})]],
  ['bitbucket-server-pull-request', 'pr:from_ref_updated', [request({ change: 'changed' })]],
  ['bitbucket-server-pull-request', 'pr:merged', [request({ change: 'closed', merged: true })]],
  ['bitbucket-server-pull-request', 'pr:declined', [request({ change: 'closed' })]],
  ['bitbucket-server-pull-request', 'pr:deleted', [request({ change: 'closed' })]],
  ['bitbucket-server-pull-request', 'pr:comment:added', [ignored(/says nothing/)]],
  ['bitbucket-server-pull-request-fork', 'pr:opened', [request({ isForeign: true })]],
  ['bitbucket-server-pull-request-retargeted', 'pr:modified', [request({ change: 'changed' })]],
  ['bitbucket-server-pull-request-title', 'pr:modified', [ignored(/same commits/)]],
];

const PROVIDERS: [ProviderName, string, Row[]][] = [
  ['gitlab', 'gitlab.example.com/acme/web/shop', GITLAB],
  ['bitbucket', 'bitbucket.org/Acme/Shop', BITBUCKET],
  ['bitbucket-server', 'bitbucket.example.com/ACME/shop', BITBUCKET_SERVER],
];

describe.each(PROVIDERS)('webhook: %s', (provider, repository, rows) => {
  const read = (name: string, event: string) => reader(provider).read(delivery(provider, event, fixture(name)));

  it.each(rows)('reads %s as %s as documented', (name, event, told) => {
    expect(read(name, event)).toEqual({ repository, told });
  });
});

describe('webhook: what is of no repository that we know', () => {
  const read = (provider: ProviderName, name: string, event: string) =>
    reader(provider).read(delivery(provider, event, fixture(name)));

  it('is the ping of Bitbucket Data Center', () => {
    expect(read('bitbucket-server', 'bitbucket-server-ping', 'diagnostics:ping')).toEqual({ told: [{ told: 'ping' }] });
  });

  it.each<[ProviderName, string, string, string | undefined]>([
    ['gitlab', 'gitlab-project-renamed', 'Project Hook', undefined],
    ['gitlab', 'gitlab-project-renamed', 'System Hook', undefined],
    ['bitbucket', 'bitbucket-renamed', 'repo:updated', 'bitbucket.org/Acme/Store'],
    ['bitbucket-server', 'bitbucket-server-renamed', 'repo:modified', 'bitbucket.example.com/ACME/store'],
  ])('is one of %s that has another name (%s, %s): it is to be connected anew', (provider, name, event, repository) => {
    const reading = read(provider, name, event);
    expect(reading.repository).toBe(repository);
    expect(reading.told).toEqual([ignored(/connect it anew/)]);
  });
});
