import { connecting, HOOK, ID, SITE, TOKEN } from './connecting.ts';

const here = connecting();

describe('webhook connect: --perform', () => {
  it('makes the webhook with the caller’s token, once, and says so', async () => {
    here.desk.env.GITHUB_TOKEN = 'tok-of-ada';
    for (const exit of [0, 0]) expect((await here.connect('--perform')).exit).toBe(exit);
    expect(here.theirs.hooks).toEqual([
      { id: '100', url: HOOK, secret: here.secretNow(), events: ['push', 'pull_request'] },
    ]);
    expect(here.rows.get(ID)?.hook).toBe('100');
    expect(here.provider.asked[0]?.headers.authorization).toBe('Bearer tok-of-ada');
    const { out, err } = await here.connect('--perform', '--json');
    expect(JSON.parse(out).webhook.id).toBe('100');
    for (const secret of ['tok-of-ada', here.secretNow()]) expect(out + err).not.toContain(secret);
  });

  it('takes the stored token where the caller has none, and makes nothing where there is neither', async () => {
    const without = await here.connect('--perform');
    expect(without).toMatchObject({ exit: 2, err: expect.stringContaining('GITHUB_TOKEN') });
    expect([here.rows.size, here.desk.aws.secrets.size]).toEqual([0, 0]);
    here.keep(TOKEN, 'tok-that-is-stored\n');
    expect((await here.connect('--perform')).exit).toBe(0);
    expect(here.provider.asked[0]?.headers.authorization).toBe('Bearer tok-that-is-stored');
  });

  it('that the provider refuses ends with 1, tells why, and keeps what was made', async () => {
    here.desk.env.GITHUB_TOKEN = 'tok-of-ada';
    here.provider.faults.push({ does: { status: 403, body: { message: 'Resource not accessible by tok-of-ada' } } });
    const { exit, err } = await here.connect('--perform');
    expect([exit, here.rows.size]).toEqual([1, 1]);
    expect(err).toContain('HOOK_NOT_MADE');
    expect(err).toContain('Webhooks: read and write');
    expect(err).not.toContain('tok-of-ada');
  });
});

describe('webhook connect: --perform on a repository that is not found', () => {
  it('says to see that it is there, or to give a token that may see it', async () => {
    here.desk.env.GITHUB_TOKEN = 'tok-of-ada';
    here.provider.faults.push({ does: { status: 404, body: { message: 'Not Found' } } });
    const { exit, err } = await here.connect('--perform');
    expect([exit, err]).toEqual([1, expect.stringContaining('HOOK_NOT_MADE')]);
    expect(err).toContain(`see that ${SITE} is there`);
    expect(err).toContain('a token that may see it');
    expect(err).not.toContain('the same once more');
  });
});
