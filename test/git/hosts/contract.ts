import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProviderName } from '../../../shared/git/told.ts';
import { PROVIDERS, type Stand, standIn, TOKEN } from './stands.ts';
import { FIRST, SECOND, TAGGED } from './world.ts';

/** What holds for a repository at any provider. */
export function describeHost(provider: ProviderName): void {
  const { states, events } = PROVIDERS[provider];
  const hook = { url: 'https://hooks.example.com/in/1', secret: 's3cret' };
  let stand: Stand;
  let folder: string;
  beforeEach(async () => {
    stand = await standIn(provider);
    folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  });
  afterEach(async () => {
    await stand.served.close();
    rmSync(folder, { recursive: true });
  });
  const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

  /** As a pull request shows it. */
  const shown = (commit: string) => (provider === 'bitbucket' ? commit.slice(0, 12) : commit);

  test('tells the commits of branches and tags, whatever is in their names', async () => {
    const { host } = stand;
    expect(await host.head({ kind: 'branch', name: 'main' })).toBe(SECOND);
    expect(await host.head({ kind: 'branch', name: 'feature/ä b#1' })).toBe(FIRST);
    expect(await host.head({ kind: 'tag', name: 'v1' })).toBe(FIRST);
    expect(await host.head({ kind: 'tag', name: 'rel/v2' })).toBe(TAGGED);
    expect(await host.head({ kind: 'branch', name: 'gone' })).toBeUndefined();
    expect(await host.head({ kind: 'tag', name: 'main' })).toBeUndefined();
    expect(await host.head({ kind: 'branch', name: '../../x' })).toBeUndefined();
    expect(await host.defaultBranch()).toBe('main');
    expect(stand.served.asked.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true);
  });

  test('tells the own object of a tag that is annotated, where the provider knows it', async () => {
    const { host, world } = stand;
    const own = provider === 'bitbucket' ? undefined : world.tags['rel/v2']?.annotation;
    expect(await host.tagObject('rel/v2')).toBe(own);
    expect(await host.tagObject('v1')).toBeUndefined();
    expect(await host.tagObject('gone')).toBeUndefined();
    expect(await host.tagObject('../../x')).toBeUndefined();
  });

  test('tells the tags whose names begin so, by one call', async () => {
    const { host, world, served } = stand;
    const tagged = (...names: string[]) =>
      Object.assign(world.tags, ...names.map((name) => ({ [name]: { commit: FIRST } })));
    tagged('v2', 'old-v3', 'V4', 'x"y');
    const told = await host.tags('v');
    expect([told?.names.sort(), told?.isWhole]).toEqual([['v1', 'v2'], true]);
    expect(await host.tags('rel')).toEqual({ names: ['rel/v2'], isWhole: true });
    expect(await host.tags('x"')).toEqual({ names: ['x"y'], isWhole: true });
    expect(await host.tags('none')).toEqual({ names: [], isWhole: true });
    expect(served.asked).toHaveLength(4);
  });

  test('tells of very many tags the newest, or all, by one call', async () => {
    const { host, world, served } = stand;
    for (let at = 0; at < 150; at++) world.tags[`r${at}`] = { commit: FIRST };
    const told = await host.tags('r1');
    expect(told).toMatchObject({ isWhole: true });
    expect(told?.names).toHaveLength(61);
    const all = await host.tags('r');
    expect(all?.isWhole).toBe(provider === 'github');
    expect(all?.names).toContain('r149');
    expect(all?.names.includes('r0')).toBe(provider === 'github');
    expect(served.asked).toHaveLength(2);
  });

  test('tells the whole message of a commit, and none of what is no commit', async () => {
    const { host, world } = stand;
    expect(await host.messageOf(SECOND)).toBe('Second ä\n\nIts body.\n');
    expect(await host.messageOf('9'.repeat(40))).toBeUndefined();
    expect(await host.messageOf(world.tags['rel/v2']?.annotation ?? '')).toBeUndefined();
  });

  test('shows a pull request: open, merged, closed without, and of another repository', async () => {
    const { host, world } = stand;
    const open = {
      ...{ number: 7, isOpen: true, merged: false, head: { commit: shown(SECOND), branch: 'feature/ä b#1' } },
      ...{ base: 'main', isForeign: false, updatedAt: '2026-11-21T01:00:00.000Z' },
    };
    expect(await host.pullRequest(7)).toEqual(open);
    expect(await host.pullRequest(8)).toMatchObject({ isOpen: false, merged: true, head: { commit: shown(FIRST) } });
    expect(await host.pullRequest(9)).toMatchObject({ isOpen: false, merged: false, isForeign: false });
    expect(await host.pullRequest(10)).toMatchObject({
      isOpen: true,
      isForeign: true,
      head: { commit: shown(TAGGED) },
    });
    for (const pull of world.pulls) if (pull.fork) pull.fork = 'gone';
    expect(await host.pullRequest(10)).toMatchObject({ isOpen: true, isForeign: true });
    expect(await host.pullRequest(11)).toBeUndefined();
  });

  test('tells the pull requests that are open, the latest changed first', async () => {
    const { host, world, served } = stand;
    expect((await host.openPullRequests()).map(({ number, head }) => [number, head.commit])).toEqual([
      [10, shown(TAGGED)],
      [7, shown(SECOND)],
    ]);
    expect(served.asked).toHaveLength(1);
    world.pulls = [];
    expect(await host.openPullRequests()).toEqual([]);
  });

  test('tells no more pull requests than three calls show', async () => {
    const { host, world, served } = stand;
    const [one] = world.pulls;
    if (!one) throw new Error('there is none');
    world.pulls = Array.from({ length: 170 }, (_, number) => ({ ...one, number: number + 1 }));
    expect(await host.openPullRequests()).toHaveLength(150);
    expect(served.asked).toHaveLength(3);
  });

  test('takes a repository out of sight for no deleted branch and no missing file', async () => {
    stand.world.isGone = true;
    await expect(stand.host.head({ kind: 'branch', name: 'main' })).rejects.toMatchObject({ fault: 'missing' });
    await expect(stand.host.fileAt(SECOND, 'pilot.yaml')).rejects.toMatchObject({ fault: 'missing' });
    await expect(stand.host.changedPaths(FIRST, SECOND)).rejects.toMatchObject({ fault: 'missing' });
    await expect(stand.host.messageOf(SECOND)).rejects.toMatchObject({ fault: 'missing' });
    await expect(stand.host.pullRequest(7)).rejects.toMatchObject({ fault: 'missing' });
    await expect(stand.host.openPullRequests()).rejects.toMatchObject({ fault: 'missing' });
    await expect(stand.host.tags('v')).rejects.toMatchObject({ fault: 'missing' });
  });

  test('reads a file at a commit, and none where there is none', async () => {
    const { host } = stand;
    expect(text(await host.fileAt(SECOND, 'pilot.yaml'))).toBe('pilot: shop\n');
    expect(text(await host.fileAt(SECOND, 'apps/web ä/pilot.yaml'))).toBe('pilot: web\n');
    expect(text(await host.fileAt(SECOND, 'package.json'))).toBe('{"name":"shop"}');
    expect(await host.fileAt(SECOND, 'apps')).toBeUndefined();
    expect(await host.fileAt(SECOND, 'nothing.yaml')).toBeUndefined();
    expect(await host.fileAt(TAGGED, 'pilot.yaml')).toBeUndefined();
    const asked = stand.served.asked.length;
    expect(await host.fileAt(SECOND, '../../../user')).toBeUndefined();
    expect(stand.served.asked).toHaveLength(asked);
  });

  test('refuses a file of more than 1 MiB', async () => {
    stand.world.files['pilot.yaml'] = 'x'.repeat(1024 * 1024);
    expect(await stand.host.fileAt(SECOND, 'pilot.yaml')).toHaveLength(1024 * 1024);
    stand.world.files['pilot.yaml'] = 'x'.repeat(1024 * 1024 + 1);
    await expect(stand.host.fileAt(SECOND, 'pilot.yaml')).rejects.toMatchObject({ fault: 'too-large' });
  });

  test('tells what changed between two commits, of a renamed file both names', async () => {
    expect((await stand.host.changedPaths(FIRST, SECOND))?.sort()).toEqual(['docs/new.md', 'docs/old.md', 'src/a.ts']);
    expect(await stand.host.changedPaths(SECOND, TAGGED)).toBeUndefined();
  });

  test('tells no changes where there are too many to be told whole', async () => {
    stand.world.changes = Array.from({ length: 40_000 }, (_, at) => ({ path: `${'deep/'.repeat(40)}${at}` }));
    expect(await stand.host.changedPaths(FIRST, SECOND)).toBeUndefined();
  });

  test('writes a commit’s archive into a file, and leaves none where it is too large or missing', async () => {
    const file = join(folder, 'source.zip');
    await stand.host.archive(SECOND, file, 1000);
    expect(readFileSync(file)).toEqual(stand.world.archive);
    rmSync(file);
    await expect(stand.host.archive(SECOND, file, 5)).rejects.toMatchObject({ fault: 'too-large' });
    stand.world.isGone = true;
    await expect(stand.host.archive(SECOND, file, 1000)).rejects.toMatchObject({ fault: 'missing' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(['pending', 'success', 'failure', 'error'] as const)(
    'tells a commit that it is %s, again in its place',
    async (state) => {
      const status = {
        name: 'pilotage/shop/staging',
        state,
        text: `Two\nlines ${'x'.repeat(200)}`,
        url: 'https://shop.example.com',
      };
      await stand.host.setStatus(SECOND, status);
      await stand.host.setStatus(SECOND, status);
      const [kept, ...others] = stand.world.statuses;
      expect(others).toEqual([]);
      expect(kept).toMatchObject({ commit: SECOND, name: status.name, state: states[state], url: status.url });
      expect(kept?.text).toHaveLength(140);
      expect(kept?.text.startsWith('Two lines xx')).toBe(true);
    },
  );

  test('tells a status without a URL, and of a long name', async () => {
    const name = `pilotage/${'shop-'.repeat(12)}/production`;
    await stand.host.setStatus(SECOND, { name, state: 'success', text: 'live' });
    await stand.host.setStatus(SECOND, { name: `${name}-2`, state: 'success', text: 'live' });
    expect(stand.world.statuses).toHaveLength(2);
  });

  test.each(['commit', 'pull'] as const)(
    'says something on a %s once for each mark, and changes it in place',
    async (place) => {
      const { host, world } = stand;
      const say = (markdown: string) =>
        place === 'commit'
          ? host.commentOnCommit(SECOND, 'pilotage:shop', markdown)
          : host.commentOnPullRequest(7, 'pilotage:shop', markdown);
      const kept = () => (place === 'commit' ? world.commitComments : world.pullComments);
      await say('**first**');
      await say('**second**');
      expect(kept()).toHaveLength(1);
      expect(kept()[0]?.text).toContain('**second**');
      expect(kept()[0]?.version).toBe(1);
    },
  );

  test('finds its comment on a later page, and leaves alone who quotes it', async () => {
    const { host, world } = stand;
    await host.commentOnPullRequest(7, 'pilotage:shop', 'first');
    const ours = world.pullComments.pop();
    world.pullComments = Array.from({ length: 130 }, (_, id) => ({
      id,
      version: 0,
      text: `${ours?.text}\n\nwhat is this?`,
    }));
    if (ours) world.pullComments.push({ ...ours, id: 9000 });
    await host.commentOnPullRequest(7, 'pilotage:shop', 'second');
    await host.commentOnPullRequest(7, 'pilotage:other', 'another');
    expect(world.pullComments).toHaveLength(132);
    expect(world.pullComments[130]?.text).toContain('second');
    expect(world.pullComments.filter(({ text }) => text.includes('second'))).toHaveLength(1);
  });

  test('says it once though the answer was lost', async () => {
    const { host, world, served } = stand;
    served.faults.push({ when: ({ method }) => method === 'POST', does: 'reset after' });
    await host.commentOnPullRequest(7, 'pilotage:shop', 'said');
    expect(world.pullComments).toHaveLength(1);
  });

  test('makes a webhook, then changes it, then removes it, twice alike', async () => {
    const { host, world } = stand;
    const { id } = await host.putHook(hook);
    expect(world.hooks).toEqual([{ id, ...hook, events }]);
    expect(await host.putHook({ ...hook, secret: 'n3w' })).toEqual({ id, url: hook.url, isActive: true });
    expect(world.hooks).toEqual([{ id, ...hook, secret: 'n3w', events }]);
    await host.putHook({ ...hook, url: 'https://other.example.com' });
    expect(await host.hooks(hook.url)).toEqual([{ id, url: hook.url, isActive: true }]);
    await host.removeHook(id);
    await host.removeHook(id);
    expect(await host.hooks(hook.url)).toEqual([]);
    expect(world.hooks).toHaveLength(1);
  });

  test('keeps one webhook though the answer was lost, and of two the first', async () => {
    const { host, world, served } = stand;
    served.faults.push({ when: ({ method }) => method === 'POST', does: 'reset after' });
    const { id } = await host.putHook(hook);
    expect(world.hooks).toHaveLength(1);
    world.hooks.push({ id: id.replace(/\d+/, '999'), ...hook, events: [] });
    expect((await host.putHook(hook)).id).toBe(id);
    expect(world.hooks).toHaveLength(1);
  });
}
