import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { goThrough, steps, uploadSite } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const run = (id: string) => stage.run(steps.verify, 'Verify', id);

describe('Verify', () => {
  it('passes a complete release, and records for which one it did', async () => {
    const { id } = await uploadSite(stage, 'whole', { 'index.html': 'x', 'a/b.html': 'y' });
    await goThrough(stage, id, 'Prepare');
    expect(await run(id)).toMatchObject({ success: {} });
    const { verified, plan } = await stage.now(id);
    expect(verified).toBe(plan?.release);
  });

  it('does not pass a release of which a file is missing', async () => {
    const { id } = await uploadSite(stage, 'hole', { 'index.html': 'x', 'a/b.html': 'y' });
    await goThrough(stage, id, 'Prepare');
    const { plan } = await stage.now(id);
    await stage.s3.send(
      new DeleteObjectCommand({ Bucket: stage.sites, Key: `sites/hole/r/${plan?.release}/a/b.html` }),
    );
    const answer = await run(id);
    expect(answer && 'success' in answer).toBeFalsy();
    expect((await stage.now(id)).verified).toBeUndefined();
  });
});
