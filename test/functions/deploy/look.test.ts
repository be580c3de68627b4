import { findRunning } from '../../../shared/ledger/parking.ts';
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

describe('a look that fails', () => {
  it('is no attempt at the step: it stays parked, people see what is wrong, and the next look may come at once', async () => {
    await goLive(stage, 'watched', { 'index.html': 'one' });
    const { id } = await uploadSite(
      stage,
      'watched',
      { 'index.html': 'two' },
      'rollout: { steps: [10, 100], bake: 1h }\n',
    );
    await goThrough(stage, id, 'Shift');
    kvs.reading = () => 'denied';
    expect(await stage.run(steps.shift, 'Shift', id, { again: true })).toBeUndefined();
    expect((await stage.now(id)).progress).toMatch(/^it could not be looked at: AccessDeniedException/);
    const running = await findRunning(id);
    expect([running?.parked?.awaits, running?.lookingUntil]).toEqual(['the bake at 10 % to end', undefined]);

    kvs.reading = () => undefined;
    expect(await stage.run(steps.shift, 'Shift', id, { again: true })).toBeUndefined();
  });
});
