import { PutObjectCommand } from '@aws-sdk/client-s3';
import { goLive, goThrough, handlerOf, liveOf, steps, uploadSite } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { zipOf } from '../../support/zip.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const site = { 'index.html': '<h1>one</h1>' };
const run = (id: string) => stage.run(steps.validate, 'Validate', id);

describe('Validate', () => {
  it('settles the plan and what later steps go by', async () => {
    const { id } = await uploadSite(stage, 'acme', site, 'rollout: { steps: [10, 100], bake: 30s }\n');
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await stage.now(id)).toMatchObject({
      plan: {
        target: 'static',
        pilot: 'acme',
        release: expect.stringMatching(/^[0-9a-f]{20}$/),
        url: 'https://acme.pilots.example.com',
      },
      policy: { rollout: { steps: [10, 100], bake: 30 }, level: 'all' },
      facts: { release: expect.any(String) },
    });
  });

  it('gives the same release to the same content, and another to other content', async () => {
    const ids = [];
    for (const files of [site, site, { 'index.html': '<h1>two</h1>' }]) {
      const { id } = await uploadSite(stage, 'same', files);
      await run(id);
      ids.push((await stage.now(id)).plan?.release);
    }
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it('refuses a manifest with its place, and keeps all problems', async () => {
    const { id } = await stage.upload('acme', manifestOf('acme', 'statik: {}\nowner: 7\nownr: x\n'));
    expect(await run(id)).toMatchObject({ error: 'Refused' });
    const { failure } = await stage.now(id);
    expect(failure).toMatchObject({ step: 'Validate', outcome: 'refused' });
    const problems = failure?.outcome === 'refused' ? failure.problems : [];
    expect(problems.map(({ place }) => place?.line)).toEqual(expect.arrayContaining([5, 7]));
  });

  it('refuses the manifest of another pilot: a folder can only deploy its own', async () => {
    const { id } = await stage.upload('acme', manifestOf('other'));
    expect(await run(id)).toMatchObject({
      error: 'Refused',
      cause: { reason: expect.stringContaining('MANIFEST_NAME_MISPLACED') },
    });
  });

  it('refuses a missing artifact, and one that is no zip', async () => {
    const missing = await stage.upload('empty', manifestOf('empty'));
    expect(await run(missing.id)).toMatchObject({ error: 'Refused' });
    expect((await stage.now(missing.id)).plan).toBeUndefined();
  });

  it('goes by the version that was uploaded, not by what lies there later', async () => {
    const first = await uploadSite(stage, 'versions', site, 'owner: first\n');
    await stage.upload('versions', 'no: manifest\n');
    expect(await run(first.id)).toMatchObject({ success: {} });
  });

  it('goes by the artifact that was uploaded with the manifest, not by one that came after it', async () => {
    const put = async (text: string) => {
      const Body = await zipOf({ 'index.html': text });
      return stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key: 'pilots/pinned/site.zip', Body }));
    };
    const mine = await put('mine');
    await put('another person’s');
    const releases: (string | undefined)[] = [];
    for (const artifactVersion of [mine.VersionId, undefined]) {
      const { id } = await stage.upload('pinned', manifestOf('pinned'), artifactVersion);
      await run(id);
      const { plan } = await stage.now(id);
      releases.push(plan?.release);
      if (artifactVersion) expect(plan?.detail).toMatchObject({ artifact: { version: mine.VersionId } });
    }
    expect(releases[0]).not.toBe(releases[1]);
  });

  it('takes a rollback’s plan from the kept release, and shifts it at once', async () => {
    const one = await goLive(stage, 'back', site, 'rollout: { steps: [50, 100], bake: 0s }\n');
    const release = one.plan?.release ?? '';
    const asked = await stage.askRollback('back', release);
    expect(await run(asked.id)).toMatchObject({ success: {} });
    expect(await stage.now(asked.id)).toMatchObject({
      plan: { release },
      policy: { rollout: { steps: [100], bake: 0 } },
    });
  });

  it('refuses a rollback to a release that is not kept, and names those that are', async () => {
    const one = await goLive(stage, 'named', site);
    const asked = await stage.askRollback('named', 'f'.repeat(20));
    expect(await run(asked.id)).toMatchObject({ error: 'Refused' });
    expect(JSON.stringify((await stage.now(asked.id)).failure)).toContain(one.plan?.release);
    expect((await liveOf(one)).release).toBe(one.plan?.release);
  });

  it('refuses a rollback over an irreversible migration, unless it is forced, which is recorded', async () => {
    const one = await goLive(stage, 'migrated', site);
    const { id } = await uploadSite(stage, 'migrated', { 'index.html': 'two' });
    await goThrough(stage, id, 'Validate');
    const { policy } = await stage.now(id);
    if (!policy) throw new Error('nothing was planned');
    // What Validate would settle for a manifest that has a database and such a migration.
    await stage.given(id, { policy: { ...policy, irreversible: true } });
    for (const step of ['Queue', 'Prepare', 'Verify', 'Shift', 'Finish', 'Unlock'] as const)
      await stage.run(handlerOf(step), step, id);

    const release = one.plan?.release ?? '';
    const asked = await stage.askRollback('migrated', release);
    expect(await run(asked.id)).toMatchObject({ error: 'Refused' });
    expect((await stage.now(asked.id)).failure).toMatchObject({ problems: [{ code: 'MIGRATION_IRREVERSIBLE' }] });
    const forced = await stage.askRollback('migrated', release, { force: true });
    expect(await run(forced.id)).toMatchObject({ success: {} });
    expect((await stage.now(forced.id)).trigger).toMatchObject({ release, force: true });
  });

  it('says so when no such deployment was accepted', async () => {
    const answer = await run('acme_production_20261121T000000Z-000000000000');
    expect(answer).toMatchObject({ error: 'Failed', cause: { reason: expect.stringContaining('DEPLOYMENT_UNKNOWN') } });
  });
});
