import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { startGit } from '../../../local/git/git.ts';
import { NOTHING } from '../../../local/git/refs.ts';
import type { WorkingCopy } from '../../../local/git/working-copy.ts';
import { readerOf } from '../../../shared/git/webhooks/index.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { type Hearing, hearing } from './hearing.ts';

const SECRET = 'correct-horse';
const NAME = 'acme/site';

let git: GitServer;
let listener: Hearing;
let copy: WorkingCopy;
beforeEach(async () => {
  [git, listener] = await Promise.all([gitServer(), hearing()]);
  copy = await git.workOn(NAME);
  await listener.hookOf(git, NAME, SECRET);
});
afterEach(() => Promise.all([git.stop(), listener.stop()]));

/** What was told since, as our own reader reads it. */
const told = async () => {
  await git.settled();
  return listener.take().map(({ headers, body }) => readerOf('github').read({ headers, body }).told[0]);
};
const payloads = async () => {
  await git.settled();
  return listener.take().map(({ body }) => JSON.parse(body.toString()));
};

describe('webhook local git: a push', () => {
  it('makes one signed webhook, which reads as what was pushed', async () => {
    const commit = await copy.commit({ 'index.html': 'one' }, 'The first page\n\nand why');
    await copy.push();
    await git.settled();
    const [delivery, ...others] = listener.take();
    if (!delivery) throw new Error('nothing came');
    expect(others).toEqual([]);
    expect(delivery.headers).toMatchObject({ 'x-github-event': 'push', 'content-type': 'application/json' });
    expect(delivery.headers['x-hub-signature-256']).toBe(
      `sha256=${createHmac('sha256', SECRET).update(delivery.body).digest('hex')}`,
    );
    const reader = readerOf('github');
    expect(reader.isSigned(delivery, [SECRET])).toBe(true);
    expect(reader.isSigned(delivery, ['another'])).toBe(false);
    expect(reader.read(delivery)).toEqual({
      repository: 'git.localhost/acme/site',
      told: [
        {
          told: 'push',
          ref: { kind: 'branch', name: 'main' },
          commit,
          forced: false,
          message: 'The first page',
          by: 'acme',
        },
      ],
    });
  });

  it('tells the commits that are new, each with its files', async () => {
    const first = await copy.commit({ 'a.txt': '1', 'b.txt': '1' }, 'First');
    await copy.push();
    listener.take();
    await told();
    await copy.commit({ 'a.txt': '2', 'b.txt': undefined, 'späť/c d.txt': '1' }, 'Second');
    const third = await copy.commit({ 'a.txt': '3' }, 'Third');
    await copy.push();
    const [payload] = await payloads();
    expect(payload).toMatchObject({ before: first, after: third, created: false, deleted: false, forced: false });
    expect(payload.commits).toMatchObject([
      { message: 'Second', added: ['späť/c d.txt'], removed: ['b.txt'], modified: ['a.txt'] },
      { id: third, message: 'Third', added: [], removed: [], modified: ['a.txt'] },
    ]);
    expect(payload.head_commit).toEqual(payload.commits[1]);
  });

  it('tells a branch that was forced elsewhere, and one that is gone', async () => {
    const first = await copy.commit({ 'a.txt': '1' });
    const second = await copy.commit({ 'a.txt': '2' });
    await copy.push('main', 'main:topic');
    await copy.reset(first);
    const other = await copy.commit({ 'a.txt': '3' });
    await told();
    await expect(copy.push()).rejects.toThrow('non-fast-forward');
    expect(await told()).toEqual([]);
    await copy.forcePush();
    await copy.remove('topic');
    const [forced, gone] = await payloads();
    expect(forced).toMatchObject({ ref: 'refs/heads/main', before: second, after: other, forced: true });
    expect(gone).toMatchObject({ ref: 'refs/heads/topic', after: NOTHING, deleted: true, head_commit: null });
  });

  it('tells a tag, of an annotated one the tag itself and the commit that it names', async () => {
    const commit = await copy.commit({ 'a.txt': '1' });
    await copy.push();
    const plain = await copy.tag('v1');
    const annotated = await copy.tag('v2', { message: 'The second' });
    await told();
    await copy.push('v1', 'v2');
    expect(plain).toBe(commit);
    expect(annotated).not.toBe(commit);
    expect(await payloads()).toMatchObject([
      { ref: 'refs/tags/v1', after: commit, head_commit: { id: commit }, commits: [] },
      { ref: 'refs/tags/v2', after: annotated, head_commit: { id: commit } },
    ]);
  });

  it('tells of each of three tags, and of none of four', async () => {
    await copy.commit({ 'a.txt': '1' });
    await copy.push();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await copy.tag(name);
    await told();
    await copy.push('a', 'b', 'c');
    expect(await told()).toHaveLength(3);
    await copy.push('d', 'e', 'f', 'g');
    expect(await told()).toEqual([]);
  });

  it('is told once for each of several that come at the same time', async () => {
    const [other, third] = [await git.workOn(NAME), await git.workOn(NAME)];
    const copies = [copy, other, third];
    for (const [index, one] of copies.entries()) {
      await one.branch(`topic-${index}`);
      await one.commit({ [`${index}.txt`]: '1' });
    }
    await Promise.all(copies.map((one) => one.push()));
    const refs = (await payloads()).map(({ ref }) => ref).sort();
    expect(refs).toEqual(['refs/heads/topic-0', 'refs/heads/topic-1', 'refs/heads/topic-2']);
  });

  it('that is large comes in pieces and is there whole', async () => {
    const noise = Array.from({ length: 60_000 }, (_one, index) => createHmac('sha256', `${index}`).digest('hex'));
    await copy.commit({ 'large.txt': noise.join('\n') });
    await copy.push();
    const again = await git.workOn(NAME);
    expect(await again.run('hash-object', 'large.txt')).toBe(await copy.run('hash-object', 'large.txt'));
  });

  it('below what pull requests are kept is refused', async () => {
    await copy.commit({ 'a.txt': '1' });
    await expect(copy.push('main:refs/pull/1/head')).rejects.toThrow('hidden ref');
  });

  it('of what is there already tells nothing', async () => {
    await copy.commit({ 'a.txt': '1' });
    await copy.push();
    await told();
    await copy.push();
    expect(await told()).toEqual([]);
  });
});

