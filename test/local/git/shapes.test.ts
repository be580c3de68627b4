import examplesOfGitHub from '@octokit/webhooks-examples';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { type Calling, calling } from './calling.ts';
import { type Hearing, hearing } from './hearing.ts';

/** What of them is used here; the package says that it has a default export, and has none. */
const definitions = examplesOfGitHub as unknown as { name: string; examples: object[] }[];

const NAME = 'acme/site';

let git: GitServer;
let listener: Hearing;
let call: Calling;
let commit: string;
let sent: Map<string, object>;
beforeAll(async () => {
  [git, listener] = await Promise.all([gitServer(), hearing()]);
  call = calling(git, NAME);
  const copy = await git.workOn(NAME);
  await listener.hookOf(git, NAME, 'secret');
  commit = await copy.commit({ 'index.html': 'one' });
  await copy.push();
  await copy.branch('topic');
  await copy.commit({ 'index.html': 'two' });
  await copy.push();
  await git.openPull(NAME, { head: 'topic' });
  await git.settled();
  sent = new Map(git.deliveries().map(({ event, payload }) => [event, payload]));
});
afterAll(() => Promise.all([git.stop(), listener.stop()]));

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], value);

/** The keys that GitHub’s examples of an event have at a place: those that all have, and those that any has. */
function keysIn(event: string, path: string): { always: string[]; ever: string[] } {
  const { examples = [] } = definitions.find(({ name }) => name === event) ?? {};
  const found = examples.map((one) => (path ? at(one, path) : one)).filter((one) => typeof one === 'object' && one);
  const sets = found.map((one) => Object.keys(one as object));
  const ever = [...new Set(sets.flat())];
  if (!ever.length) throw new Error(`no example of ${event} has ${path}`);
  return { always: ever.filter((key) => sets.every((set) => set.includes(key))), ever };
}

function expectShape(shown: unknown, event: string, path: string): void {
  const { always, ever } = keysIn(event, path);
  const keys = Object.keys(shown as object);
  expect(keys).toEqual(expect.arrayContaining(always));
  expect(keys.filter((key) => !ever.includes(key))).toEqual([]);
}

describe('webhook local git: what is sent has the keys of GitHub’s examples', () => {
  it.each([
    ['push', ['', 'repository', 'repository.owner', 'head_commit', 'head_commit.author', 'pusher', 'sender']],
    ['ping', ['', 'hook', 'hook.config', 'hook.last_response', 'repository']],
    [
      'pull_request',
      ['', 'pull_request', 'pull_request.head', 'pull_request.base.repo', 'pull_request._links', 'repository'],
    ],
  ])('%s', (event, paths) => {
    for (const path of paths) expectShape(path ? at(sent.get(event), path) : sent.get(event), event, path);
  });

  it.each([
    ['push', 'repository.created_at', 'number'],
    ['push', 'repository.pushed_at', 'number'],
    ['push', 'repository.updated_at', 'string'],
    ['pull_request', 'repository.created_at', 'string'],
  ])('%s tells %s as a %s', (event, path, type) => {
    const example = definitions.find(({ name }) => name === event)?.examples[0];
    expect([typeof at(example, path), typeof at(sent.get(event), path)]).toEqual([type, type]);
  });
});

describe('webhook local git: what the API answers has the keys of GitHub’s examples', () => {
  it('comments', async () => {
    expectShape(
      (await call('POST', `/commits/${commit}/comments`, { body: 'Fine' })).body,
      'commit_comment',
      'comment',
    );
    const onPull = await call('POST', '/issues/1/comments', { body: 'Fine' });
    const { reactions: _none, ...shown } = onPull.body as Record<string, unknown>;
    expectShape(shown, 'issue_comment', 'comment');
  });

  it('deployments and their statuses', async () => {
    const deployment = await call('POST', '/deployments', { ref: commit });
    expectShape(deployment.body, 'deployment', 'deployment');
    const { id } = deployment.body as { id: number };
    const status = await call('POST', `/deployments/${id}/statuses`, { state: 'success' });
    expectShape(status.body, 'deployment_status', 'deployment_status');
  });

  it('a pull request and its repository', async () => {
    const { body } = await call('GET', '/pulls/1');
    expectShape(body, 'pull_request', 'pull_request');
    const { permissions, ...shown } = (await call('GET', '')).body as Record<string, unknown>;
    expect(permissions).toMatchObject({ admin: true, push: true, pull: true });
    expectShape(shown, 'pull_request', 'repository');
  });

  it('a hook', async () => {
    const { body } = await call('GET', '/hooks');
    expectShape((body as unknown[])[0], 'ping', 'hook');
  });
});
