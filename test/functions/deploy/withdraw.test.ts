import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { readKey } from '../../../shared/aws/key-values.ts';
import { askToCancel } from '../../../shared/ledger/cancelling.ts';
import { raiseFence, readLock } from '../../../shared/ledger/lock.ts';
import { askRemoval, livePreview, PREVIEW, removeThrough, runRemoval, setRoles } from '../../support/removal.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
  setRoles();
});
afterAll(() => stage.close());

const pointerOf = (pilot: string) => readKey(process.env.KVS_ARN ?? '', `${pilot}--${PREVIEW}`);
async function filesOf(pilot: string): Promise<number> {
  const found = await stage.s3.send(
    new ListObjectsV2Command({ Bucket: stage.sites, Prefix: `sites/${pilot}--${PREVIEW}/` }),
  );
  return found.KeyCount ?? 0;
}
async function queued(pilot: string) {
  await livePreview(stage, pilot);
  const { id } = await askRemoval(stage, pilot);
  expect(await removeThrough(stage, id, 'Queue')).toMatchObject({ success: {} });
  return id;
}

describe('Withdraw', () => {
  it('takes the pointer away, and then all files, also those that releases share', async () => {
    const id = await queued('acme');
    expect(await filesOf('acme')).toBe(3);
    expect(await runRemoval(stage, 'Withdraw', id)).toMatchObject({ success: {} });
    expect([await pointerOf('acme'), await filesOf('acme')]).toEqual([undefined, 0]);
    expect((await stage.now(id)).facts).toMatchObject({ files: 3 });
    expect((await readLock('acme', PREVIEW)).moved).toMatchObject({ weights: {} });
  });

  it('done twice is as done once', async () => {
    const id = await queued('twice');
    for (let time = 0; time < 2; time += 1)
      expect(await runRemoval(stage, 'Withdraw', id)).toMatchObject({ success: {} });
    expect([await pointerOf('twice'), await filesOf('twice')]).toEqual([undefined, 0]);
  });

  it('leaves the same pilot’s other environments as they are', async () => {
    await livePreview(stage, 'other', 'pr1');
    const id = await queued('other');
    await runRemoval(stage, 'Withdraw', id);
    expect(await readKey(process.env.KVS_ARN ?? '', 'other--pr1')).toMatch(/"l":/);
    const left = await stage.s3.send(new ListObjectsV2Command({ Bucket: stage.sites, Prefix: 'sites/other--pr1/' }));
    expect(left.KeyCount).toBe(3);
  });

  it('of an environment of which nothing was ever planned has nothing to do', async () => {
    const { id } = await askRemoval(stage, 'empty');
    expect(await removeThrough(stage, id, 'Withdraw')).toMatchObject({ success: {} });
  });

  it('takes nothing once the lock is somebody else’s', async () => {
    const id = await queued('lost');
    await raiseFence('lost', PREVIEW, id);
    expect(await runRemoval(stage, 'Withdraw', id)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('FENCED') },
    });
    expect(await filesOf('lost')).toBe(3);
  });

  it('can be given up until it begins, and not any more from then on', async () => {
    const early = await queued('early');
    await askToCancel(early, 'ada@laptop');
    expect(await runRemoval(stage, 'Withdraw', early)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('CANCELLED') },
    });
    expect(await filesOf('early')).toBe(3);

    const late = await queued('late');
    await runRemoval(stage, 'Withdraw', late);
    expect((await askToCancel(late, 'ada@laptop'))?.cancelled).toBeUndefined();
  });
});
