import { freeFrom, readLock } from '../../../shared/ledger/lock.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { steps } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Between, proxyTo } from '../../support/proxy.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
let proxy: Between;
beforeAll(async () => {
  stage = await setStage();
  proxy = await proxyTo(emulatorUrl());
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
});
afterAll(async () => {
  await stage.close();
  await proxy.close();
});

const run = (id: string) => stage.run(steps.queue, 'Queue', id);

describe('Queue', () => {
  it('tries again when the owner left between its look at the lock and its claim of the waiting place', async () => {
    const owner = await stage.upload('left', manifestOf('left', 'owner: a\n'));
    await run(owner.id);
    const next = await stage.upload('left', manifestOf('left', 'owner: b\n'));
    proxy.before = (operation, body) => {
      if (operation !== 'UpdateItem' || !body.includes('SET waiting')) return undefined;
      proxy.before = () => undefined;
      return freeFrom('left', 'production', owner.id);
    };
    expect(await run(next.id)).toMatchObject({
      error: 'Unexpected',
      cause: { reason: expect.stringContaining('the lock changed') },
    });
    expect(await run(next.id)).toMatchObject({ success: {} });
    const { owner: now, waiting } = await readLock('left', 'production');
    expect([now, waiting]).toEqual([next.id, undefined]);
  });
});
