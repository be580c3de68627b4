import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { update } from '../../../shared/aws/table.ts';
import { partition } from '../../../shared/ledger/keys.ts';
import { findManifest } from '../../../shared/ledger/manifests.ts';
import { listReleases } from '../../../shared/ledger/releases.ts';
import { goLive, goThrough, uploadSite } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const site = (text: string) => ({ 'index.html': text });
const releases = async (pilot: string) => (await listReleases(pilot, 'production')).map(({ release }) => release);
const filesOf = async (pilot: string, release: string) =>
  (await stage.s3.send(new ListObjectsV2Command({ Bucket: stage.sites, Prefix: `sites/${pilot}/r/${release}/` })))
    .KeyCount;

const hasManifest = async (release: string) =>
  (await findManifest({ pilot: 'old', environment: 'production', release })) !== undefined;

/** Makes a kept release look as if it went live that long ago. */
const age = (pilot: string, release: string, days: number) =>
  update({
    key: { pk: partition(pilot, 'production'), sk: `RELEASE#${release}` },
    update: 'SET liveAt = :at',
    values: { ':at': new Date(Date.now() - days * 86_400_000).toISOString() },
  });

describe('Finish', () => {
  it('keeps the release that went live, for a rollback', async () => {
    const { plan } = await goLive(stage, 'kept', site('one'));
    expect(await listReleases('kept', 'production')).toMatchObject([
      { release: plan?.release, liveAt: expect.any(String), plan: { release: plan?.release } },
    ]);
  });

  it('removes releases beyond count and age, and neither the live one nor the one before it', async () => {
    const retention = 'retention: { releases: 1, days: 30 }\n';
    const gone: string[] = [];
    for (const text of ['one', 'two', 'three'])
      gone.push((await goLive(stage, 'old', site(text), retention)).plan?.release ?? '');
    const [one = '', two = '', three = ''] = gone;
    await age('old', one, 50);
    await age('old', two, 40);
    await age('old', three, 35);

    const four = (await goLive(stage, 'old', site('four'), retention)).plan?.release ?? '';
    expect((await releases('old')).sort()).toEqual([two, three, four].sort());
    expect(await filesOf('old', one)).toBe(0);
    expect(await filesOf('old', three)).toBeGreaterThan(0);
    expect(await Promise.all([one, three].map(hasManifest))).toEqual([false, true]);
  });

  it('succeeds with a warning when old releases cannot be removed: the new one is live', async () => {
    const retention = 'retention: { releases: 1, days: 1 }\n';
    const kept = [];
    for (const text of ['a', 'b', 'c'])
      kept.push((await goLive(stage, 'stuck', site(text), retention)).plan?.release ?? '');
    for (const release of kept) await age('stuck', release, 90);
    const { id } = await uploadSite(stage, 'stuck', site('d'), retention);
    await goThrough(stage, id, 'Shift');

    const bucket = process.env.SITE_BUCKET;
    process.env.SITE_BUCKET = 'no-such-bucket';
    const { steps } = await import('../../support/journey.ts');
    const answer = await stage.run(steps.finish, 'Finish', id);
    process.env.SITE_BUCKET = bucket;
    expect(answer).toMatchObject({ success: {} });
    expect(await stage.now(id)).toMatchObject({
      facts: expect.not.objectContaining({ warning: expect.anything() }),
      warnings: { Finish: expect.stringContaining('could not be cleared away') },
    });
    const finished = stage.events.findLast(({ name }) => name === 'StepFinished');
    expect(finished?.detail).toMatchObject({ outcome: 'done', warning: expect.stringContaining('cleared away') });

    await stage.run(steps.finish, 'Finish', id);
    expect((await stage.now(id)).warnings).toEqual({});
  });
});