describe('webhook local git: what goes wrong', () => {
  it('webhooks can be lost, and sent again with the same bytes', async () => {
    git.silence(true);
    await copy.commit({ 'a.txt': '1' });
    await copy.push();
    expect(await told()).toEqual([]);
    const [lost] = git.deliveries().slice(-1);
    expect(lost).toMatchObject({ event: 'push', trouble: 'lost' });
    git.silence(false);
    if (lost) git.redeliver(lost);
    await git.settled();
    const [came] = listener.take();
    expect(came?.body.toString()).toBe(lost?.request.body);
    expect(came?.headers['x-github-delivery']).toBe(lost?.guid);
  });

  it('keeps what a webhook was answered, and why it was not', async () => {
    listener.answer = { status: 503, body: 'not now' };
    await copy.commit({ 'a.txt': '1' });
    await copy.push();
    await git.settled();
    expect(git.deliveries().at(-1)).toMatchObject({ answer: { status: 503, body: 'not now' } });
    await listener.stop();
    await copy.commit({ 'a.txt': '2' });
    await copy.push();
    await git.settled();
    expect(git.deliveries().at(-1)?.answer).toBeUndefined();
    expect(git.deliveries().at(-1)?.trouble).toMatch(/ECONNREFUSED|other side closed|ECONNRESET/);
  });

  it('a push whose answer is lost has happened, and is told', async () => {
    git.fail({ path: 'git-receive-pack', status: 'lost' });
    const commit = await copy.commit({ 'a.txt': '1' });
    await copy.push().catch(() => undefined);
    expect(await told()).toMatchObject([{ told: 'push', commit }]);
  });

  it('answers only under names of this machine', async () => {
    const status = await new Promise((known, failed) =>
      request(git.api, { headers: { host: 'example.com' } }, (response) => known(response.resume().statusCode))
        .on('error', failed)
        .end(),
    );
    expect(status).toBe(421);
  });

  it('reads a body that was packed', async () => {
    await copy.commit({ 'a.txt': '1' });
    await copy.push();
    const answer = await fetch(git.api.replace('/api/v3', `/${NAME}.git/git-upload-pack`), {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/x-git-upload-pack-request', 'content-encoding': 'gzip' },
        'git-protocol': 'version=2',
      },
      body: gzipSync('0014command=ls-refs\n00010000'),
    });
    expect(await answer.text()).toContain(`${await copy.head()} refs/heads/main`);
  });

  it('says what to do where there is no git, and where the port is taken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pilotage-git-'));
    const { PATH } = process.env;
    process.env.PATH = folder;
    const without = await startGit({ folder, port: 0 }).finally(() => {
      process.env.PATH = PATH;
    });
    expect(without).toMatchObject({ problem: { code: 'NO_GIT', hint: expect.stringContaining('install git') } });
    expect(await startGit({ folder, port: git.port })).toMatchObject({ problem: { code: 'PORT_BUSY' } });
    await rm(folder, { recursive: true });
  });

  it('has no use for the settings of whoever runs it', async () => {
    const commit = await copy.commit({ 'a.txt': '1' });
    expect(await copy.run('show', '--no-patch', '--format=%an <%ae> %cn', commit)).toBe('Acme <acme@example.com> Acme');
    await copy.push();
    const { stdout } = await promisify(execFile)('git', ['-C', copy.folder, 'log', '--format=%H', 'origin/main']);
    expect(stdout.trim()).toBe(commit);
  });
});
