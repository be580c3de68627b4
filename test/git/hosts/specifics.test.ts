import type { ShownDeployment } from '../../../shared/git/host.ts';
import type { ProviderName } from '../../../shared/git/told.ts';
import { type Stand, standIn } from './stands.ts';
import { FIRST, SECOND, TAGGED } from './world.ts';

const main = { kind: 'branch', name: 'main' } as const;
const status = { name: 'pilotage/shop', state: 'success', text: 'live' } as const;
const hook = { url: 'https://hooks.example.com/in/1', secret: 's3cret' };

let stand: Stand;
const open = async (provider: ProviderName) => {
  stand = await standIn(provider);
  return stand;
};
afterEach(() => stand.served.close());
const last = () => stand.served.asked.at(-1);

describe('webhook hosts: GitHub alone', () => {
  test('a repository without commits has no branches', async () => {
    const { host, served } = await open('github');
    served.faults.push({ does: { status: 409, body: { message: 'Git Repository is empty.' } } });
    expect(await host.head(main)).toBeUndefined();
  });

  test('a tag of a tag is its commit, a tag of a file none', async () => {
    const { host, served } = await open('github');
    const tag = { kind: 'tag', name: 'v1' } as const;
    served.faults.push({ does: { body: { object: { type: 'tag', sha: 'b'.repeat(40) } } } });
    served.faults.push({ does: { body: { object: { type: 'tag', sha: 'a'.repeat(40) } } } });
    expect(await host.head(tag)).toBe(TAGGED);
    served.faults.push({ does: { body: { object: { type: 'blob', sha: 'a'.repeat(40) } } } });
    expect(await host.head(tag)).toBeUndefined();
  });

  test('a comparison of 300 files may be cut, one with another ancestor tells not what went away', async () => {
    const { host, world, served } = await open('github');
    world.changes = Array.from({ length: 299 }, (_, at) => ({ path: `${at}` }));
    expect(await host.changedPaths(FIRST, SECOND)).toHaveLength(299);
    world.changes.push({ path: 'one more' });
    expect(await host.changedPaths(FIRST, SECOND)).toBeUndefined();
    served.faults.push({ does: { body: { status: 'diverged', files: [{ filename: 'a' }] } } });
    expect(await host.changedPaths(FIRST, SECOND)).toBeUndefined();
  });

  test('more tags than an answer may hold are too many, and an empty repository has none', async () => {
    const { host, world, served } = await open('github');
    for (let at = 0; at < 25_000; at++) world.tags[`v${at}-${'x'.repeat(200)}`] = { commit: FIRST };
    expect(await host.tags('v')).toBeUndefined();
    served.faults.push({ does: { status: 409, body: { message: 'Git Repository is empty.' } } });
    expect(await host.tags('v')).toEqual({ names: [], isWhole: true });
  });

  test('a webhook is sent as JSON, over verified HTTPS', async () => {
    const { host } = await open('github');
    await host.putHook(hook);
    expect(last()?.body).toEqual({
      name: 'web',
      active: true,
      events: ['push', 'pull_request'],
      config: { ...hook, content_type: 'json', insecure_ssl: '0' },
    });
  });

  test('its version of the API is named, and no URL where there is none', async () => {
    const { host } = await open('github');
    await host.setStatus(SECOND, status);
    expect(last()?.headers['x-github-api-version']).toBe('2022-11-28');
    expect(last()?.body).toEqual({ state: 'success', context: 'pilotage/shop', description: 'live' });
  });

  test('a comment’s mark is not shown', async () => {
    const { host, world } = await open('github');
    await host.commentOnCommit(SECOND, 'pilotage:shop', 'hello\n');
    expect(world.commitComments[0]?.text).toBe('hello\n\n<!-- pilotage:shop -->');
  });

  test('a comment that says it already is not changed, one too long is cut', async () => {
    const { host, world } = await open('github');
    await host.commentOnCommit(SECOND, 'pilotage:shop', 'y'.repeat(80_000));
    await host.commentOnCommit(SECOND, 'pilotage:shop', 'y'.repeat(80_000));
    expect(world.commitComments[0]?.version).toBe(0);
    expect(world.commitComments[0]?.text.length).toBeLessThan(32_768);
  });
});

