import { type Installation, install } from './installation.ts';

let pilotage: Installation;
beforeAll(async () => {
  pilotage = await install();
}, 240_000);
afterAll(() => pilotage.end());

const page = (text: string) => ({
  'index.html': `<h1>${text}</h1>`,
  '404.html': 'nothing here',
  'assets/app-3f9a1c2e.js': 'x',
});
const WITH_404 = 'static: { notFound: 404.html }\n';

describe('a pilot', () => {
  it('goes live by an upload, is replaced by the next, and goes back by a rollback', async () => {
    const one = await pilotage.ended(await pilotage.deploy('acme', page('one'), WITH_404));
    expect(one).toMatchObject({ status: 'succeeded', release: expect.any(String) });
    expect(await pilotage.view('acme')).toEqual({ status: 200, body: '<h1>one</h1>' });
    expect(await pilotage.view('acme', '/nowhere.html')).toEqual({ status: 404, body: 'nothing here' });

    const two = await pilotage.ended(await pilotage.deploy('acme', page('two'), WITH_404));
    expect(two).toMatchObject({ status: 'succeeded', ending: { serving: two.release } });
    expect((await pilotage.view('acme')).body).toBe('<h1>two</h1>');
    expect((await pilotage.view('acme', '/assets/app-3f9a1c2e.js')).status).toBe(200);

    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000000`;
    const { deployment } = await pilotage.ask({ action: 'rollback', pilot: 'acme', request });
    expect(await pilotage.ended(deployment)).toMatchObject({ status: 'succeeded', release: one.release });
    expect((await pilotage.view('acme')).body).toBe('<h1>one</h1>');
  });

  it('takes at most 14 transitions and 4 KB of state to go live', async () => {
    const id = await pilotage.deploy('counted', page('one'));
    await pilotage.ended(id);
    const events = await pilotage.history(id);
    expect(events.filter(({ type }) => type?.endsWith('StateEntered')).length).toBeLessThanOrEqual(14);
    const states = events.flatMap((event) => [
      event.stateEnteredEventDetails?.input,
      event.stateExitedEventDetails?.output,
    ]);
    expect(Math.max(...states.map((state) => state?.length ?? 0))).toBeLessThanOrEqual(4_096);
  });

  it('that is live already is recognised: nothing is written, nothing is swapped', async () => {
    await pilotage.ended(await pilotage.deploy('same', page('one')));
    const files = await pilotage.filesOf('same');
    const again = await pilotage.ended(await pilotage.deploy('same', page('one')));
    expect(again).toMatchObject({ status: 'succeeded', alreadyLive: true });
    expect(await pilotage.filesOf('same')).toEqual(files);
  });
});

describe('uploads', () => {
  it('ten in a second end with the newest live, the others superseded or live for a moment', async () => {
    const ids: string[] = [];
    for (let count = 1; count <= 10; count++) ids.push(await pilotage.deploy('hasty', page(`version ${count}`)));
    const last = await pilotage.ended(ids.at(-1) ?? '');
    expect(last.status).toBe('succeeded');
    expect((await pilotage.view('hasty')).body).toBe('<h1>version 10</h1>');

    const known = await pilotage.ask({ action: 'history', pilot: 'hasty', most: 20 });
    const ended = await Promise.all(known.map(({ id }) => pilotage.ended(id)));
    const results = ended.map(({ status }) => status);
    expect(results.every((status) => status === 'succeeded' || status === 'superseded')).toBe(true);
    expect((await pilotage.view('hasty')).body).toBe('<h1>version 10</h1>');
  });

  it('whose event comes again are one execution', async () => {
    const id = await pilotage.deploy('twice', page('one'));
    await pilotage.ended(id);
    const { outputs } = pilotage.environment;
    const event = {
      id: 'again',
      detail: { bucket: { name: outputs.ManifestsBucket }, object: { key: 'pilots/twice/pilot.yaml' } },
    };
    for (let time = 0; time < 3; time++) await pilotage.invoke('pilotage-dev-entrances-upload', event);
    const history = await pilotage.ask({ action: 'history', pilot: 'twice' });
    expect(history.map((one) => one.id)).toEqual([id]);
    expect((await pilotage.executions()).filter((name) => name === id)).toHaveLength(1);
  });

  it.each([
    ['an empty manifest', '', 'MANIFEST_EMPTY'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'MANIFEST_SEVERAL_DOCUMENTS'],
    [
      'an unknown key',
      'apiVersion: pilotage/v1\nname: bad\ntarget: static\nsource: { artifact: site.zip }\nstatik: {}\n',
      'MANIFEST_UNKNOWN_KEY',
    ],
    [
      'another pilot’s name',
      'apiVersion: pilotage/v1\nname: acme\ntarget: static\nsource: { artifact: site.zip }\n',
      'MANIFEST_NAME_MISPLACED',
    ],
    [
      'no artifact',
      'apiVersion: pilotage/v1\nname: bad\ntarget: static\nsource: { artifact: missing.zip }\n',
      'ARTIFACT_MISSING',
    ],
  ])('with %s are rejected before anything is written', async (_, manifest, code) => {
    const rejected = await pilotage.ended(await pilotage.upload('bad', manifest));
    expect(rejected.status).toBe('rejected');
    expect(rejected.failure).toMatchObject({
      outcome: 'refused',
      problems: expect.arrayContaining([expect.objectContaining({ code })]),
    });
    expect(await pilotage.filesOf('bad')).toEqual([]);
  });

  it('cannot take the artifact of another pilot, nor one that Pilotage may not read', async () => {
    const { ManifestsBucket, SiteBucket } = pilotage.environment.outputs;
    const naming = (artifact: string) =>
      `apiVersion: pilotage/v1\nname: thief\ntarget: static\nsource: { artifact: "${artifact}" }\n`;
    const codes = [];
    for (const artifact of [`s3://${ManifestsBucket}/pilots/acme/site.zip`, `s3://${SiteBucket}/site.zip`]) {
      const rejected = await pilotage.ended(await pilotage.upload('thief', naming(artifact)));
      codes.push(rejected.failure?.outcome === 'refused' ? rejected.failure.problems[0]?.code : rejected.status);
    }
    expect(codes).toEqual(['ARTIFACT_FOREIGN', 'ARTIFACT_FORBIDDEN']);
  });

  it('with something that is no zip are rejected, and the pilot can be deployed right after', async () => {
    await pilotage.put('pilots/zip/site.zip', 'this is no zip');
    const rejected = await pilotage.ended(
      await pilotage.upload(
        'zip',
        'apiVersion: pilotage/v1\nname: zip\ntarget: static\nsource: { artifact: site.zip }\n',
      ),
    );
    expect(rejected.status).toBe('rejected');
    expect(await pilotage.ended(await pilotage.deploy('zip', page('one')))).toMatchObject({ status: 'succeeded' });
  });
});

