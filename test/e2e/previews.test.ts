import { installWithPulls, type WithPulls } from './previewing.ts';
import { files, PILOT } from './pushing.ts';

let pilotage: WithPulls;
beforeAll(async () => {
  pilotage = await installWithPulls({ name: 'acme/site', pilot: PILOT });
}, 240_000);
afterAll(() => pilotage.end());

const site = (text: string) => {
  const all = files(text);
  return { ...all, 'pilot.yaml': `${all['pilot.yaml']}previews: true\n` };
};
const of = (number: number) => `${PILOT}--pr${number}`;
const body = async (number?: number) => (await pilotage.view(number === undefined ? PILOT : of(number))).body;
const historyOf = (number: number) => pilotage.ask({ action: 'history', pilot: PILOT, environment: `pr${number}` });

// Each goes on with what the one before has left.
describe('webhook pull request e2e: previews', () => {
  let first = '';

  it('a pull request goes live at an address of its own, which its comment tells, beside production', async () => {
    const main = await pilotage.push(site('the page'), 'The first page');
    expect(await pilotage.deployed(main)).toMatchObject({ status: 'succeeded' });
    const { number, commit } = await pilotage.open('topic', { text: 'the preview' });
    first = commit;
    expect(await pilotage.said(number, 'Live at')).toMatch(
      new RegExp(`Live at http\\S+${of(number)}\\S*\\*\\*, with commit ${commit.slice(0, 12)}`),
    );
    expect(await body(number)).toBe('the preview');
    expect(await body()).toBe('the page');
    expect(await pilotage.previews()).toMatchObject([
      {
        pilot: PILOT,
        environment: 'pr1',
        number,
        commit,
        status: 'succeeded',
        url: expect.stringContaining(of(number)),
      },
    ]);
    expect(await pilotage.status(commit, 'success')).toMatchObject({ context: `pilotage/${PILOT}/pr1` });
  }, 240_000);

  it('follows its next commit, in the same comment', async () => {
    const commit = await pilotage.push({ text: 'the preview, better' });
    await pilotage.said(1, `with commit ${commit.slice(0, 12)}`);
    expect(await body(1)).toBe('the preview, better');
    expect(pilotage.comments(1)).toBe(1);
    expect(await pilotage.previews()).toHaveLength(1);
  }, 180_000);

  it('does nothing more when webhooks come once more, or late', async () => {
    const before = await historyOf(1);
    const told = pilotage.git.deliveries().filter(({ event }) => event === 'pull_request');
    expect(told.length).toBeGreaterThanOrEqual(2);
    for (const one of told) pilotage.git.redeliver(one);
    await pilotage.git.settled();
    const { connection, repository } = pilotage;
    const late = { connection, repository, number: 1, commit: first, branch: 'topic', base: 'main', isForeign: false };
    await pilotage.invoke('pilotage-dev-git-preview', { detail: late });
    await pilotage.keep();
    expect(await historyOf(1)).toEqual(before);
    expect(await body(1)).toBe('the preview, better');
  }, 120_000);

  it('is removed once it is closed, and nothing of it is left', async () => {
    await pilotage.git.closePull('acme/site', 1);
    await pilotage.said(1, 'It was removed, and nothing of it is left: its pull request is closed');
    await pilotage.onlyOf();
    expect((await pilotage.view(of(1))).status).toBeGreaterThanOrEqual(400);
    expect(await pilotage.leftOf('pr1')).toEqual([]);
    expect(await body()).toBe('the page');
  }, 240_000);

  it('comes back when it is opened again, and goes when that it was closed is heard of by the round alone', async () => {
    await pilotage.git.reopenPull('acme/site', 1);
    await pilotage.said(1, 'Live at');
    expect(await body(1)).toBe('the preview, better');
    pilotage.git.silence(true);
    await pilotage.git.closePull('acme/site', 1);
    pilotage.git.silence(false);
    await pilotage.keep();
    await pilotage.said(1, 'It was removed');
    await pilotage.onlyOf();
    expect(await pilotage.leftOf('pr1')).toEqual([]);
  }, 240_000);

  it('waits where the limit is reached, until the time of another one is over', async () => {
    await pilotage.limit({ perPilot: 1 });
    await pilotage.open('second', { text: 'the second' });
    await pilotage.said(2, 'Live at');
    await pilotage.open('third', { text: 'the third' });
    expect(await pilotage.said(3, 'these have the places')).toContain(`${PILOT} of pull request 2 of`);
    await pilotage.onlyOf(2);

    await pilotage.expire('pr2');
    await pilotage.keep();
    await pilotage.said(2, 'It was removed, and nothing of it is left: there was no commit during its time to live');
    // It may have its place by then: the round goes on while a site, which has no stack, is gone within a second.
    await pilotage.keep();
    await pilotage.said(3, 'Live at');
    expect(await body(3)).toBe('the third');
    await pilotage.onlyOf(3);
  }, 300_000);

  it('is closed while it is being deployed: that is given up, and nothing is left', async () => {
    await pilotage.limit({});
    const slow = files('slow', '[node, -e, "setInterval(() => 0, 1000)"]');
    await pilotage.open('slow', { 'pilot.yaml': `${slow['pilot.yaml']}previews: true\n` });
    const { deployment: id } = await pilotage.preview(4);
    await pilotage.until(id, ({ progress = '' }) => progress.includes('the build runs its commands'));
    await pilotage.git.closePull('acme/site', 4);
    expect(await pilotage.ended(id)).toMatchObject({ status: 'cancelled' });
    await pilotage.said(4, 'It was removed');
    await pilotage.onlyOf(3);
    expect(await pilotage.leftOf('pr4')).toEqual([]);
  }, 240_000);
});
