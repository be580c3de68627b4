import { readLock, takeLock } from '../../../shared/ledger/lock.ts';
import { goLive, goThrough, steps, uploadSite } from '../../support/journey.ts';
import { type KvsServer, startKvs } from '../../support/kvs-server.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
let kvs: KvsServer;
beforeAll(async () => {
  stage = await setStage();
  kvs = await startKvs();
  Object.assign(process.env, { AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: kvs.url, KVS_ARN: kvs.arn });
});
afterAll(() => Promise.all([stage.close(), kvs.close()]));

const LOST = { Error: 'ExecutionLost', Cause: JSON.stringify({ reason: 'its execution ended as ABORTED' }) };
const site = { 'index.html': 'one' };

describe('Unlock', () => {
  it('ends nothing while the lock is not as it read it: a late claim is found by the next attempt, and undone', async () => {
    await goLive(stage, 'late', { 'index.html': 'before' });
    const { id, requestedAt } = await uploadSite(stage, 'late', site);
    await goThrough(stage, id, 'Validate');
    const claim = { id, pilot: 'late', environment: 'production', at: requestedAt.slice(0, 19) };
    kvs.reading = () => {
      kvs.reading = () => undefined;
      return takeLock(claim);
    };
    const run = () => stage.run(steps.unlock, 'Unlock', id, { failure: LOST });
    expect(await run()).toMatchObject({ error: 'Unexpected', cause: { reason: expect.stringContaining('changed') } });
    expect((await stage.now(id)).finishedAt).toBeUndefined();
    expect((await readLock('late', 'production')).owner).toBe(id);

    expect(await run()).toMatchObject({ error: 'Ended' });
    expect((await stage.now(id)).status).toBe('failed');
    expect((await readLock('late', 'production')).owner).toBeUndefined();
  });

  it('that cannot read the pointer is tried again for a minute, and ends then all the same', async () => {
    const { id } = await uploadSite(stage, 'blind', site);
    await goThrough(stage, id, 'Finish');
    kvs.reading = () => 'denied';
    const run = () => stage.run(steps.unlock, 'Unlock', id);
    expect(await run()).toMatchObject({ error: 'Unexpected' });
    const later = Date.now() + 61_000;
    const now = jest.spyOn(Date, 'now').mockReturnValue(later);
    expect(await run()).toMatchObject({ success: {} });
    now.mockRestore();
    const { status, ending, plan } = await stage.now(id);
    expect([status, ending?.serving]).toEqual(['succeeded', plan?.release]);
  });
});
