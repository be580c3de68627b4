import { update } from '../../../shared/aws/table.ts';
import { keepPreviews } from '../../../shared/git/previews/round.ts';
import { forgetConnection } from '../../../shared/ledger/connections.ts';
import { endDeployment } from '../../../shared/ledger/course.ts';
import { accept } from '../../../shared/ledger/deployments.ts';
import { partition } from '../../../shared/ledger/keys.ts';
import { claimPreview } from '../../../shared/ledger/preview-claiming.ts';
import { findPreview, listPreviews, type Preview, previewKey } from '../../../shared/ledger/previews.ts';
import { listUnmade } from '../../../shared/ledger/unmade-previews.ts';
import { failed } from '../../../shared/outcome.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { operator, type WithPulls, withPulls } from './pull-requests.ts';

const [warned, erred] = (['warn', 'error'] as const).map((level) => jest.spyOn(console, level).mockImplementation());

let stage: Stage;
let git: GitServer;
let site: WithPulls;
let commit: string;
beforeAll(async () => {
  stage = await setStage();
  git = await gitServer();
  process.env.INSTALLATION = `pilotage-rounds-${process.pid}`;
});
afterAll(async () => {
  await git.stop();
  await stage.close();
});
/** A pull request whose preview was asked for, and is known. */
beforeEach(async () => {
  await stage.fresh();
  site = await withPulls(stage, git);
  commit = await site.change({ 'index.html': 'one' });
  await site.open();
  await site.received(1, commit);
  await accepted();
  for (const spy of [warned, erred]) spy?.mockClear();
});

async function accepted() {
  const asked = site.asked();
  for (const { deployment: id, ...of } of asked) await accept({ id, ...of });
  return asked;
}
async function preview(): Promise<Preview> {
  const found = await findPreview('acme-shop', 'pr1');
  if (!found) throw new Error('it has no place');
  return found;
}
const set = (field: string, value: unknown) =>
  update({
    key: previewKey({ pilot: 'acme-shop', environment: 'pr1' }),
    update: 'SET #field = :value',
    names: { '#field': field },
    values: { ':value': value },
  });
/** Its removal ends so. */
async function removalEnds(status: 'succeeded' | 'failed'): Promise<void> {
  const id = (await preview()).removal?.deployment ?? '';
  const failure = { step: 'RemoveStack', ...failed('STACK_FAILED', 'no') };
  await endDeployment(id, status === 'failed' ? { status, failure } : { status, serving: null }, []);
}
/** What the provider is asked meanwhile, by path. */
async function askedMeanwhile(work: () => Promise<unknown>): Promise<string[]> {
  const spy = jest.spyOn(globalThis, 'fetch');
  try {
    await work();
    const paths = spy.mock.calls.map(([url]) => new URL(String(url)).pathname);
    return paths.flatMap((path) => path.split(`/repos/${site.name}/`)[1] ?? []);
  } finally {
    spy.mockRestore();
  }
}
/** Another pull request, which is told of. */
async function another(number: number): Promise<string> {
  await site.copy.branch(`more-${number}`);
  const head = await site.change({ 'index.html': `of ${number}` });
  await site.open(`more-${number}`);
  await site.received(number, head);
  return head;
}
const inMinutes = (count: number) => new Date(Date.now() + count * 60_000);