describe('webhook hosts: pull requests that are not whole', () => {
  const without = (provider: 'gitlab' | 'bitbucket', body: object) =>
    open(provider).then(({ host, served }) => {
      served.faults.push({ does: { body } });
      return host.pullRequest(7);
    });
  const ofGitlab = {
    ...{ iid: 7, state: 'opened', sha: null, source_branch: 'topic', target_branch: 'main' },
    ...{ source_project_id: 5, target_project_id: 5, updated_at: '2026-11-21T01:00:00.000Z' },
  };

  test('GitLab’s of a branch without a commit is none yet, one that is being merged is open', async () => {
    expect(await without('gitlab', ofGitlab)).toBeUndefined();
    await stand.served.close();
    const merging = { ...ofGitlab, state: 'locked', sha: SECOND };
    expect(await without('gitlab', merging)).toMatchObject({ isOpen: true, merged: false });
  });

  test('Bitbucket’s of a fork that took its commits along is none', async () => {
    const side = { branch: { name: 'topic' }, commit: null, repository: null };
    const pull = { id: 7, state: 'OPEN', updated_on: '2026-11-21T01:00:00+00:00', source: side, destination: side };
    expect(await without('bitbucket', pull)).toBeUndefined();
  });
});

describe('webhook hosts: deployments, which GitHub alone shows', () => {
  const shown: ShownDeployment = {
    ...{ id: 'shop_staging_20261121T015715Z-000000000001', commit: SECOND, environment: 'shop/staging' },
    ...{ isProduction: false, state: 'queued', text: 'Validate' },
  };
  const later = { ...shown, id: 'shop_staging_20261121T025715Z-000000000002' };
  const statesOf = (at: number) => stand.world.deployments[at]?.statuses.map(({ state }) => state);

  test.each(['gitlab', 'bitbucket', 'bitbucket-server'] as const)('not %s', async (provider) => {
    expect((await open(provider)).host.showDeployment).toBeUndefined();
  });

  test('one is made without a merge and without waiting for statuses, ours among them', async () => {
    const { host, world } = await open('github');
    await host.showDeployment?.(shown);
    expect(world.deployments[0]?.body).toEqual({
      ...{ ref: SECOND, auto_merge: false, required_contexts: [], environment: 'shop/staging' },
      ...{ payload: { pilotage: shown.id }, description: shown.id },
      ...{ production_environment: false, transient_environment: true },
    });
    await host.showDeployment?.({ ...shown, id: 'other', environment: 'shop/production', isProduction: true });
    expect(world.deployments[1]?.body).toMatchObject({ production_environment: true, transient_environment: false });
  });

  test('one is made once, and given a status where something is new', async () => {
    const { host, world } = await open('github');
    const live = { ...shown, state: 'success', text: 'live', url: 'https://shop.example.com' } as const;
    for (const next of [shown, shown, { ...shown, state: 'in_progress' } as const, live, live])
      await host.showDeployment?.(next);
    expect(world.deployments).toHaveLength(1);
    expect(statesOf(0)).toEqual(['success', 'in_progress', 'queued']);
    expect(world.deployments[0]?.statuses[0]).toEqual({
      ...{ state: 'success', description: 'live', environment_url: live.url, log_url: '' },
    });
    await host.showDeployment?.({ ...live, log: 'https://logs.example.com/1' });
    expect(world.deployments[0]?.statuses[0]).toMatchObject({ log_url: 'https://logs.example.com/1' });
  });

  test('one is found again though its payload comes as text, and among a hundred of others', async () => {
    const { host, world } = await open('github');
    await host.showDeployment?.(shown);
    const [ours] = world.deployments;
    if (!ours) throw new Error('none was made');
    ours.body.payload = JSON.stringify(ours.body.payload);
    for (let id = 1000; id < 1120; id++) world.deployments.push({ ...ours, id, body: { payload: {} }, statuses: [] });
    await host.showDeployment?.({ ...shown, state: 'inactive' });
    expect(world.deployments).toHaveLength(121);
    expect(statesOf(0)).toEqual(['inactive', 'queued']);
  });

  test.each([/deployments$/, /statuses$/])('one is made and told once though the answer was lost: %s', async (path) => {
    const { host, world, served } = await open('github');
    served.faults.push({ when: (asked) => asked.method === 'POST' && path.test(asked.path), does: 'reset after' });
    await host.showDeployment?.(shown);
    expect(world.deployments).toHaveLength(1);
    expect(statesOf(0)).toEqual(['queued']);
  });

  test('one that succeeds ends what served there before, none that is newer, of others, or failed', async () => {
    const { host, world } = await open('github');
    const first = { ...shown, id: 'shop_staging_20261121T005715Z-000000000000', state: 'failure' } as const;
    await host.showDeployment?.(first);
    await host.showDeployment?.({ ...shown, state: 'success' });
    const own = { state: 'success', description: '', environment_url: '', log_url: '' };
    world.deployments.push({ id: 7, sha: FIRST, environment: 'shop/staging', body: { payload: {} }, statuses: [own] });
    await host.showDeployment?.({ ...later, state: 'success' });
    await host.showDeployment?.({ ...shown, state: 'success', text: 'told late' });
    expect([0, 1, 2, 3].map(statesOf)).toEqual([
      ['failure'],
      ['success', 'inactive', 'success'],
      ['success'],
      ['success'],
    ]);
  });
});

