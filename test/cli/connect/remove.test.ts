import { connecting, HOOK, SECRET, SITE, TOKEN } from './connecting.ts';

const here = connecting();

describe('webhook connect: remove', () => {
  beforeEach(async () => {
    here.desk.env.GITHUB_TOKEN = 'tok-of-ada';
    await here.connect('--perform');
    here.keep(TOKEN, 'tok-that-is-stored');
  });
  const remove = (...args: string[]) => here.desk.type('connect', 'remove', 'acme/site', ...args);
  const deleted = () => [...here.desk.aws.secrets.values()].map((one) => one.deleted ?? false);

  it('without --yes only shows what would be removed', async () => {
    const { exit, out } = await remove('--perform');
    expect([exit, here.rows.size, here.theirs.hooks.length, deleted()]).toEqual([1, 1, 1, [false, false]]);
    expect(out).toContain(`pilot connect remove ${SITE} --perform --yes`);
  });

  it('removes the row, then with --perform the webhook, and then the secrets', async () => {
    here.desk.aws.log.length = 0;
    const { exit } = await remove('--perform', '--yes');
    expect([exit, here.rows.size, here.theirs.hooks, deleted()]).toEqual([0, 0, [], [true, true]]);
    const order = here.desk.aws.log.filter((line) => /disconnect|Delete/.test(line));
    expect(order).toEqual(['invoke disconnect', `DeleteSecret ${SECRET}`, `DeleteSecret ${TOKEN}`]);
  });

  it('without --perform tells where the webhook is, which it leaves, and where to take the token back', async () => {
    const page = 'https://git.localhost/acme/site/settings/hooks';
    expect((await remove()).out).toContain(`would stay (--perform removes it, too): at ${page}, the one that leads to`);
    const { exit, out } = await remove('--yes');
    expect([exit, here.theirs.hooks.length]).toEqual([0, 1]);
    expect(out).toContain(`remove the webhook at GitHub by hand: at ${page}, the one that leads to ${HOOK}`);
    expect(out).toMatch(/take back the token .*“Personal access tokens”/);
  });

  it('tells programs as well which webhook is left', async () => {
    const { out } = await remove('--yes', '--json');
    expect(JSON.parse(out).left).toEqual({ webhook: HOOK, at: 'https://git.localhost/acme/site/settings/hooks' });
  });

  it('speaks of no token and no webhook where there is none any more', async () => {
    here.desk.aws.secrets.delete(TOKEN);
    const { exit, out } = await remove('--perform', '--yes');
    expect([exit, out.includes('by hand'), out.includes('take back')]).toEqual([0, false, false]);
  });

  it.each([
    ['gitlab', [], 'https://gitlab.com/acme/shop/-/hooks', '“Access tokens” of the project'],
    ['bitbucket', [], 'https://bitbucket.org/acme/shop/admin/webhooks', '“Access tokens”'],
    [
      'bitbucket-server',
      ['--host', 'git.example.com'],
      'https://git.example.com/projects/acme/repos/shop/settings (Webhooks)',
      '“HTTP access tokens”',
    ],
  ])('names the pages of %s', async (provider, more, page, tokens) => {
    await here.desk.type('connect', provider, 'acme/shop', ...more, '--pilot', 'acme-shop');
    const [row] = [...here.rows.values()].filter(({ repository }) => repository.endsWith('acme/shop'));
    here.keep(`pilotage-dev/git/${row?.id}/token`, 'tok-of-shop');
    const { out } = await here.desk.type('connect', 'remove', row?.repository ?? '', '--yes');
    for (const words of [`by hand: at ${page},`, tokens]) expect(out).toContain(words);
  });

  it('goes on where it was cut off after the row, and then knows of none', async () => {
    here.rows.clear();
    expect((await here.desk.type('connect', 'remove', SITE, '--yes')).exit).toBe(0);
    expect(deleted()).toEqual([true, true]);
    here.desk.aws.secrets.clear();
    expect((await here.desk.type('connect', 'remove', SITE, '--yes')).exit).toBe(2);
  });

  it('ends with 1 where the provider keeps the webhook', async () => {
    here.provider.faults.push({ does: { status: 403, body: { message: 'no' } } });
    const { exit, out } = await remove('--perform', '--yes');
    expect([exit, here.rows.size]).toEqual([1, 0]);
    expect(out).toContain('could not be removed');
  });
});