describe('the round of previews', () => {
  it('changes nothing where all is as it should be', async () => {
    const before = await preview();
    await site.keep();
    await site.keep();
    expect(site.asked()).toEqual([]);
    expect(await preview()).toEqual(before);
  });

  it('removes one whose time is over, once, and does not bring it back of itself', async () => {
    await set('until', new Date().toISOString());
    await site.keep();
    const [removal, ...more] = await accepted();
    expect(more).toEqual([]);
    expect(removal).toMatchObject({ environment: 'pr1', trigger: { kind: 'remove', why: 'expired' } });
    expect(site.comments()).toEqual([expect.stringContaining('there was no commit during its time to live')]);
    await site.keep();
    expect(site.asked()).toEqual([]);
    await removalEnds('succeeded');
    await site.keep();
    await site.keep();
    expect(site.asked()).toEqual([]);
    expect(await listPreviews()).toEqual([]);
  });

  it('makes one anew whose time was over when there is another commit', async () => {
    await set('until', new Date().toISOString());
    await site.keep();
    await accepted();
    const next = await site.change({ 'index.html': 'two' });
    await site.keep();
    expect(site.asked().at(-1)).toMatchObject({ trigger: { kind: 'push', commit: next } });
    expect((await preview()).removal).toBeUndefined();
    expect(Date.parse((await preview()).until)).toBeGreaterThan(Date.now());
  });

  it('finds that a pull request was closed without a word', async () => {
    await git.closePull(site.name, 1);
    await site.keep();
    expect(site.asked()).toMatchObject([{ trigger: { kind: 'remove', why: 'closed' } }]);
  });

  it('finds a commit whose webhook was lost, and that one was opened again', async () => {
    const next = await site.change({ 'index.html': 'two' });
    await site.keep();
    expect(await accepted()).toMatchObject([{ trigger: { commit: next } }]);
    await git.closePull(site.name, 1);
    await site.closed(1);
    await accepted();
    await git.reopenPull(site.name, 1);
    await site.keep();
    expect(site.asked().at(-1)).toMatchObject({ trigger: { kind: 'push', commit: next } });
  });

  it('asks once more for a deployment that nobody was told of', async () => {
    await site.change({ 'index.html': 'two' });
    await site.look(1);
    const [lost] = site.asked();
    await site.keep();
    expect(site.asked().map(({ deployment }) => deployment)).toEqual([lost?.deployment]);
  });

  it('tries a removal again that did not succeed, after a pause that doubles', async () => {
    await git.closePull(site.name, 1);
    await site.closed(1);
    const [first] = await accepted();
    await removalEnds('failed');
    await keepPreviews(() => inMinutes(4));
    expect(site.asked()).toEqual([]);
    await keepPreviews(() => inMinutes(6));
    const [second] = await accepted();
    expect(second).toMatchObject({ trigger: { kind: 'remove', why: 'closed' } });
    expect(second?.deployment).not.toBe(first?.deployment);
    await removalEnds('failed');
    await keepPreviews(() => inMinutes(9));
    expect(site.asked()).toEqual([]);
    await keepPreviews(() => inMinutes(11));
    expect(site.asked()).toHaveLength(1);
    expect((await preview()).removal?.tries).toBe(3);
  });

  it('asks for a removal again whose event was lost, and gives the place free of one that is done', async () => {
    await git.closePull(site.name, 1);
    await site.closed(1);
    const [lost] = site.asked();
    await keepPreviews(() => inMinutes(2));
    expect((await accepted()).map(({ deployment }) => deployment)).toEqual([lost?.deployment]);
    await removalEnds('succeeded');
    await site.keep();
    expect(await listPreviews()).toEqual([]);
  });

  it('lets those whose time is not over be where the repository is no longer connected, and removes them then', async () => {
    await forgetConnection(site.connection.id);
    await git.closePull(site.name, 1);
    await site.keep();
    expect(site.asked()).toEqual([]);
    await set('until', new Date().toISOString());
    await site.keep();
    expect(site.asked()).toMatchObject([{ trigger: { why: 'expired' } }]);
  });

  it('tells at the end of what it could not look after, which keeps it from nothing else', async () => {
    git.fail({ path: `${site.name}/pulls/1`, status: 500, times: 20 });
    await expect(site.keep()).rejects.toThrow('1 previews could not be looked after');
    await set('until', new Date().toISOString());
    await expect(site.keep()).rejects.toThrow('1 previews');
    expect(site.asked()).toMatchObject([{ trigger: { kind: 'remove', why: 'expired' } }]);
  }, 60_000);

  it('asks the provider for no more than the pull request and its branch where nothing is new', async () => {
    const calm = ['pulls/1', expect.stringMatching(/heads\/topic|branches\/topic|commits\//)];
    await site.keep();
    expect(await askedMeanwhile(site.keep)).toEqual(calm);
    await site.change({ 'index.html': 'two' });
    expect((await askedMeanwhile(site.keep)).length).toBeGreaterThan(2);
  });

  it('says at the pull request that somebody took its preview offline', async () => {
    const { deployment } = await preview();
    await endDeployment(deployment, { status: 'succeeded', serving: 'r' }, []);
    await site.keep();
    expect(site.comments()).toEqual([expect.stringContaining('Live')]);
    await update({
      key: { pk: partition('acme-shop', 'pr1'), sk: 'LOCK' },
      update: 'SET fence = :fence, #offline = :offline',
      names: { '#offline': 'offline' },
      values: { ':fence': 1, ':offline': { deployment, at: '2026-11-22T03:04:05Z', release: 'r' } },
    });
    await site.keep();
    expect(site.comments()).toEqual([expect.stringContaining('**Offline** since 2026-11-22 03:04 UTC')]);
  });

  it('does not look at those who wait while there is no place, and then at as many as there are', async () => {
    await operator(stage, { 'acme-shop': [site.repository] }, { perPilot: 1 });
    for (const number of [2, 3]) await another(number);
    expect((await listUnmade()).map(({ number }) => number)).toEqual([2, 3]);
    const pulls = (paths: string[]) => paths.filter((path) => path.startsWith('pulls/'));
    expect(pulls(await askedMeanwhile(site.keep))).toEqual(['pulls/1']);
    await operator(stage, { 'acme-shop': [site.repository] }, { perPilot: 2 });
    const asked = pulls(await askedMeanwhile(site.keep));
    expect(asked).toContain('pulls/2');
    expect(asked).not.toContain('pulls/3');
    expect((await listPreviews()).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('does not let one that wants no preview any more keep the others waiting', async () => {
    await operator(stage, { 'acme-shop': [site.repository] }, { perPilot: 1 });
    await another(2);
    const waits = await another(3);
    await site.copy.branch('more-2');
    await site.change({ 'pilot.yaml': site.manifest('') });
    await operator(stage, { 'acme-shop': [site.repository] }, { perPilot: 2 });
    await site.keep();
    await site.keep();
    expect(await listUnmade()).toEqual([]);
    expect((await listPreviews()).at(-1)).toMatchObject({ number: 3, commit: waits });
  });

  it('asks nobody for those who wait while the operator’s file cannot be read', async () => {
    await operator(stage, { 'acme-shop': ['not a repository'] });
    await another(2);
    expect(await askedMeanwhile(site.keep)).not.toContain('pulls/2');
    await operator(stage, { 'acme-shop': [site.repository] });
    expect(await askedMeanwhile(site.keep)).toContain('pulls/2');
  });

  it('leaves the rest of a repository to the next round where its provider was asked too much', async () => {
    const row = await preview();
    for (let number = 2; number <= 9; number++)
      await claimPreview({ ...row, environment: `pr${number}`, number }, undefined, { most: 20, perPilot: 20 });
    git.fail({ path: `${site.name}/pulls/`, status: 429, times: 1_000 });
    await expect(site.keep()).rejects.toThrow('4 previews could not be looked after');
  }, 120_000);

  it('notes the time at which it is written, however long a round has taken until then', async () => {
    const times: string[] = [];
    const clock = () => {
      const time = inMinutes(times.length);
      times.push(time.toISOString());
      return time;
    };
    await site.change({ 'index.html': 'two' });
    await keepPreviews(clock);
    expect(times.length).toBeGreaterThan(1);
    expect((await preview()).askedAt).toBe(times.at(-1));
    times.length = 0;
    await git.closePull(site.name, 1);
    await keepPreviews(() => new Date(clock().getTime() + 3_600_000));
    const last = Date.parse(times.at(-1) ?? '') + 3_600_000;
    expect(Date.parse((await preview()).removal?.at ?? '')).toBe(last);
  });
});
