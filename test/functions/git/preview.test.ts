import { askToCancel } from '../../../shared/ledger/cancelling.ts';
import { forgetConnection, keepConnection } from '../../../shared/ledger/connections.ts';
import { endDeployment } from '../../../shared/ledger/course.ts';
import { accept, findDeployment } from '../../../shared/ledger/deployments.ts';
import { takeLock } from '../../../shared/ledger/lock.ts';
import { claimPreview } from '../../../shared/ledger/preview-claiming.ts';
import {
  findPreview,
  listPreviews,
  noteRemoval,
  type Preview,
  previewRemoved,
} from '../../../shared/ledger/previews.ts';
import { listUnmade } from '../../../shared/ledger/unmade-previews.ts';
import { type GitServer, gitServer } from '../../support/git-server.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { operator, type WithPulls, withPulls } from './pull-requests.ts';

let stage: Stage;
let git: GitServer;
let site: WithPulls;
beforeAll(async () => {
  stage = await setStage();
  git = await gitServer();
  process.env.INSTALLATION = `pilotage-previews-${process.pid}`;
});
afterAll(async () => {
  await git.stop();
  await stage.close();
});
beforeEach(async () => {
  await stage.fresh();
  site = await withPulls(stage, git);
});

const PLACE = ['acme-shop', 'pr1'] as const;
/** A pull request with one commit, told of. */
async function opened(files: Record<string, string> = { 'index.html': 'one' }): Promise<string> {
  const commit = await site.change(files);
  await site.open();
  await site.received(1, commit);
  return commit;
}
async function accepted() {
  const asked = site.asked();
  for (const { deployment: id, ...of } of asked) await accept({ id, ...of });
  return asked;
}

