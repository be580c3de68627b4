import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { goLive, goThrough, liveOf, steps, uploadSite } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const one = { 'index.html': '<h1>one</h1>', 'about/index.html': 'about' };
const two = { ...one, 'index.html': '<h1>two</h1>' };
const keys = async (prefix: string) => {
  const { Contents = [] } = await stage.s3.send(new ListObjectsV2Command({ Bucket: stage.sites, Prefix: prefix }));
  return Contents.map(({ Key }) => Key);
};

describe('Prepare', () => {
  it('brings the files of the release into place and gives it no traffic', async () => {
    const { id } = await uploadSite(stage, 'first', one);
    expect(await goThrough(stage, id, 'Prepare')).toMatchObject({ success: {} });
    const { plan, before } = await stage.now(id);
    expect(before).toEqual({ weights: {}, fence: 0 });
    expect(await keys(`sites/first/r/${plan?.release}/`)).toEqual(
      expect.arrayContaining([
        `sites/first/r/${plan?.release}/index.html`,
        `sites/first/r/${plan?.release}/about/index.html`,
      ]),
    );
    expect((await liveOf(await stage.now(id))).release).toBeUndefined();
  });

  it('remembers what was live before, and leaves it live', async () => {
    const blue = (await goLive(stage, 'second', one)).plan?.release;
    const { id } = await uploadSite(stage, 'second', two);
    await goThrough(stage, id, 'Prepare');
    const green = await stage.now(id);
    expect(green.before?.release).toBe(blue);
    expect((await liveOf(green)).weights).toEqual({ [blue ?? '']: 100 });
  });

  it('still remembers that when it runs again after traffic has moved', async () => {
    const blue = (await goLive(stage, 'again', one)).plan?.release;
    const { id } = await uploadSite(stage, 'again', two);
    await goThrough(stage, id, 'Shift');
    expect(await stage.run(steps.prepare, 'Prepare', id)).toMatchObject({ success: {} });
    expect((await stage.now(id)).before?.release).toBe(blue);
  });

  it('recognises what is live already, and writes nothing', async () => {
    const blue = await goLive(stage, 'same', one);
    const before = await keys('sites/same/');
    const { id } = await uploadSite(stage, 'same', one);
    expect(await goThrough(stage, id)).toMatchObject({ success: {} });
    expect(await stage.now(id)).toMatchObject({
      alreadyLive: true,
      status: 'succeeded',
      facts: { note: 'already live' },
    });
    expect(await keys('sites/same/')).toEqual(before);
    expect(await liveOf(await stage.now(id))).toEqual(await liveOf(blue));
  });

  it('records the release before its first file, so that a cut leaves nothing forgotten', async () => {
    const { id } = await uploadSite(stage, 'recorded', one);
    await goThrough(stage, id, 'Queue');
    await stage.s3.send(
      new (await import('@aws-sdk/client-s3')).DeleteObjectCommand({
        Bucket: stage.manifests,
        Key: 'pilots/recorded/site.zip',
      }),
    );
    await stage.run(steps.prepare, 'Prepare', id);
    const { listReleases } = await import('../../../shared/ledger/releases.ts');
    expect(await listReleases('recorded', 'production')).toMatchObject([
      { release: (await stage.now(id)).plan?.release },
    ]);
  });
});
