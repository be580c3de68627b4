import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkingCopy } from '../../../local/git/working-copy.ts';
import type { GitHost } from '../../../shared/git/host.ts';
import { hostOf } from '../../../shared/git/hosts/index.ts';
import { readerOf } from '../../../shared/git/webhooks/index.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { type Hearing, hearing } from './hearing.ts';

const NAME = 'acme/site';
const MEBIBYTE = 1024 * 1024;

let git: GitServer;
let copy: WorkingCopy;
let listener: Hearing;
let host: GitHost;
let commit: string;
beforeEach(async () => {
  [git, listener] = await Promise.all([gitServer(), hearing()]);
  copy = await git.workOn(NAME);
  commit = await copy.commit({ 'pilot.yaml': 'name: acme-blog\n', 'pages/a b.txt': 'one\n', 'link/x': 'x' }, 'First');
  await copy.push();
  host = connected(git.token);
});
afterEach(() => Promise.all([git.stop(), listener.stop()]));

const connected = (token: string | undefined, repository = `git.localhost/${NAME}`): GitHost =>
  hostOf({ provider: 'github', repository, api: git.api }, token, async () => undefined);

describe('webhook local git: the client of GitHub’s API works with it', () => {
  it('head: of branches and of tags of both kinds; none where there is none', async () => {
    await copy.branch('feature/blue');
    const blue = await copy.commit({ 'b.txt': '1' });
    await copy.tag('plain', { commit });
    await copy.tag('v1', { message: 'The first', commit });
    await copy.push('feature/blue', 'plain', 'v1');
    const heads = [
      await host.head({ kind: 'branch', name: 'main' }),
      await host.head({ kind: 'branch', name: 'feature/blue' }),
      await host.head({ kind: 'tag', name: 'plain' }),
      await host.head({ kind: 'tag', name: 'v1' }),
      await host.head({ kind: 'tag', name: 'main' }),
      await host.head({ kind: 'branch', name: 'feature' }),
    ];
    expect(heads).toEqual([commit, blue, commit, commit, undefined, undefined]);
  });

  it('head: none while the repository is empty', async () => {
    await git.createRepository('acme/empty');
    const empty = connected(git.token, 'git.localhost/acme/empty');
    expect(await empty.head({ kind: 'branch', name: 'main' })).toBeUndefined();
    expect(await empty.defaultBranch()).toBe('main');
  });

  it('tags: those that begin so, of both kinds', async () => {
    await copy.tag('v1', { commit });
    await copy.tag('v2', { message: 'The second', commit });
    await copy.tag('other', { commit });
    await copy.push('v1', 'v2', 'other');
    expect(await host.tags('v')).toEqual({ names: ['v1', 'v2'], isWhole: true });
    expect(await host.tags('none')).toEqual({ names: [], isWhole: true });
  });

  it('pullRequest and openPullRequests: of its own and of another repository, the latest changed first', async () => {
    await copy.branch('feature/blue');
    const blue = await copy.commit({ 'b.txt': '1' });
    await copy.push('feature/blue');
    const own = await git.openPull(NAME, { head: 'feature/blue' });
    const theirs = await git.workOn('somebody/site');
    await theirs.run('pull', '--quiet', copy.folder, 'main');
    await theirs.branch('better');
    const better = await theirs.commit({ 'c.txt': '1' });
    await theirs.push('better');
    const foreign = await git.openPull(NAME, { head: 'better', from: 'somebody/site' });
    expect(await host.pullRequest(own.number)).toMatchObject({
      ...{ number: own.number, isOpen: true, merged: false, isForeign: false, base: 'main' },
      head: { commit: blue, branch: 'feature/blue' },
    });
    expect(await host.pullRequest(foreign.number)).toMatchObject({ isForeign: true, head: { commit: better } });
    const open = async () => (await host.openPullRequests()).map(({ number }) => number);
    expect(await open()).toEqual([foreign.number, own.number]);
    await copy.commit({ 'b.txt': '2' });
    await copy.push('feature/blue');
    expect(await open()).toEqual([own.number, foreign.number]);
    await git.closePull(NAME, own.number, true);
    expect(await open()).toEqual([foreign.number]);
    expect(await host.pullRequest(own.number)).toMatchObject({ isOpen: false, merged: true });
    expect(await host.pullRequest(99)).toBeUndefined();
  });

  it('defaultBranch and fileAt: bytes, and none where there is no such file, no such commit, or a folder', async () => {
    expect(await host.defaultBranch()).toBe('main');
    const later = await copy.commit({ 'pilot.yaml': 'name: other\n' });
    await copy.push();
    const text = async (at: string, path: string) => {
      const bytes = await host.fileAt(at, path);
      return bytes && Buffer.from(bytes).toString();
    };
    expect(await text(commit, 'pilot.yaml')).toBe('name: acme-blog\n');
    expect(await text(later, 'pilot.yaml')).toBe('name: other\n');
    expect(await text(commit, 'pages/a b.txt')).toBe('one\n');
    for (const path of ['none.yaml', 'pages', 'pilot.yaml/x']) expect(await text(commit, path)).toBeUndefined();
    expect(await text('1'.repeat(40), 'pilot.yaml')).toBeUndefined();
  });

  it('changedPaths: what differs; untold where the branch was forced, or too much differs', async () => {
    const next = await copy.commit({ 'pages/c.txt': 'one\n', 'pages/a b.txt': undefined, 'new.txt': 'new' });
    await copy.push();
    expect((await host.changedPaths(commit, next))?.sort()).toEqual(['new.txt', 'pages/a b.txt', 'pages/c.txt']);
    expect(await host.changedPaths(next, next)).toEqual([]);
    await copy.reset(commit);
    const other = await copy.commit({ 'other.txt': '1' });
    await copy.forcePush();
    expect(await host.changedPaths(next, other)).toBeUndefined();
    const many = Object.fromEntries(Array.from({ length: 301 }, (_one, index) => [`many/${index}`, `${index}`]));
    const large = await copy.commit(many);
    await copy.push();
    expect(await host.changedPaths(other, large)).toBeUndefined();
    expect(await host.changedPaths('1'.repeat(40), large)).toBeUndefined();
  });

  it('archive: the zip of that commit, of one folder, and nothing beyond the limit', async () => {
    await copy.commit({ 'later.txt': '1' });
    await copy.push();
    const file = join(git.folder, 'source.zip');
    await host.archive(commit, file, MEBIBYTE);
    const { stdout } = await promisify(execFile)('unzip', ['-Z1', file]);
    const names = stdout
      .trim()
      .split('\n')
      .filter((name) => !name.endsWith('/'));
    const folder = `acme-site-${commit.slice(0, 7)}`;
    expect(names.sort()).toEqual([`${folder}/link/x`, `${folder}/pages/a b.txt`, `${folder}/pilot.yaml`]);
    const small = join(git.folder, 'small.zip');
    await expect(host.archive(commit, small, 100)).rejects.toMatchObject({ fault: 'too-large' });
    expect(existsSync(small)).toBe(false);
    await expect(host.archive('1'.repeat(40), small, MEBIBYTE)).rejects.toMatchObject({ fault: 'missing' });
  });

  it('messageOf and tagObject: the whole message; none of a tag’s own object, nor of a commit that is not there', async () => {
    const told = await copy.commit({ 'b.txt': '1' }, 'Wording\n\nIts body.');
    const object = await copy.tag('v1', { message: 'The first', commit });
    await copy.tag('plain', { commit });
    await copy.push('main', 'v1', 'plain');
    expect(await host.messageOf(commit)).toBe('First');
    expect(await host.messageOf(told)).toBe('Wording\n\nIts body.');
    for (const none of [object, '1'.repeat(40)]) expect(await host.messageOf(none)).toBeUndefined();
    expect(await host.tagObject('v1')).toBe(object);
    for (const none of ['plain', 'v2']) expect(await host.tagObject(none)).toBeUndefined();
  });

  it('showDeployment: made once and told what is new, also where answers are lost; the one before ends', async () => {
    const show = (id: string, state: 'in_progress' | 'success') =>
      host.showDeployment?.({ id, commit, environment: 'acme-blog/staging', isProduction: false, state, text: state });
    await host.setStatus(commit, { name: 'pilotage/acme-blog', state: 'pending', text: 'Build' });
    git.fail({ path: /\/deployments$/, status: 'lost', times: 2 });
    git.fail({ path: /\/deployments\/\d+\/statuses$/, status: 'lost', times: 2 });
    for (const state of ['in_progress', 'in_progress', 'success', 'success'] as const) await show('first_1', state);
    await show('first_2', 'success');
    const { deployments } = git.told(NAME);
    expect(deployments.map(({ payload, statuses }) => [payload, ...statuses.map(({ state }) => state)])).toEqual([
      [{ pilotage: 'first_1' }, 'in_progress', 'success', 'inactive'],
      [{ pilotage: 'first_2' }, 'success'],
    ]);
  });

  it('setStatus: one for each name, told again after an answer that was lost', async () => {
    const name = 'pilotage/acme-blog';
    await host.setStatus(commit, { name, state: 'pending', text: 'x'.repeat(300) });
    git.fail({ path: '/statuses/', status: 'lost' });
    await host.setStatus(commit, { name, state: 'success', text: 'Live', url: 'https://acme.example.com' });
    const { statuses } = git.told(NAME);
    expect(statuses.map(({ state }) => state)).toEqual(['pending', 'success', 'success']);
    expect(statuses.at(-1)).toMatchObject({
      ...{ sha: commit, context: name, description: 'Live', target_url: 'https://acme.example.com' },
    });
  });

  it('commentOnCommit: one for each mark, changed in place, also among many and when an answer is lost', async () => {
    for (let number = 0; number < 120; number++) git.comment(NAME, { commit }, `Comment ${number}`);
    git.fail({ path: /\/comments$/, status: 'lost', times: 2 });
    await host.commentOnCommit(commit, 'pilotage-a', 'First');
    await host.commentOnCommit(commit, 'pilotage-b', 'Other');
    await host.commentOnCommit(commit, 'pilotage-a', 'Second');
    const ours = git
      .told(NAME)
      .comments.slice(120)
      .map(({ body }) => body);
    expect(ours).toEqual([expect.stringMatching(/^Second\n[\s\S]*pilotage-a/), expect.stringMatching(/^Other\n/)]);
  });

  it('commentOnPullRequest: the same below a pull request', async () => {
    await copy.branch('topic');
    await copy.commit({ 'b.txt': '1' });
    await copy.push();
    const { number } = await git.openPull(NAME, { head: 'topic' });
    for (const text of ['Plan', 'Plan, again']) await host.commentOnPullRequest(number, 'plan', text);
    expect(git.told(NAME).comments).toMatchObject([
      { on: { pull: number }, body: expect.stringMatching(/^Plan, again\n/) },
    ]);
    await expect(host.commentOnPullRequest(7, 'plan', 'x')).rejects.toMatchObject({ fault: 'missing' });
  });

  it('hooks: made once, changed in place with another secret, and really signed with it', async () => {
    const { url } = listener;
    expect(await host.hooks(url)).toEqual([]);
    const made = await host.putHook({ url, secret: 'before' });
    expect(made).toMatchObject({ url, isActive: true });
    expect(await host.putHook({ url, secret: 'after' })).toEqual(made);
    expect(await host.hooks(url)).toEqual([made]);
    await git.settled();
    listener.take();
    await copy.commit({ 'b.txt': '1' });
    await copy.push();
    await git.settled();
    const [delivery] = listener.take();
    if (!delivery) throw new Error('nothing came');
    const reader = readerOf('github');
    expect([reader.isSigned(delivery, ['after']), reader.isSigned(delivery, ['before'])]).toEqual([true, false]);
    await host.removeHook(made.id);
    await host.removeHook(made.id);
    expect(await host.hooks(url)).toEqual([]);
  });

  it('says what is wrong with a token, and with a repository that is not there', async () => {
    const ref = { kind: 'branch', name: 'main' } as const;
    await expect(connected('another').head(ref)).rejects.toMatchObject({ fault: 'denied' });
    await expect(connected(undefined).head(ref)).rejects.toMatchObject({ fault: 'denied' });
    await expect(connected(git.token, 'git.localhost/acme/none').head(ref)).rejects.toMatchObject({ fault: 'missing' });
  });

  it('is tried again while the server is busy, and gives up', async () => {
    git.fail({ path: '/git/ref/', status: 503, times: 2 });
    expect(await host.head({ kind: 'branch', name: 'main' })).toBe(commit);
    git.fail({ path: '/git/ref/', status: 503, times: 50 });
    await expect(host.head({ kind: 'branch', name: 'main' })).rejects.toMatchObject({ fault: 'unavailable' });
  });

  it('lets a GitHub App in by its key, again when its token ends, and no other', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    git.install({ appId: '12', installationId: '34', publicKey });
    const app = connected(JSON.stringify({ appId: '12', installationId: '34', privateKey }));
    expect(await app.defaultBranch()).toBe('main');
    git.expireTokens();
    await expect(app.defaultBranch()).rejects.toMatchObject({ fault: 'denied' });
    expect(await app.defaultBranch()).toBe('main');
    const other = connected(JSON.stringify({ appId: '13', installationId: '34', privateKey }));
    await expect(other.defaultBranch()).rejects.toMatchObject({ fault: 'denied' });
  });
});