describe('a deployment that is hit in the middle', () => {
  const many = (text: string) =>
    Object.fromEntries(
      [...Array(600).keys()].map((count) => [count === 0 ? 'index.html' : `page-${count}.html`, `<h1>${text}</h1>`]),
    );

  it('by a killed worker completes, and its lock is free', async () => {
    const id = await pilotage.deploy('killed', many('one'));
    await pilotage.until(id, ({ step }) => step === 'Prepare');
    expect(pilotage.kill('deploy-prepare')).toBeGreaterThan(0);
    const ended = await pilotage.ended(id);
    expect(ended).toMatchObject({ status: 'succeeded' });
    expect((await pilotage.view('killed', '/page-599.html')).status).toBe(200);
    expect(await pilotage.ended(await pilotage.deploy('killed', many('two')))).toMatchObject({ status: 'succeeded' });
  });

  it('by a stop of its execution during a bake gives the traffic back, and its lock is free', async () => {
    await pilotage.ended(await pilotage.deploy('stopped', page('one')));
    const id = await pilotage.deploy('stopped', page('two'), 'rollout: { steps: [50, 100], bake: 1h }\n');
    await pilotage.until(id, ({ waiting }) => waiting?.awaits.includes('bake') === true);
    await pilotage.stopExecution(id);
    expect(await pilotage.ended(id)).toMatchObject({
      status: 'failed',
      rolledBack: true,
      failure: { code: 'EXECUTION_LOST' },
    });
    const seen = await Promise.all(Array.from({ length: 20 }, () => pilotage.view('stopped')));
    expect(new Set(seen.map(({ body }) => body))).toEqual(new Set(['<h1>one</h1>']));
    expect(await pilotage.ended(await pilotage.deploy('stopped', page('three')))).toMatchObject({
      status: 'succeeded',
    });
  });

  it('by a rollback while it is watched gives way at once, to what served before it', async () => {
    const one = await pilotage.ended(await pilotage.deploy('watched', page('one')));
    const id = await pilotage.deploy('watched', page('two'), 'rollout: { steps: [10, 100], bake: 1h }\n');
    await pilotage.until(id, ({ waiting }) => waiting?.awaits.includes('bake') === true);
    const request = `${new Date().toISOString()}/11111111-0000-4000-8000-000000000000`;
    const { deployment, release } = await pilotage.ask({ action: 'rollback', pilot: 'watched', request });
    expect(release).toBe(one.release);
    expect(await pilotage.ended(id)).toMatchObject({ rolledBack: true, failure: { code: 'ROLLBACK_ASKED' } });
    expect(await pilotage.ended(deployment)).toMatchObject({ status: 'succeeded', ending: { serving: one.release } });
  });

  it('by a bake that is over goes on by itself', async () => {
    await pilotage.ended(await pilotage.deploy('baked', page('one')));
    const id = await pilotage.deploy('baked', page('two'), 'rollout: { steps: [50, 100], bake: 1s }\n');
    expect(await pilotage.ended(id)).toMatchObject({ status: 'succeeded' });
    expect((await pilotage.view('baked')).body).toBe('<h1>two</h1>');
  });
});