describe('webhook hosts: GitLab alone', () => {
  const signing = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  test('a secret that signs is a signing token, any other the token that comes along', async () => {
    const { host, world } = await open('gitlab');
    await host.putHook({ ...hook, secret: signing });
    expect(last()?.body).toMatchObject({ signing_token: signing });
    expect(last()?.body).not.toHaveProperty('token');
    await host.putHook(hook);
    expect(last()?.body).toMatchObject({ token: hook.secret });
    expect(last()?.body).not.toHaveProperty('signing_token');
    await host.putHook({ ...hook, secret: signing });
    expect(world.hooks).toMatchObject([{ secret: signing }]);
  });

  test('a version without signing tokens passes over one: that is told', async () => {
    const { host, served } = await open('gitlab');
    const when = ({ method }: { method: string }) => method === 'POST';
    served.faults.push({ when, does: { status: 201, body: { id: 1, url: hook.url } } });
    await expect(host.putHook({ ...hook, secret: signing })).rejects.toThrow(/took no signing token.*--signing$/);
  });

  test('a status that cannot change otherwise than by name is told, another refusal is trouble', async () => {
    const { host, served } = await open('gitlab');
    await host.setStatus(SECOND, { ...status, state: 'pending' });
    await host.setStatus(SECOND, { ...status, state: 'pending' });
    served.faults.push({ does: { status: 400, body: { message: { name: ['is too long'] } } } });
    await expect(host.setStatus(SECOND, status)).rejects.toThrow(/400 {"name":\["is too long"\]}/);
  });

  test('a comparison that was given up tells nothing', async () => {
    const { host, served } = await open('gitlab');
    served.faults.push({ does: { body: { diffs: [{ old_path: 'a', new_path: 'a' }], compare_timeout: true } } });
    expect(await host.changedPaths(FIRST, SECOND)).toBeUndefined();
  });

  test('a webhook that GitLab stopped is not active', async () => {
    const { host, served } = await open('gitlab');
    served.faults.push({ does: { body: [{ id: 1, url: hook.url, alert_status: 'temporarily_disabled' }] } });
    expect(await host.hooks(hook.url)).toEqual([{ id: '1', url: hook.url, isActive: false }]);
  });

  test('an archive holds pointers where files are large', async () => {
    const { host, served } = await open('gitlab');
    served.faults.push({ does: { status: 404 } });
    await expect(host.archive(SECOND, '/nonexistent/a.zip', 10)).rejects.toMatchObject({ fault: 'missing' });
    expect(last()?.query.get('include_lfs_blobs')).toBe('false');
  });

  test('an empty project has no default branch', async () => {
    const { host, served } = await open('gitlab');
    served.faults.push({ does: { body: { default_branch: null } } });
    await expect(host.defaultBranch()).rejects.toMatchObject({ fault: 'missing' });
  });
});

