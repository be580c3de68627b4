import type { WorkingCopy } from '../../../local/git/working-copy.ts';
import { readerOf } from '../../../shared/git/webhooks/index.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { calling } from './calling.ts';
import { type Hearing, hearing } from './hearing.ts';

const NAME = 'acme/site';

let git: GitServer;
let listener: Hearing;
let copy: WorkingCopy;
let topic: string;
beforeEach(async () => {
  [git, listener] = await Promise.all([gitServer(), hearing()]);
  copy = await git.workOn(NAME);
  await copy.commit({ 'a.txt': '1' });
  await copy.push();
  await copy.branch('topic');
  topic = await copy.commit({ 'b.txt': '1' });
  await copy.push();
  await listener.hookOf(git, NAME, 'secret');
});
afterEach(() => Promise.all([git.stop(), listener.stop()]));

const told = async () => {
  await git.settled();
  return listener.take().map((delivery) => readerOf('github').read(delivery).told[0]);
};

describe('webhook local git: a pull request', () => {
  it('is told when it is opened, gets other commits, and is closed', async () => {
    const { number } = await git.openPull(NAME, { head: 'topic', title: 'A page' });
    const common = { told: 'pull-request', number: 1, merged: false, base: 'main', isForeign: false, title: 'A page' };
    expect(await told()).toMatchObject([{ ...common, change: 'opened', head: { commit: topic, branch: 'topic' } }]);
    const later = await copy.commit({ 'b.txt': '2' });
    await copy.push();
    const both = await told();
    expect(both).toHaveLength(2);
    expect(both).toContainEqual(expect.objectContaining({ told: 'push', commit: later }));
    expect(both).toContainEqual(
      expect.objectContaining({ ...common, change: 'changed', head: { commit: later, branch: 'topic' } }),
    );
    await git.closePull(NAME, number);
    expect(await told()).toMatchObject([{ ...common, change: 'closed' }]);
    await copy.commit({ 'b.txt': '3' });
    await copy.push();
    expect(await told()).toMatchObject([{ told: 'push' }]);
  });

  it('is opened and closed by the API, and opened again with the commits of its branch', async () => {
    const call = calling(git, NAME);
    const opened = await call('POST', '/pulls', { title: 'A page', head: 'topic', base: 'main' });
    expect(opened).toMatchObject({ status: 201, body: { number: 1, state: 'open', head: { sha: topic } } });
    expect(await call('PATCH', '/pulls/1', { state: 'closed' })).toMatchObject({
      status: 200,
      body: { state: 'closed' },
    });
    const later = await copy.commit({ 'b.txt': '2' });
    await copy.push();
    await told();
    for (let times = 0; times < 2; times++)
      expect(await call('PATCH', '/pulls/1', { state: 'open' })).toMatchObject({
        body: { state: 'open', closed_at: null, head: { sha: later } },
      });
    expect(await told()).toMatchObject([{ told: 'pull-request', change: 'opened', head: { commit: later } }]);
    await git.closePull(NAME, 1, true);
    expect(await call('PATCH', '/pulls/1', { state: 'open' })).toMatchObject({ status: 422 });
    for (const wrong of [
      { head: 'topic', base: 'main' },
      { title: 'x', head: 'nowhere', base: 'main' },
    ])
      expect(await call('POST', '/pulls', wrong)).toMatchObject({ status: 422 });
    expect(await call('PATCH', '/pulls/7', { state: 'closed' })).toMatchObject({ status: 404 });
  });

  it('is really merged, which is a push to its base', async () => {
    const { number } = await git.openPull(NAME, { head: 'topic' });
    await told();
    const { merged } = await git.closePull(NAME, number, true);
    const heard = await told();
    expect(heard).toContainEqual(
      expect.objectContaining({ told: 'push', ref: { kind: 'branch', name: 'main' }, commit: merged?.commit }),
    );
    expect(heard).toContainEqual(expect.objectContaining({ told: 'pull-request', change: 'closed', merged: true }));
    await copy.branch('main');
    await copy.pull();
    expect(await copy.run('ls-files')).toBe('a.txt\nb.txt');
  });

  it('of somebody else’s copy is told as foreign, and its commits are here', async () => {
    const theirs = await git.workOn('somebody/site');
    await theirs.run('pull', '--quiet', copy.folder, 'main');
    await theirs.branch('better');
    const commit = await theirs.commit({ 'a.txt': '2' });
    await theirs.push();
    await git.openPull(NAME, { head: 'better', from: 'somebody/site' });
    expect(await told()).toMatchObject([{ told: 'pull-request', isForeign: true, head: { commit, branch: 'better' } }]);
    const later = await theirs.commit({ 'a.txt': '3' });
    await theirs.push();
    expect(await told()).toMatchObject([{ told: 'pull-request', change: 'changed', head: { commit: later } }]);
    await copy.run('fetch', '--quiet', 'origin', 'refs/pull/1/head');
    expect(await copy.run('rev-parse', 'FETCH_HEAD')).toBe(later);
  });
});
