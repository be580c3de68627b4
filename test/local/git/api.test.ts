import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkingCopy } from '../../../local/git/working-copy.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { type Calling, calling } from './calling.ts';

const NAME = 'acme/site';

let git: GitServer;
let copy: WorkingCopy;
let call: Calling;
let commit: string;
beforeEach(async () => {
  git = await gitServer();
  copy = await git.workOn(NAME);
  call = calling(git, NAME);
  commit = await copy.commit({ 'index.html': 'one\n', 'pages/a b.html': 'two\n' }, 'First');
  await copy.push();
});
afterEach(() => git.stop());

describe('webhook local git: the API answers from the repository', () => {
  it('who it is and which branch is the default', async () => {
    expect(await call('GET', '')).toMatchObject({
      status: 200,
      body: { full_name: NAME, default_branch: 'main', html_url: `http://git.localhost:${git.port}/${NAME}` },
    });
  });

  it.each([
    ['no token', { authorization: '' }, 401],
    ['another token', { authorization: 'Bearer another' }, 401],
    ['the token', {}, 200],
  ])('with %s', async (_what, headers, status) => {
    expect((await call('GET', '', undefined, headers)).status).toBe(status);
  });

  it('404 for what is not there', async () => {
    const other = calling(git, 'acme/other');
    for (const answer of [await other('GET', ''), await call('GET', '/colours'), await call('PUT', '')])
      expect(answer).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });

  it('where branches and tags are, also those with slashes', async () => {
    await copy.branch('feature/blue');
    const other = await copy.commit({ 'index.html': 'three\n' });
    const tag = await copy.tag('v1', { message: 'The first', commit });
    await copy.push('feature/blue', 'v1');
    const branch = await call('GET', '/git/ref/heads/feature/blue');
    expect(branch.body).toMatchObject({ ref: 'refs/heads/feature/blue', object: { type: 'commit', sha: other } });
    expect((await call('GET', '/git/ref/tags/v1')).body).toMatchObject({ object: { type: 'tag', sha: tag } });
    expect((await call('GET', `/git/tags/${tag}`)).body).toMatchObject({
      ...{ tag: 'v1', message: 'The first', object: { type: 'commit', sha: commit } },
      tagger: { name: 'Acme', email: 'acme@example.com' },
    });
    for (const ref of ['heads/feature', 'tags/v2', 'heads/main%5E'])
      expect((await call('GET', `/git/ref/${ref}`)).status).toBe(404);
    expect((await call('GET', `/git/tags/${commit}`)).status).toBe(404);
    expect((await call('GET', `/git/commits/${commit}`)).body).toMatchObject({
      ...{ sha: commit, message: 'First', parents: [], author: { name: 'Acme' }, tree: { sha: expect.any(String) } },
    });
    for (const none of [tag, 'main', '1'.repeat(40)])
      expect((await call('GET', `/git/commits/${none}`)).status).toBe(404);
  });

  it('409 while there is no commit', async () => {
    await git.createRepository('acme/empty');
    expect((await calling(git, 'acme/empty')('GET', '/git/ref/heads/main')).status).toBe(409);
  });

  it('a commit, by its id, its branch, or as its id alone', async () => {
    for (const name of [commit, 'main', commit.slice(0, 10)])
      expect((await call('GET', `/commits/${name}`)).body).toMatchObject({
        ...{ sha: commit, commit: { message: 'First', author: { name: 'Acme' } }, parents: [] },
        ...{
          stats: { additions: 2, deletions: 0, total: 2 },
          files: [{ filename: 'index.html', status: 'added' }, {}],
        },
      });
    const id = await call('GET', '/commits/main', undefined, { accept: 'application/vnd.github.sha' });
    expect(id.bytes.toString()).toBe(commit);
    expect(await call('GET', `/commits/${'1'.repeat(40)}`)).toMatchObject({
      ...{ status: 422, body: { message: `No commit found for SHA: ${'1'.repeat(40)}` } },
    });
  });

  it('a file as JSON and raw, and a folder', async () => {
    const path = '/contents/pages/a%20b.html';
    expect((await call('GET', `${path}?ref=${commit}`)).body).toMatchObject({
      ...{ type: 'file', path: 'pages/a b.html', size: 4, encoding: 'base64' },
      content: Buffer.from('two\n').toString('base64'),
    });
    const raw = await call('GET', path, undefined, { accept: 'application/vnd.github.raw+json' });
    expect(raw.bytes.toString()).toBe('two\n');
    expect((await call('GET', '/contents/')).body).toMatchObject([
      { name: 'index.html', type: 'file' },
      { name: 'pages', type: 'dir' },
    ]);
    expect((await call('GET', '/contents/pages')).body).toMatchObject([{ name: 'a b.html', path: 'pages/a b.html' }]);
    for (const missing of [
      '/contents/none.html',
      '/contents/index.html/x',
      '/contents/in*',
      '/contents/index.html?ref=none',
    ])
      expect((await call('GET', missing)).status).toBe(404);
  });

  it('how two commits differ, from where they parted', async () => {
    const [base, head] = [await copy.commit({ 'index.html': 'main\n' }, 'On main'), 'topic'];
    await copy.push();
    await copy.run('switch', '--quiet', '--create', head, commit);
    const topic = await copy.commit(
      { 'pages/c.html': 'two\n', 'pages/a b.html': undefined, 'new.html': 'x\n' },
      'On topic',
    );
    await copy.push();
    const { body } = await call('GET', `/compare/${base}...${topic}`);
    expect(body).toMatchObject({
      ...{ status: 'diverged', ahead_by: 1, behind_by: 1, total_commits: 1, merge_base_commit: { sha: commit } },
      ...{ base_commit: { sha: base }, commits: [{ sha: topic }] },
      files: [
        { filename: 'new.html', status: 'added', additions: 1, deletions: 0, changes: 1 },
        { filename: 'pages/c.html', status: 'renamed', previous_filename: 'pages/a b.html', changes: 0 },
      ],
    });
    expect((await call('GET', `/compare/${commit}...main`)).body).toMatchObject({ status: 'ahead', ahead_by: 1 });
    expect((await call('GET', '/compare/main...main')).body).toMatchObject({ status: 'identical', files: [] });
    expect((await call('GET', '/compare/main...none')).status).toBe(404);
  });

  it('names 300 files and no more', async () => {
    const files = Object.fromEntries(Array.from({ length: 310 }, (_one, index) => [`many/${index}.txt`, `${index}`]));
    const many = await copy.commit(files);
    await copy.push();
    const { body } = await call('GET', `/compare/${commit}...${many}`);
    expect((body as { files: unknown[] }).files).toHaveLength(300);
  });

  it('the zip of a commit, of one folder, at another address', async () => {
    const sent = await call('GET', `/zipball/${commit}`);
    expect(sent.status).toBe(302);
    const zip = await fetch(sent.headers.get('location') ?? '');
    const file = join(git.folder, 'commit.zip');
    await writeFile(file, Buffer.from(await zip.arrayBuffer()));
    const { stdout } = await promisify(execFile)('unzip', ['-Z1', file]);
    const folder = `acme-site-${commit.slice(0, 7)}`;
    expect(stdout.split('\n').filter((name) => !name.endsWith('/'))).toEqual(
      expect.arrayContaining([`${folder}/index.html`, `${folder}/pages/a b.html`]),
    );
    expect((await call('GET', '/zipball/none')).status).toBe(404);
  });
});