describe('webhook pull request: the preview of one that is open', () => {
  it('is asked for at its head, by the manifest that is there', async () => {
    const commit = await opened();
    const [asked, ...more] = site.asked();
    expect(more).toEqual([]);
    expect(asked).toMatchObject({
      ...{ pilot: 'acme-shop', environment: 'pr1' },
      trigger: {
        ...{ kind: 'push', pull: 1, commit, ref: { kind: 'branch', name: 'topic' }, manifest: 'pilot.yaml' },
        ...{ repository: site.repository, connection: site.connection.id },
        ...{
          key: `pushes/acme-shop/pr1/${commit}/pilot.yaml`,
          push: `${site.connection.id}-pull-1-${commit.slice(0, 12)}`,
        },
      },
    });
    const row = await findPreview(...PLACE);
    expect(row).toMatchObject({ commit, branch: 'topic', base: 'main', number: 1, deployment: asked?.deployment });
    expect(Date.parse(row?.until ?? '') - Date.parse(row?.askedAt ?? '')).toBe(3 * 86_400_000);
  });

  it('is one and the same when the event comes twice, at once, or when who asked was cut off', async () => {
    const commit = await site.change({ 'index.html': 'one' });
    await site.open();
    await Promise.all([site.received(1, commit), site.received(1, commit)]);
    await site.received(1, commit);
    const ids = new Set(site.asked().map(({ deployment }) => deployment));
    expect(ids.size).toBe(1);
    for (const id of ids) expect((await findPreview(...PLACE))?.deployment).toBe(id);
  });

  it('is not asked for again once its deployment is known', async () => {
    const commit = await opened();
    await accepted();
    await site.received(1, commit);
    expect(site.asked()).toEqual([]);
  });

  it('follows its commits, also those that change nothing of the pilot', async () => {
    const paths = ', paths: [site]';
    await site.copy.branch('main');
    await site.change({ 'pilot.yaml': site.manifest(undefined, paths) });
    await site.copy.branch('paths');
    const first = await site.change({ 'site/index.html': 'one' });
    await site.open('paths');
    await site.received(1, first);
    const commit = await site.change({ 'readme.md': 'two' });
    await site.received(1, commit);
    expect(site.asked().map(({ trigger }) => 'commit' in trigger && trigger.commit)).toEqual([first, commit]);
    expect(await listPreviews()).toMatchObject([{ commit }]);
  });

  it('is one also where no environment is deployed by the branch that it is to be merged into', async () => {
    await site.copy.branch('main');
    await site.change({ 'pilot.yaml': site.manifest(undefined, ', branch: release') });
    await site.copy.branch('released');
    const commit = await site.change({ 'index.html': 'one' });
    await site.open('released');
    await site.received(1, commit);
    expect(site.asked()).toMatchObject([{ trigger: { commit, pull: 1 } }]);
  });

  it('is none where the pull request changes nothing of the pilot', async () => {
    const paths = ', paths: [site]';
    await site.copy.branch('main');
    await site.change({ 'pilot.yaml': site.manifest(undefined, paths) });
    await site.copy.branch('paths');
    const commit = await site.change({ 'readme.md': 'one' });
    await site.open('paths');
    await site.received(1, commit);
    expect(site.asked()).toEqual([]);
    expect(site.comments()).toEqual([]);
  });

  it('is that of its branch now, whatever a late event tells', async () => {
    await site.change({ 'index.html': 'one' });
    await site.open();
    const commit = await site.change({ 'index.html': 'two' });
    await site.look(1);
    expect(await listPreviews()).toMatchObject([{ commit }]);
  });

  it('stays at the commit before where the message of the last one says [skip deploy]', async () => {
    const first = await opened();
    await site.change({ 'index.html': 'two' }, 'Tidy up [skip deploy]');
    await site.look(1);
    expect(await listPreviews()).toMatchObject([{ commit: first }]);
  });

  it('is none for a manifest that does not say so, nor for code of another repository', async () => {
    await opened({ 'pilot.yaml': site.manifest('previews: false\n') });
    const theirs = await git.workOn('somebody/site');
    await theirs.run('pull', '--quiet', site.copy.folder, 'main');
    await theirs.branch('better');
    await theirs.commit({ 'index.html': 'theirs' });
    await theirs.push();
    await git.openPull(site.name, { head: 'better', from: 'somebody/site' });
    await site.look(2);
    expect(site.asked()).toEqual([]);
    expect(await listPreviews()).toEqual([]);
  });

  it('is one for each pilot of the repository that says so', async () => {
    const pilots = ['acme-shop', 'acme-wiki', 'acme-docs'].map((pilot) => ({ pilot, manifest: `${pilot}.yaml` }));
    const files = Object.fromEntries(
      pilots.map(({ pilot, manifest }) => [
        manifest,
        site.manifest(pilot === 'acme-docs' ? '' : undefined, undefined, pilot),
      ]),
    );
    await keepConnection({ ...site.connection, pilots });
    await operator(stage, Object.fromEntries(pilots.map(({ pilot }) => [pilot, [`${site.repository}#preview`]])));
    await site.copy.branch('main');
    await site.change(files);
    await site.copy.branch('more');
    const commit = await site.change({ 'index.html': 'one' });
    await site.open('more');
    await site.received(1, commit);
    expect(site.asked().map(({ pilot }) => pilot)).toEqual(['acme-shop', 'acme-wiki']);
  });
});

