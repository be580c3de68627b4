import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostOf } from '../../../shared/git/hosts/index.ts';
import { type Asked, type Served, serve } from './server.ts';
import { type Stand, standIn, TOKEN } from './stands.ts';
import { SECOND } from './world.ts';

const main = { kind: 'branch', name: 'main' } as const;
const status = { name: 'pilotage/shop', state: 'success', text: 'live' } as const;
const hook = { url: 'https://hooks.example.com/in/1', secret: 's3cret' };

/** A deadline that passes as soon as the request is on its way. */
function soon(): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')));
  return controller.signal;
}

describe('webhook hosts: trouble', () => {
  let stand: Stand;
  let other: Served | undefined;
  beforeEach(async () => {
    stand = await standIn('github');
  });
  afterEach(async () => {
    await stand.served.close();
    await other?.close();
    other = undefined;
  });
  const meets = (...faults: (typeof stand.served.faults)[number]['does'][]) =>
    stand.served.faults.push(...faults.map((does) => ({ does })));

  test('a token that is refused is told, and not tried again', async () => {
    meets({ status: 401, body: { message: `Bad credentials ${TOKEN}` } });
    const head = stand.host.head(main);
    await expect(head).rejects.toMatchObject({ fault: 'denied', status: 401 });
    await expect(head).rejects.toThrow(
      /^GitHub, asked GET \/repos\/acme\/site\/git\/ref\/heads\/main: 401 Bad credentials …\. Give/,
    );
    expect(stand.served.asked).toHaveLength(1);
  });

  test('what a token may not do is denied, a used-up limit is not', async () => {
    meets({ status: 403, body: { message: 'Resource not accessible by integration' } });
    await expect(stand.host.head(main)).rejects.toMatchObject({ fault: 'denied' });
    const reset = String(Math.ceil(Date.now() / 1000) + 1800);
    meets({ status: 403, body: {}, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } });
    await expect(stand.host.head(main)).rejects.toMatchObject({ fault: 'limited' });
    expect(stand.waits).toEqual([]);
  });

  test('a busy provider is given the time that it asks for', async () => {
    meets({ status: 429, headers: { 'retry-after': '7' } }, { status: 503, headers: { 'retry-after': '20' } });
    expect(await stand.host.head(main)).toBe(SECOND);
    expect(stand.waits).toEqual([7000, 20_000]);
  });

  test('one that asks for more than 20 seconds is told of at once', async () => {
    meets({ status: 429, headers: { 'retry-after': '21' } });
    await expect(stand.host.head(main)).rejects.toMatchObject({ fault: 'limited' });
    expect(stand.waits).toEqual([]);
  });

  test('two failures and a broken connection are got over, with longer pauses', async () => {
    meets({ status: 500 }, { status: 502, body: '<html>' }, 'reset');
    expect(await stand.host.head(main)).toBe(SECOND);
    expect(stand.waits).toEqual([300, 900, 2700]);
  });

  test('a provider that does not answer is given up within a deadline, a longer one for archives', async () => {
    const deadline = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => soon());
    meets('hang', 'hang', 'hang', 'hang');
    await expect(stand.host.head(main)).rejects.toThrow(/no whole answer within 15 s/);
    meets('hang', 'hang', 'hang', 'hang');
    await expect(stand.host.archive(SECOND, '/nonexistent/a.zip', 1)).rejects.toThrow(/no whole answer within 240 s/);
    expect(new Set(deadline.mock.calls.flat())).toEqual(new Set([15_000, 240_000]));
    deadline.mockRestore();
  });

  test('four failures are enough', async () => {
    meets('reset', 'reset', 'reset', { status: 500 }, { status: 500 });
    await expect(stand.host.head(main)).rejects.toMatchObject({ fault: 'unavailable' });
    expect(stand.served.asked).toHaveLength(4);
  });

  test('an answer that breaks off is asked for again', async () => {
    meets('reset within', 'reset within');
    expect(await stand.host.head(main)).toBe(SECOND);
    meets('reset within', 'reset within', 'reset within', 'reset within');
    await expect(stand.host.head(main)).rejects.toThrow(/the connection broke off/);
  });

  test('no try begins more than 40 seconds after the first', async () => {
    const began = Date.now();
    const clock = jest
      .spyOn(Date, 'now')
      .mockImplementation(() => began + stand.waits.reduce((all, ms) => all + ms, 0));
    meets(...Array.from({ length: 4 }, () => ({ status: 429, headers: { 'retry-after': '15' } })));
    await expect(stand.host.head(main)).rejects.toMatchObject({ fault: 'limited' });
    expect(stand.waits).toEqual([15_000, 15_000]);
    clock.mockRestore();
  });

  test('a status is told again after a failure, a new comment only once it is known not to be there', async () => {
    meets({ status: 500 }, { status: 500 });
    await stand.host.setStatus(SECOND, status);
    expect(stand.world.statuses).toHaveLength(1);
    stand.served.asked.length = 0;
    const isPost = ({ method }: Asked) => method === 'POST';
    stand.served.faults.push({ when: isPost, does: { status: 500 } }, { when: isPost, does: { status: 500 } });
    await stand.host.commentOnCommit(SECOND, 'pilotage:shop', 'hello');
    expect(stand.served.asked.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'POST', 'GET', 'POST']);
    expect(stand.world.commitComments).toHaveLength(1);
  });

  test('a page instead of JSON is no answer', async () => {
    meets({ body: '<html>Sign in</html>' });
    await expect(stand.host.head(main)).rejects.toThrow(/no JSON\. Is this the address of the API\?/);
  });

  test('JSON of another shape is no answer, and is told where', async () => {
    meets({ body: { object: { sha: 5, type: 'commit' } } });
    await expect(stand.host.head(main)).rejects.toMatchObject({
      fault: 'unexpected',
      message: expect.stringMatching(/at object\.sha$/),
    });
  });

  test('a huge answer is not read', async () => {
    meets({ body: `"${'x'.repeat(6 * 1024 * 1024)}"` });
    await expect(stand.host.defaultBranch()).rejects.toMatchObject({ fault: 'too-large' });
    expect(stand.served.asked).toHaveLength(1);
  });

  test('a moved repository is followed on its own host, with the token', async () => {
    meets({ status: 301, headers: { location: '/api/v3/repos/acme/site/git/ref/heads/main' } });
    expect(await stand.host.head(main)).toBe(SECOND);
    expect(stand.served.asked.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${TOKEN}`,
      `Bearer ${TOKEN}`,
    ]);
  });

  test('what is written follows only a redirect that keeps the method', async () => {
    const location = '/api/v3/repos/acme/site/statuses/x';
    meets({ status: 307, headers: { location } });
    await stand.host.setStatus(SECOND, status);
    expect(stand.world.statuses).toHaveLength(1);
    meets({ status: 301, headers: { location } });
    await expect(stand.host.setStatus(SECOND, status)).rejects.toThrow(/has moved\. Connect it by its new name/);
  });

  test('another host is not asked, but for an archive and without the token', async () => {
    other = await serve(() => ({ body: 'PK from elsewhere' }));
    const headers = { location: `${other.origin}/x.zip` };
    meets({ status: 302, headers });
    await expect(stand.host.head(main)).rejects.toThrow(/leads to another host/);
    expect(other.asked).toEqual([]);

    const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
    meets({ status: 302, headers });
    await stand.host.archive(SECOND, join(folder, 'a.zip'), 1000);
    expect(other.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    rmSync(folder, { recursive: true });
  });

  test('an archive is not got over an open line from elsewhere', async () => {
    meets({ status: 302, headers: { location: 'http://codeload.example.com/x.zip' } });
    await expect(stand.host.archive(SECOND, '/nonexistent/a.zip', 1000)).rejects.toThrow(/not reached by https/);
  });

  test('redirects without end come to one', async () => {
    meets(...Array.from({ length: 9 }, () => ({ status: 302, headers: { location: '/api/v3/again' } })));
    await expect(stand.host.head(main)).rejects.toThrow(/sent on more than 5 times/);
  });

  test('an archive whose connection breaks is fetched anew, and none is left where it breaks for good', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
    meets('reset within');
    await stand.host.archive(SECOND, join(folder, 'a.zip'), 1000);
    expect(readFileSync(join(folder, 'a.zip'))).toEqual(stand.world.archive);
    rmSync(join(folder, 'a.zip'));
    meets('reset within', 'reset within', 'reset within', 'reset within');
    await expect(stand.host.archive(SECOND, join(folder, 'a.zip'), 1000)).rejects.toMatchObject({
      fault: 'unavailable',
    });
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test('a file that cannot be written is no trouble of the provider', async () => {
    const archive = stand.host.archive(SECOND, '/nonexistent/folder/a.zip', 1000);
    await expect(archive).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a webhook of somebody quicker is found where making one conflicts', async () => {
    stand.served.faults.push({ when: ({ method }) => method === 'POST', does: { status: 409 } });
    await stand.host.putHook(hook);
    expect(stand.world.hooks).toHaveLength(1);
  });

  test('a comment that may not be changed is said anew', async () => {
    await stand.host.commentOnCommit(SECOND, 'pilotage:shop', 'first');
    stand.served.faults.push({ when: ({ method }) => method === 'PATCH', does: { status: 403, body: {} } });
    await stand.host.commentOnCommit(SECOND, 'pilotage:shop', 'second');
    expect(stand.world.commitComments.map(({ text }) => text.split('\n')[0])).toEqual(['first', 'second']);
  });
});

describe('webhook hosts: addresses', () => {
  const at = (api: string, repository = 'github.com/acme/site') =>
    hostOf({ provider: 'github', repository, api }, TOKEN);

  test.each([
    'http://github.example.com/api/v3',
    'http://127.0.0.1.example.com',
    'ftp://localhost/api',
    'nonsense',
    '',
  ])('no token is sent to %s', (api) => {
    expect(() => at(api)).toThrow(/not reached by https/);
  });

  test.each(['https://api.github.com', 'http://127.0.0.1:8080/api/v3', 'http://git.localhost:80', 'http://[::1]:1/'])(
    '%s will do',
    (api) => {
      expect(() => at(api)).not.toThrow();
    },
  );

  test.each(['github.com', 'github.com/acme', 'github.com/acme/', 'github.com/../site', ''])(
    '%s names no repository',
    (repository) => {
      expect(() => at('https://api.github.com', repository)).toThrow(/write host\/owner\/name/);
    },
  );
});

describe('webhook hosts: tokens', () => {
  let stand: Stand;
  afterEach(() => stand.served.close());
  const sent = async (...[provider, token]: Parameters<typeof standIn>) => {
    stand = await standIn(provider, token);
    await stand.host.defaultBranch();
    return stand.served.asked[0]?.headers.authorization;
  };

  test('none are needed for what is public', async () => {
    stand = await standIn('github', '');
    await stand.host.defaultBranch();
    expect(stand.served.asked[0]?.headers).not.toHaveProperty('authorization');
  });

  test('a line’s end around one does not matter', async () => {
    expect(await sent('gitlab', `${TOKEN}\n`)).toBe(`Bearer ${TOKEN}`);
  });

  test('Bitbucket takes a name with one', async () => {
    expect(await sent('bitbucket', 'ci@example.com:tok')).toBe(
      `Basic ${Buffer.from('ci@example.com:tok').toString('base64')}`,
    );
  });

  test('what can be none is told without showing it', async () => {
    const connected = {
      provider: 'gitlab',
      repository: 'gitlab.com/acme/site',
      api: 'https://gitlab.com/api/v4',
    } as const;
    expect(() => hostOf(connected, 'two words')).toThrow(/one token, on one line/);
    expect(() => hostOf(connected, '{"appId":"1"}')).toThrow(/Only GitHub has Apps/);
    stand = await standIn('github');
  });
});