describe('webhook local git: the API keeps what it is told', () => {
  it('statuses of a commit, the newest first, and as one', async () => {
    const path = `/statuses/${commit}`;
    for (const state of ['pending', 'success']) await call('POST', path, { state, context: 'pilotage/acme' });
    await call('POST', path, { state: 'pending', context: 'other', description: 'Waits' });
    expect((await call('GET', '/commits/main/statuses')).body).toMatchObject([
      { context: 'other', state: 'pending', description: 'Waits', creator: { login: 'acme' } },
      { context: 'pilotage/acme', state: 'success' },
      { context: 'pilotage/acme', state: 'pending' },
    ]);
    expect((await call('GET', `/commits/${commit}/status`)).body).toMatchObject({ state: 'pending', total_count: 2 });
    expect(git.told(NAME).statuses.map(({ state }) => state)).toEqual(['pending', 'success', 'pending']);
  });

  it.each([
    ['another state', { state: 'blue' }],
    ['a description of more than 140 characters', { state: 'success', description: 'x'.repeat(141) }],
    ['an address that is none', { state: 'success', target_url: 'acme' }],
  ])('takes no status with %s', async (_what, body) => {
    expect((await call('POST', `/statuses/${commit}`, body)).status).toBe(422);
    expect(git.told(NAME).statuses).toEqual([]);
  });

  it('takes no status of a commit that is not there', async () => {
    expect((await call('POST', `/statuses/${'1'.repeat(40)}`, { state: 'success' })).status).toBe(422);
  });

  it('comments, page by page, which can be changed and removed', async () => {
    const path = `/commits/${commit}/comments`;
    for (let number = 1; number <= 5; number++) await call('POST', path, { body: `${number}` });
    const page = await call('GET', `${path}?per_page=2&page=2`);
    expect(page.body).toMatchObject([{ body: '3' }, { body: '4' }]);
    expect(page.headers.get('link')).toMatch(/page=3>; rel="next"/);
    const [{ id }] = page.body as [{ id: number }];
    expect((await call('PATCH', `/comments/${id}`, { body: 'three' })).body).toMatchObject({ id, body: 'three' });
    expect((await call('PATCH', `/issues/comments/${id}`, { body: 'three' })).status).toBe(404);
    expect((await call('DELETE', `/comments/${id}`)).status).toBe(204);
    expect(git.told(NAME).comments.map(({ body }) => body)).toEqual(['1', '2', '4', '5']);
    expect((await call('POST', path, { body: 'x'.repeat(65_537) })).status).toBe(422);
    expect((await call('POST', '/issues/7/comments', { body: 'x' })).status).toBe(404);
  });

  it('deployments, and none while a status of the commit is not well', async () => {
    await call('POST', `/statuses/${commit}`, { state: 'pending', context: 'pilotage' });
    expect((await call('POST', '/deployments', { ref: 'main' })).status).toBe(409);
    const made = await call('POST', '/deployments', { ref: 'main', required_contexts: [], environment: 'staging' });
    const { id } = made.body as { id: number };
    expect(made).toMatchObject({ status: 201, body: { sha: commit, ref: 'main', environment: 'staging' } });
    for (const state of ['in_progress', 'success'])
      await call('POST', `/deployments/${id}/statuses`, { state, environment_url: 'https://acme.example.com' });
    expect((await call('GET', `/deployments/${id}/statuses`)).body).toMatchObject([
      { state: 'success', environment_url: 'https://acme.example.com' },
      { state: 'in_progress' },
    ]);
    const next = await call('POST', '/deployments', { ref: commit, required_contexts: [], environment: 'staging' });
    await call('POST', `/deployments/${(next.body as { id: number }).id}/statuses`, { state: 'success' });
    expect((await call('GET', `/deployments/${id}/statuses`)).body).toMatchObject([{ state: 'inactive' }, {}, {}]);
    expect((await call('GET', `/deployments?environment=staging&sha=${commit}`)).body).toHaveLength(2);
  });

  it('hooks, whose secret is never shown, and which go without one when it is not given again', async () => {
    const config = { url: 'http://127.0.0.1:9/hook', content_type: 'json', secret: 'correct-horse' };
    const made = await call('POST', '/hooks', { events: ['push'], config });
    expect(made).toMatchObject({ status: 201, body: { active: true, config: { secret: '********' } } });
    expect(JSON.stringify(made.body)).not.toContain('correct-horse');
    expect((await call('POST', '/hooks', { events: ['push'], config })).status).toBe(422);
    const { id } = made.body as { id: number };
    const { secret: _secret, ...without } = config;
    const changed = await call('PATCH', `/hooks/${id}`, { config: without, add_events: ['pull_request'] });
    expect(changed.body).toMatchObject({ events: ['push', 'pull_request'] });
    expect(changed.body).not.toHaveProperty('config.secret');
    expect((await call('POST', `/hooks/${id}/pings`)).status).toBe(204);
    await git.settled();
    const pings = git.deliveries().filter(({ event }) => event === 'ping');
    expect(pings.map(({ request }) => 'x-hub-signature-256' in request.headers)).toEqual([true, false]);
    const shown = await call('GET', `/hooks/${id}/deliveries`);
    expect(shown.body).toMatchObject([{ event: 'ping', status_code: 0 }, { event: 'ping' }]);
    expect((await call('DELETE', `/hooks/${id}`)).status).toBe(204);
    expect((await call('GET', '/hooks')).body).toEqual([]);
  });

  it('a hook without a content type gets forms', async () => {
    await call('POST', '/hooks', { config: { url: 'http://127.0.0.1:9/hook' } });
    expect(git.deliveries().at(-1)?.request).toMatchObject({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: expect.stringMatching(/^payload=%7B/),
    });
  });

  it.each([
    ['an answer', 502],
    ['a broken connection', 'lost' as const],
  ])('goes wrong by %s, as often as asked', async (_what, status) => {
    git.fail({ path: '/statuses/', status, times: 2 });
    const create = () =>
      call('POST', `/statuses/${commit}`, { state: 'success' }).then(
        (answer) => answer.status,
        () => 'lost',
      );
    expect([await create(), await create(), await create()]).toEqual([status, status, 201]);
    expect(git.told(NAME).statuses).toHaveLength(status === 'lost' ? 3 : 1);
  });
});
