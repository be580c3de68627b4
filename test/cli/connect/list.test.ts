import { connecting, HOOK, ID, SITE } from './connecting.ts';

const here = connecting();
/** Spaces that line up are no matter. */
const flat = (text: string) => text.replace(/ +/g, ' ');

describe('webhook connect: list', () => {
  it('shows each repository with its pilots', async () => {
    expect((await here.desk.type('connect', 'list')).out).toContain('No repository is connected');
    await here.connect('--pilot', 'acme-wiki=wiki/pilot.yaml');
    const { out } = await here.desk.type('connect', 'list');
    expect(flat(out)).toMatch(/^REPOSITORY PILOTS WEBHOOK SINCE BY ID\n/);
    expect(flat(out)).toContain(`${SITE} acme-site acme-wiki=wiki/pilot.yaml by hand 2026-11-21`);
    expect(JSON.parse((await here.desk.type('connect', 'list', '--json')).out).connections).toMatchObject([
      { id: ID, url: HOOK },
    ]);
  });
});
