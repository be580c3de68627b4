import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { get, type Key, update } from '../../../shared/aws/table.ts';
import { findManifest, manifestKey } from '../../../shared/ledger/manifests.ts';
import { migrationKey } from '../../../shared/ledger/migrations.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { goLive, goThrough, liveOf, steps, uploadSite } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { zipOf } from '../../support/zip.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const site = { 'index.html': '<h1>one</h1>' };
const problemsOf = async (id: string) => {
  const { failure } = await stage.now(id);
  if (failure?.outcome !== 'refused') throw new Error(`${id} was not refused`);
  return failure.problems.map(({ code, place }) => `${place?.line} ${code} ${place?.path}`);
};
const daysLeft = async (plan: Plan) => {
  const row = await get<Key & { expiresAt: number }>(manifestKey(plan));
  return ((row?.expiresAt ?? 0) - Date.now() / 1000) / 86_400;
};
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

  it('tells all that is wrong at once, sorted by place: what cannot be done, is not allowed, is not there', async () => {
    const more =
      'secrets: { A: secret:none, B: secret:/shared/b }\ndomain: { name: shop.example.com }\nbudget: { monthly: 9 }\n';
    const target = manifestOf('strict', more).replace('static', 'ecs').replace('artifact: site.zip', 'image: "acme:1"');
    const { id } = await stage.upload('strict', target);
    expect(await run(id)).toMatchObject({ error: 'Refused' });
    expect(await problemsOf(id)).toEqual([
      '5 REFERENCE_MISSING secrets.A',
      '5 REFERENCE_FORBIDDEN secrets.B',
      '6 DOMAIN_FORBIDDEN domain.name',
      '7 NOT_YET budget',
    ]);
  });

  describe('with the operator’s file', () => {
    const put = (text: string) =>
      stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key: 'operator.yaml', Body: text }));
    const withDomain = (pilot: string) => manifestOf(pilot, 'domain: { name: shop.example.com }\n');
    afterAll(() => stage.s3.send(new DeleteObjectCommand({ Bucket: stage.manifests, Key: 'operator.yaml' })));

    it('lets a pilot have what it allows', async () => {
      await put('apiVersion: pilotage/v1\npilots: { allowed: { domains: [shop.example.com] } }\n');
      const allowed = await stage.upload('allowed', withDomain('allowed'));
      await run(allowed.id);
      expect(await problemsOf(allowed.id)).toEqual(['5 NOT_YET domain']);
      const other = await stage.upload('other', withDomain('other'));
      await run(other.id);
      expect(await problemsOf(other.id)).toEqual(['5 NOT_YET domain', '5 DOMAIN_FORBIDDEN domain.name']);
    });

    it('broken, allows nothing, says so, and stops nobody who needs nothing of it', async () => {
      await put('apiVersion: pilotage/v1\npilot: {}\n');
      const needy = await stage.upload('needy', withDomain('needy'));
      await run(needy.id);
      expect(await problemsOf(needy.id)).toEqual(['5 NOT_YET domain', '2 OPERATOR_FILE pilot']);
      const { id } = await uploadSite(stage, 'plain', site);
      expect(await run(id)).toMatchObject({ success: {} });
    });
  });

  it('keeps the resolved manifest with the release, to go by itself unless it goes live', async () => {
    const { id } = await uploadSite(stage, 'keeps', site, 'owner: web@example.com\n');
    await run(id);
    const { plan } = await stage.now(id);
    if (!plan) throw new Error('nothing was planned');
    expect(await findManifest(plan)).toMatchObject({ name: 'keeps', owner: 'web@example.com', rollout: { bake: 0 } });
    expect(await daysLeft(plan)).toBeCloseTo(30, 1);
    await goThrough(stage, id);
    expect(await daysLeft(plan)).toBeGreaterThan(1_000_000);

    // The same once more, as somebody who changes nothing would deploy it, and is overtaken.
    const again = await uploadSite(stage, 'keeps', site, 'owner: web@example.com\n');
    await run(again.id);
    expect((await stage.now(again.id)).plan?.release).toBe(plan.release);
    expect(await daysLeft(plan)).toBeGreaterThan(1_000_000);
  });

  it('goes by what its first run settled, when it runs again', async () => {
    const { id } = await uploadSite(stage, 'twice', site);
    await run(id);
    const { plan } = await stage.now(id);
    const Body = await zipOf({ 'index.html': 'replaced meanwhile' });
    await stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key: 'pilots/twice/site.zip', Body }));
    expect(await run(id)).toMatchObject({ success: {} });
    expect((await stage.now(id)).plan).toEqual(plan);
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
    const { plan } = await goLive(stage, 'migrated', { 'index.html': 'two' });
    await migrated(plan, { reversible: false });
    const release = one.plan?.release ?? '';
    const asked = await stage.askRollback('migrated', release);
    expect(await run(asked.id)).toMatchObject({ error: 'Refused' });
    expect((await stage.now(asked.id)).failure).toMatchObject({ problems: [{ code: 'MIGRATION_IRREVERSIBLE' }] });
    const forced = await stage.askRollback('migrated', release, { force: true });
    expect(await run(forced.id)).toMatchObject({ success: {} });
    expect((await stage.now(forced.id)).trigger).toMatchObject({ release, force: true });
  });

  it.each([
    ['whose release before can work with it', { reversible: true, status: 'done' }],
    ['that never ran', { reversible: false, status: 'wanted' }],
    ['that was taken back', { reversible: false, status: 'reverted' }],
  ])('allows a rollback over a migration %s', async (what, row) => {
    const pilot = `over-${row.status}`;
    const one = await goLive(stage, pilot, site);
    const { plan } = await goLive(stage, pilot, { 'index.html': what });
    await migrated(plan, row);
    const asked = await stage.askRollback(pilot, one.plan?.release ?? '');
    expect(await run(asked.id)).toMatchObject({ success: {} });
  });

  it('says so when no such deployment was accepted', async () => {
    const answer = await run('acme_production_20261121T000000Z-000000000000');
    expect(answer).toMatchObject({ error: 'Failed', cause: { reason: expect.stringContaining('DEPLOYMENT_UNKNOWN') } });
  });
});

/** What Migrate would have left of a release that has migrations. */
async function migrated(plan: Plan | undefined, row: { reversible: boolean; status?: string }): Promise<void> {
  if (!plan) throw new Error('nothing was planned');
  await update({
    key: migrationKey(plan, plan.release),
    update: 'SET #release = :release, #status = :status, reversible = :reversible, migratedAt = :now',
    names: { '#release': 'release', '#status': 'status' },
    values: {
      ':release': plan.release,
      ':status': row.status ?? 'done',
      ':reversible': row.reversible,
      ':now': new Date().toISOString(),
    },
  });
}