describe('webhook pull request: a preview that is not made', () => {
  it('says that the default branch does not say so, and what to do', async () => {
    await site.copy.branch('main');
    await site.change({ 'pilot.yaml': site.manifest('') });
    await site.copy.branch('again');
    const commit = await site.change({ 'pilot.yaml': site.manifest() });
    await site.open('again');
    await site.received(1, commit);
    expect(site.asked()).toEqual([]);
    expect(site.comments()).toEqual([
      expect.stringMatching(/none of commit \w{12}: the default branch main does not say/),
    ]);
    expect(site.comments()[0]).toContain('<!-- pilotage:preview:acme-shop -->');
  });

  it('says that the operator does not allow it, and is made once that is so and there is another commit', async () => {
    await operator(stage, { 'acme-shop': [`${site.repository}#production`] });
    await opened();
    expect(site.comments()).toEqual([expect.stringContaining('is not allowed to deploy acme-shop to preview')]);
    expect(await listUnmade()).toMatchObject([{ pilot: 'acme-shop', number: 1 }]);
    await operator(stage, { 'acme-shop': [site.repository] });
    await site.change({ 'index.html': 'two' });
    await site.look(1);
    expect(site.asked()).toHaveLength(1);
    expect(await listUnmade()).toEqual([]);
  });

  it('says who has the places, once however often it is asked for, and is made once one is free', async () => {
    await operator(stage, { 'acme-shop': [site.repository] }, { perPilot: 1 });
    await opened();
    await site.copy.branch('second');
    const commit = await site.change({ 'index.html': 'second' });
    await site.open('second');
    for (let times = 0; times < 3; times++) await site.received(2, commit);
    const refusing = expect.stringContaining(
      `the operator allows 1 of acme-shop at once, and these have the places: acme-shop of pull request 1 of ${site.repository}`,
    );
    expect(site.comments()).toEqual([refusing]);
    await accepted();

    await git.closePull(site.name, 1);
    await site.closed(1);
    const [removal] = site.asked();
    await previewRemoved(...PLACE, removal?.deployment ?? '');
    await site.keep();
    expect(site.asked()).toMatchObject([{ environment: 'pr2', trigger: { commit } }]);
    expect(await listUnmade()).toEqual([]);
  });

  it('names no other repository', async () => {
    const other = { ...(await withPulls(stage, git)).connection };
    await operator(stage, { 'acme-shop': [site.repository] }, { most: 2 });
    const row = { pilot: 'acme-shop', connection: other.id, repository: other.repository, branch: 'b', base: 'main' };
    const at = { askedAt: '2026-11-21T01:02:03Z', since: '2026-11-21T01:02:03Z', until: '2096-11-24T01:02:03Z' };
    const claim = (number: number) => {
      const deployment = `acme-shop_pr${number}_20261121T010203Z-3f9a1c2e4b5d`;
      const held: Preview = { ...row, ...at, number, environment: `pr${number}`, commit: 'a'.repeat(40), deployment };
      return claimPreview(held, undefined, { most: 9, perPilot: 9 });
    };
    await claim(7);
    await claim(8);
    const commit = await opened();
    expect(site.comments()[0]).toContain('these have the places: 2 of other repositories');
    await claim(1);
    await site.received(1, commit);
    expect(site.comments()[0]).toContain('a pull request of another repository has the environment pr1');
    expect(JSON.stringify(await listUnmade())).not.toContain(other.repository);
  });

  it('is tried again while the operator’s file is wrong', async () => {
    await operator(stage, { 'acme-shop': ['not a repository'] });
    await opened();
    expect(site.comments()).toEqual([expect.stringContaining('what the operator allows cannot be read')]);
    await operator(stage, { 'acme-shop': [site.repository] });
    await site.keep();
    expect(site.asked()).toHaveLength(1);
  });

  it('is nobody’s concern where the connection is gone', async () => {
    const commit = await site.change({ 'index.html': 'one' });
    await site.open();
    await forgetConnection(site.connection.id);
    await site.received(1, commit);
    await site.keep();
    expect(site.asked()).toEqual([]);
  });
});

