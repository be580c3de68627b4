import type { WorkingCopy } from '../../../local/git/working-copy.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { type Calling, calling } from './calling.ts';

const NAME = 'acme/site';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let git: GitServer;
let copy: WorkingCopy;
let call: Calling;
let commit: string;
beforeEach(async () => {
  git = await gitServer();
  copy = await git.workOn(NAME);
  call = calling(git, NAME);
  commit = await copy.commit({ 'index.html': 'one\n' }, 'First <b>');
  await copy.push();
});
afterEach(() => git.stop());

const page = async (path: string, accept = '*/*') => {
  const answer = await fetch(`http://127.0.0.1:${git.port}${path}`, { headers: { accept } });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};
const tell = (state: string) =>
  call('POST', `/statuses/${commit}`, {
    ...{
      state,
      context: 'acme-blog',
      description: `It is <${state}>`,
      target_url: 'http://acme-blog.localhost:8080/?a=1&b',
    },
  });

describe('webhook local git: its pages, without a token', () => {
  it('show what was told of each commit, as text', async () => {
    for (const state of ['pending', 'success']) await tell(state);
    await call('POST', `/commits/${commit}/comments`, { body: 'pilot.yaml:3:1 MANIFEST_UNKNOWN_KEY' });
    const { html_url } = (await call('GET', `/commits/${commit}`)).body as { html_url: string };
    const shown = await page(new URL(html_url).pathname);
    expect(shown).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' });
    for (const words of ['First', 'success acme-blog  It is <success>', 'MANIFEST_UNKNOWN_KEY'])
      expect(shown.text).toContain(words);
    expect(shown.text).not.toContain('pending');
    const all = await page(`/${NAME}`);
    expect(all.text).toContain(`\n${commit.slice(0, 10)} First <b>\n  success acme-blog  It is <success>  http://`);
  });

  it('say so where nothing was told, or pushed, yet', async () => {
    expect((await page(`/${NAME}/commit/main`)).text).toContain('Nobody has told it a status yet');
    await git.createRepository('acme/empty');
    expect((await page('/acme/empty')).text).toContain('Nothing was pushed yet');
  });

  it('are something to click on in a browser, which runs nothing of what was written', async () => {
    await tell('success');
    const shown = await page(`/${NAME}`, BROWSER);
    expect(shown).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
    expect(shown.text).toContain(`<a href="/${NAME}/commit/${commit}">${commit.slice(0, 10)} First &#60;b&#62;</a>`);
    expect(shown.text).toContain('It is &#60;success&#62;');
    expect(shown.text).toContain('<a href="http://acme-blog.localhost:8080/?a=1&#38;b">');
    expect(shown.text).not.toContain('<b>');
  });

  it('are found by the address that is cloned, and from the list of all', async () => {
    expect((await page(`/${NAME}.git`)).text).toBe((await page(`/${NAME}`)).text);
    expect((await page(`/${NAME}/`)).status).toBe(200);
    await git.createRepository('acme/other');
    const all = await page('/', BROWSER);
    for (const name of [NAME, 'acme/other']) expect(all.text).toContain(`<a href="/${name}">${name}</a>`);
    expect(all.text).toContain(`git push http://127.0.0.1:${git.port}/acme/other.git main`);
  });

  it('say how a repository is connected that has no webhook', async () => {
    const said = `GITHUB_TOKEN=test npx pilot connect github ${NAME} --host git.localhost --api ${git.api} --pilot NAME --perform`;
    expect((await page(`/${NAME}`)).text).toContain(said);
    await call('POST', '/hooks', { config: { url: 'http://127.0.0.1:9/hook' }, active: true, events: ['push'] });
    expect((await page(`/${NAME}`)).text).not.toContain('pilot connect');
  });

  it('show a pull request with its plan', async () => {
    await copy.branch('topic');
    await copy.commit({ 'index.html': 'two\n' });
    await copy.push();
    const { number } = await git.openPull(NAME, { head: 'topic', title: 'Two' });
    git.comment(NAME, { pull: number }, 'It would change 1 file');
    expect((await page(`/${NAME}`)).text).toContain('#1 Two (open)');
    const { text } = await page(`/${NAME}/pull/${number}`);
    for (const words of ['open, topic into main', 'It would change 1 file']) expect(text).toContain(words);
  });

  it.each(['/acme/none', `/${NAME}/commit/${'1'.repeat(40)}`, `/${NAME}/pull/7`, '/favicon.ico'])(
    'are 404 where nothing is: %s',
    async (path) => {
      expect(await page(path, BROWSER)).toMatchObject({ status: 404, text: expect.stringContaining('href="/"') });
    },
  );

  it('are not what programs ask: those show a token', async () => {
    for (const path of [`/api/v3/repos/${NAME}/commits/${commit}/status`, `/api/v3/repos/${NAME}`])
      expect((await page(path, BROWSER)).status).toBe(401);
  });
});

describe('webhook local git: the first push to another repository', () => {
  const urlOf = (name: string) => `http://127.0.0.1:${git.port}/${name}.git`;
  const push = (name: string) => copy.run('push', '--quiet', urlOf(name), 'main');

  it('makes it, also where two come at once', async () => {
    const came = await Promise.allSettled([push('acme/other'), push('acme/other')]);
    expect(came.map(({ status }) => status)).toContain('fulfilled');
    expect((await calling(git, 'acme/other')('GET', '/git/ref/heads/main')).body).toMatchObject({
      object: { sha: commit },
    });
    expect((await page('/acme/other')).text).toContain('First');
  });

  it.each(['api/v3', '_codeload/site', 'acme/.hidden', 'acme/site.git'])('is refused for %s', async (name) => {
    await expect(push(name)).rejects.toThrow(/not found|could not read Username/);
  });

  it('is what makes it: nothing else does', async () => {
    await expect(copy.run('ls-remote', urlOf('acme/other'))).rejects.toThrow('not found');
    const asked = `${urlOf('acme/other')}/info/refs?service=git-receive-pack`;
    const answer = await fetch(asked, { headers: { 'sec-fetch-mode': 'no-cors' } });
    expect(answer.status).toBe(404);
    expect((await page('/acme/other')).status).toBe(404);
  });
});
