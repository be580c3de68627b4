import { files, installWithGit, PILOT, type WithGit } from './pushing.ts';

let pilotage: WithGit;
beforeAll(async () => {
  pilotage = await installWithGit();
}, 240_000);
afterAll(() => pilotage.end());

/** What a build runs that lasts until it is stopped. */
const FOREVER = '[node, -e, "setInterval(() => 0, 1000)"], [node, build.js]';
const body = async () => (await pilotage.view(PILOT)).body;
const lastAnswer = () => JSON.parse(pilotage.git.deliveries().at(-1)?.answer?.body ?? '{}');

// Each begins with what the one before has left live, as pushes to one branch do.
describe('webhook e2e', () => {
  let first = '';

  it('a push is built, goes live and shows at its commit', async () => {
    first = await pilotage.push(files('one'), 'The first page');
    await pilotage.git.settled();
    expect(pilotage.git.deliveries().at(-1)?.answer).toMatchObject({ status: 202 });
    expect(lastAnswer()).toMatchObject({ outcome: 'accepted', push: expect.stringContaining(pilotage.connection) });

    const deployed = await pilotage.deployed(first);
    expect(deployed).toMatchObject({
      ...{ status: 'succeeded', commit: first, trigger: { kind: 'push', commit: first } },
      facts: { build: expect.stringContaining('-builds:') },
    });
    expect(Object.keys(deployed.steps).slice(0, 4)).toEqual(['Validate', 'Queue', 'Build', 'Provision']);
    expect(await pilotage.digests()).toEqual([deployed.facts?.digest]);
    expect(await body()).toBe('one');
    expect(pilotage.builds()).toBe(1);
    expect((await pilotage.history())[0]).toMatchObject({ id: deployed.id, release: deployed.release });
    expect(await pilotage.status(first, 'success')).toMatchObject({
      context: `pilotage/${PILOT}/production`,
      target_url: expect.stringContaining(`${PILOT}.localhost`),
    });
  }, 180_000);

  it('a second push while the first is built takes its place', async () => {
    const slow = await pilotage.push(files('slow', FOREVER), 'A page that is never made');
    const { outcome } = await pilotage.read(slow);
    const [id = ''] = outcome?.kind === 'deployments' ? outcome.deployments : [];
    await pilotage.until(id, ({ progress = '' }) => progress.includes('the build runs its commands'));
    const second = await pilotage.push(files('two'), 'The second page');
    expect(await pilotage.deployed(second)).toMatchObject({ status: 'succeeded' });
    expect(await pilotage.ended(id)).toMatchObject({ status: 'superseded' });
    expect(await body()).toBe('two');
    expect(await pilotage.status(slow, 'error')).toMatchObject({ description: expect.stringContaining('newer') });
  }, 180_000);

  it('a push with a manifest that is wrong deploys nothing, and its commit says where', async () => {
    const before = await pilotage.history();
    const wrong = files('wrong')['pilot.yaml'].replace('output: site', 'outputs: site');
    const commit = await pilotage.push({ 'pilot.yaml': wrong }, 'A misspelt key');
    expect(await pilotage.read(commit)).toMatchObject({
      outcome: { kind: 'failed', problems: [{ code: 'MANIFEST_UNKNOWN_KEY', place: { file: 'pilot.yaml', line: 8 } }] },
    });
    const place = expect.stringMatching(/^pilot\.yaml:8:\d+/);
    expect(await pilotage.status(commit, 'error')).toMatchObject({ description: place });
    await pilotage.commented(commit, 'pilot.yaml:8:');
    expect(await pilotage.history()).toEqual(before);
    expect(await body()).toBe('two');
  }, 120_000);

  it('a push whose message says so is not deployed', async () => {
    const commit = await pilotage.push(files('skipped'), 'Tidy up [skip deploy]');
    expect(await pilotage.read(commit)).toMatchObject({
      outcome: { kind: 'ignored', reason: expect.stringContaining('[skip deploy]') },
    });
    expect(await body()).toBe('two');
  }, 120_000);

  it('a push whose webhook was lost is found, and one that comes twice is one push', async () => {
    pilotage.git.silence(true);
    const lost = await pilotage.push(files('three'), 'The third page');
    pilotage.git.silence(false);
    await pilotage.invoke('pilotage-dev-git-poll', {});
    expect(await pilotage.deployed(lost)).toMatchObject({ status: 'succeeded' });
    expect(await pilotage.read(lost)).toMatchObject({ via: 'poll' });
    expect(await body()).toBe('three');

    const [all, history] = [await pilotage.pushes(), await pilotage.history()];
    // The one that was lost, and one that was answered long ago.
    for (const of of [lost, first]) {
      const sent = pilotage.git.deliveries().find(({ payload }) => payload.after === of);
      if (sent) pilotage.git.redeliver(sent);
      await pilotage.git.settled();
      expect(pilotage.git.deliveries().at(-1)).toMatchObject({ redelivery: true, answer: { status: 200 } });
      const { id: push } = await pilotage.read(of);
      expect(lastAnswer()).toMatchObject({ outcome: 'duplicate', push });
    }
    expect(await pilotage.pushes()).toEqual(all);
    expect(await pilotage.history()).toEqual(history);
  }, 180_000);

  it('a branch that is forced back to a commit has its release live again, without building it again', async () => {
    const [builds, [live]] = [pilotage.builds(), await pilotage.history()];
    await pilotage.copy.reset(first);
    await pilotage.copy.forcePush();
    const again = await pilotage.deployed(first, 2);
    expect(again).toMatchObject({ status: 'succeeded', commit: first });
    expect(again.release).not.toBe(live?.release);
    expect((await pilotage.history()).filter(({ release }) => release === again.release)).toHaveLength(2);
    expect(await body()).toBe('one');
    expect(pilotage.builds()).toBe(builds);
  }, 120_000);

  it('a build that fails leaves what is live, and tells its last lines', async () => {
    const broken = files('broken', '[node, -e, "console.log(`no such shoe`); process.exit(3)"]');
    const commit = await pilotage.push(broken, 'A build that fails');
    const failed = await pilotage.deployed(commit);
    expect(failed).toMatchObject({
      status: 'failed',
      failure: { step: 'Build', code: 'BUILD_FAILED', reason: expect.stringContaining('no such shoe') },
    });
    expect(await pilotage.status(commit, 'failure')).toMatchObject({
      description: expect.stringContaining('BUILD_FAILED'),
    });
    expect(await body()).toBe('one');
  }, 120_000);

  it('a commit that needs more than its own files is refused, and says what to do', async () => {
    const builds = pilotage.builds();
    const submodule = { '.gitmodules': '[submodule "theme"]\n  path = theme\n  url = ../theme.git\n' };
    const commit = await pilotage.push({ ...files('modular'), ...submodule }, 'A submodule');
    expect(await pilotage.deployed(commit)).toMatchObject({
      ...{ status: 'rejected', failure: { step: 'Build', problems: [{ code: 'SUBMODULES' }] } },
    });
    expect(await pilotage.status(commit, 'error')).toMatchObject({
      description: expect.stringContaining('.gitmodules'),
    });
    await pilotage.commented(commit, 'git subtree add');
    expect(pilotage.builds()).toBe(builds);
    expect(await body()).toBe('one');
  }, 120_000);

  it('what failed is built anew when it is tried again, and the release before comes back without a build', async () => {
    const builds = pilotage.builds();
    const commit = await pilotage.push({
      ...files('four'),
      '.gitmodules': undefined,
      'build.js': 'here.is(no.program)',
    });
    expect(await pilotage.deployed(commit)).toMatchObject({ status: 'failed' });
    const request = (digit: string) => `${new Date().toISOString()}/00000000-0000-4000-8000-00000000000${digit}`;
    const again = await pilotage.ask({ action: 'retry', pilot: PILOT, request: request('1') });
    expect(await pilotage.ended(again.deployment)).toMatchObject({ status: 'failed', failure: { step: 'Build' } });
    expect(pilotage.builds()).toBe(builds + 2);

    const back = await pilotage.ask({ action: 'rollback', pilot: PILOT, request: request('2') });
    expect(await pilotage.ended(back.deployment)).toMatchObject({ status: 'succeeded' });
    expect(await body()).toBe('three');
    expect(pilotage.builds()).toBe(builds + 2);
  }, 180_000);

  it('a tag whose webhook was lost is found, and none that was there before', async () => {
    const tagged = (text: string) => {
      const made = files(text);
      return { ...made, 'pilot.yaml': made['pilot.yaml'].replace('branch: main', 'branch: main, tags: v') };
    };
    pilotage.git.silence(true);
    await pilotage.copy.tag('v0.9', { commit: first });
    await pilotage.copy.push('v0.9');
    pilotage.git.silence(false);
    expect(await pilotage.deployed(await pilotage.push(tagged('five')))).toMatchObject({ status: 'succeeded' });
    await pilotage.invoke('pilotage-dev-git-poll', {});

    await pilotage.copy.branch('release');
    const released = await pilotage.copy.commit(tagged('six'));
    await pilotage.copy.tag('v1.0', { commit: released, message: 'The first release' });
    pilotage.git.silence(true);
    await pilotage.copy.push('v1.0');
    pilotage.git.silence(false);
    await pilotage.invoke('pilotage-dev-git-poll', {});
    expect(await pilotage.deployed(released)).toMatchObject({ status: 'succeeded', commit: released });
    expect(await pilotage.read(released)).toMatchObject({ via: 'poll', ref: { kind: 'tag', name: 'v1.0' } });
    expect(await body()).toBe('six');
    expect((await pilotage.pushes()).filter(({ ref }) => ref.kind === 'tag')).toHaveLength(1);
  }, 180_000);
});