describe('webhook pull request: the preview of one that is closed', () => {
  it('is asked to be removed, once for however many events', async () => {
    await opened();
    const [made] = await accepted();
    await git.closePull(site.name, 1);
    await Promise.all([site.closed(1), site.closed(1)]);
    await site.closed(1);
    const removals = site.asked();
    expect(new Set(removals.map(({ deployment }) => deployment)).size).toBe(1);
    expect(removals[0]).toMatchObject({
      ...{ pilot: 'acme-shop', environment: 'pr1' },
      trigger: { kind: 'remove', why: 'closed', pull: { connection: site.connection.id, number: 1 } },
    });
    expect((await findPreview(...PLACE))?.removal?.deployment).toBe(removals[0]?.deployment);
    expect(String(removals[0]?.requestedAt) > String(made?.requestedAt)).toBe(true);
    expect(site.comments()).toEqual([expect.stringContaining('It is being removed: its pull request is closed')]);
  });

  it('has what is being deployed given up, whoever asked for that', async () => {
    await opened();
    const [made] = await accepted();
    const at = String(made?.requestedAt).slice(0, 19);
    await takeLock({ id: made?.deployment ?? '', pilot: 'acme-shop', environment: 'pr1', at });
    await git.closePull(site.name, 1);
    await site.closed(1);
    expect((await findDeployment(made?.deployment ?? ''))?.cancelled?.by).toContain('the end of its pull request');
    expect(stage.events).toContainEqual(
      expect.objectContaining({ name: 'Woken', detail: expect.objectContaining({ deployment: made?.deployment }) }),
    );
    expect((await askToCancel(made?.deployment ?? '', 'ada'))?.cancelled?.by).not.toBe('ada');
  });

  it('is not made where it was closed before anybody heard that it was opened', async () => {
    const commit = await site.change({ 'index.html': 'one' });
    await site.open();
    await git.closePull(site.name, 1);
    await site.closed(1);
    await site.look(1);
    expect(commit).toHaveLength(40);
    expect(site.asked()).toEqual([]);
    expect(site.comments()).toEqual([]);
  });

  it('is made again where it is opened again, while it is removed and afterwards', async () => {
    const commit = await opened();
    await accepted();
    await git.closePull(site.name, 1);
    await site.closed(1);
    const [removal] = await accepted();
    await git.reopenPull(site.name, 1);
    await site.received(1, commit);
    const [again] = await accepted();
    expect(again).toMatchObject({ trigger: { kind: 'push', commit } });
    // To the second, by which the queue tells them apart.
    expect(String(again?.requestedAt).slice(0, 19) > String(removal?.requestedAt).slice(0, 19)).toBe(true);
    await previewRemoved(...PLACE, removal?.deployment ?? '');
    expect(await findPreview(...PLACE)).toMatchObject({ deployment: again?.deployment });
  });

  it('is removed where its branch is gone, and made again with it', async () => {
    await opened();
    await accepted();
    await site.copy.remove('topic');
    await site.look(1);
    expect(await accepted()).toMatchObject([{ trigger: { kind: 'remove', why: 'closed' } }]);
    await site.copy.push();
    await site.look(1);
    expect(site.asked()).toMatchObject([{ trigger: { kind: 'push', pull: 1 } }]);
  });

  it.each(['expired', 'asked'] as const)('comes back for another commit only where it was %s', async (why) => {
    const commit = await opened();
    await accepted();
    const seen = await findPreview(...PLACE);
    const removed = seen && (await noteRemoval(seen, why, new Date()));
    const id = removed?.removal?.deployment ?? '';
    await site.received(1, commit);
    expect(site.asked()).toEqual([]);
    const trigger = { kind: 'remove', request: removed?.removal?.request ?? '', why } as const;
    await accept({
      ...{ id, pilot: PLACE[0], environment: PLACE[1] },
      requestedAt: removed?.removal?.at ?? '',
      trigger,
    });
    await endDeployment(id, { status: 'succeeded', serving: null }, []);
    await previewRemoved(...PLACE, id);
    expect(await listPreviews()).toEqual([]);
    await site.received(1, commit);
    expect(site.asked()).toEqual([]);
    const next = await site.change({ 'index.html': 'two' });
    await site.received(1, next);
    expect(site.asked()).toMatchObject([{ trigger: { kind: 'push', commit: next } }]);
  });

  it('stays where the provider says that it is open, whatever an old event tells', async () => {
    const commit = await opened();
    await accepted();
    await site.look(1);
    expect(site.asked()).toEqual([]);
    expect(await findPreview(...PLACE)).toMatchObject({ commit });
  });
});