describe('webhook hosts: Bitbucket alone', () => {
  test.each([
    ['bitbucket', '/acme/site/commits/'],
    ['bitbucket-server', '/git/projects/ACME/repos/site/commits/'],
  ] as const)('%s: a status without a URL leads to the commit', async (provider, path) => {
    const { host, world, served } = await open(provider);
    await host.setStatus(SECOND, status);
    expect(world.statuses[0]?.url).toBe(`${served.origin}${path}${SECOND}`);
  });

  test('a comment’s mark is written as a link’s definition, since HTML is shown', async () => {
    const { host, world } = await open('bitbucket');
    await host.commentOnPullRequest(7, 'pilotage:shop', 'hello');
    expect(world.pullComments[0]?.text).toBe('hello\n\n[//]: # (pilotage:shop)');
  });

  test('a deleted comment is not changed', async () => {
    const { host, world, served } = await open('bitbucket');
    const deleted = { id: 5, deleted: true, content: { raw: 'x\n\n[//]: # (pilotage:shop)' } };
    served.faults.push({ when: ({ method }) => method === 'GET', does: { body: { values: [deleted] } } });
    await host.commentOnPullRequest(7, 'pilotage:shop', 'hello');
    expect(world.pullComments).toHaveLength(1);
  });

  test('a difference that takes too long tells nothing', async () => {
    const { host, served } = await open('bitbucket');
    served.faults.push({ does: { status: 555 } });
    expect(await host.changedPaths(FIRST, SECOND)).toBeUndefined();
    expect(served.asked).toHaveLength(1);
  });

  test('a page that leads to another host is not asked for', async () => {
    const { host, served } = await open('bitbucket');
    served.faults.push({ does: { body: { values: [], next: 'https://example.com/2.0/next' } } });
    await expect(host.hooks(hook.url)).rejects.toThrow(/leads to another host, example\.com/);
  });

  test('an added and a removed file have one path each', async () => {
    const { host, served } = await open('bitbucket');
    served.faults.push({
      does: {
        body: {
          values: [
            { old: null, new: { path: 'a' } },
            { old: { path: 'b' }, new: null },
          ],
        },
      },
    });
    expect(await host.changedPaths(FIRST, SECOND)).toEqual(['a', 'b']);
  });
});

describe('webhook hosts: Bitbucket Data Center alone', () => {
  test('an empty repository has no default branch', async () => {
    const { host, world } = await open('bitbucket-server');
    world.branches = {};
    await expect(host.defaultBranch()).rejects.toThrow(
      expect.objectContaining({ fault: 'missing', message: expect.stringContaining('the repository is empty') }),
    );
  });

  test('a comment changed by another meanwhile is looked at again', async () => {
    const { host, world, served } = await open('bitbucket-server');
    await host.commentOnPullRequest(7, 'pilotage:shop', 'first');
    served.faults.push({
      when: ({ method }) => method === 'PUT',
      does: { status: 409, body: { errors: [{ message: 'out-of-date' }] } },
    });
    await host.commentOnPullRequest(7, 'pilotage:shop', 'second');
    expect(world.pullComments.map(({ text, version }) => [text.split('\n')[0], version])).toEqual([['second', 1]]);
  });

  test('a commit is told by a report, whose details are cut', async () => {
    const { host } = await open('bitbucket-server');
    await host.commentOnCommit(SECOND, 'pilotage:shop', 'z'.repeat(3000));
    expect(last()?.path).toBe(
      `/git/rest/insights/1.0/projects/ACME/repos/site/commits/${SECOND}/reports/pilotage%3Ashop`,
    );
    expect(last()?.body).toEqual({ title: 'Pilotage', reporter: 'Pilotage', details: `${'z'.repeat(1999)}…` });
  });

  test('a branch is asked for by its whole name', async () => {
    const { host } = await open('bitbucket-server');
    await host.head(main);
    expect(last()?.query.get('until')).toBe('refs/heads/main');
  });
});
