import { connecting, HOOK, ID, SECRET } from './connecting.ts';

const here = connecting();

describe('webhook connect: rotate', () => {
  beforeEach(() => here.connect());
  const rotate = (...args: string[]) => here.desk.type('connect', 'rotate', 'acme/site', ...args);
  const later = (hours: number) => {
    for (const version of here.desk.aws.secrets.get(SECRET)?.versions ?? []) version.madeAt -= hours * 3_600_000;
  };

  it('makes another secret, and says until when the one before counts', async () => {
    const first = here.secretNow();
    const { exit, out } = await rotate();
    const until = new Date(Date.now() + 24 * 3_600_000).toISOString().slice(0, 13).replace('T', ' ');
    expect([exit, here.secretNow() === first]).toEqual([0, false]);
    expect(out).toContain(`the one before is taken until ${until}`);
    expect(out).not.toContain(here.secretNow());
    expect(here.desk.aws.secrets.get(SECRET)?.versions[1]?.text).toBe(first);
  });

  it('makes no third within a day, for the provider may still have the first; unless it is told to', async () => {
    await rotate();
    const second = here.secretNow();
    expect((await rotate()).out).toContain('less than a day ago');
    expect(here.secretNow()).toBe(second);
    await rotate('--again');
    expect(here.secretNow()).not.toBe(second);
    const third = here.secretNow();
    later(25);
    await rotate();
    expect(here.secretNow()).not.toBe(third);
  });

  it('with --perform puts it into the webhook, and goes on where it was cut off', async () => {
    here.desk.env.GITHUB_TOKEN = 'tok-of-ada';
    here.provider.faults.push({ does: { status: 422, body: { message: 'Validation Failed' } } });
    const broken = await rotate('--perform');
    expect([broken.exit, broken.err]).toEqual([1, expect.stringContaining('the one before counts until')]);
    const second = here.secretNow();
    expect((await rotate('--perform')).exit).toBe(0);
    expect(here.theirs.hooks).toMatchObject([{ url: HOOK, secret: second }]);
    expect(here.rows.get(ID)?.hook).toBe('100');
  });

  it('without a secret ends with 1 and says what to do', async () => {
    here.desk.aws.secrets.clear();
    expect(await rotate()).toMatchObject({ exit: 1, err: expect.stringContaining('pilot connect makes it') });
  });
});
