import { freeFrom, readLock } from '../../../shared/ledger/lock.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { steps } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Between, proxyTo } from '../../support/proxy.ts';
import { arrivedPush } from '../../support/pushed.ts';
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

  it('is superseded by a later push of the same second that takes the lock between its look and its own try', async () => {
    const second = Math.floor(Date.now() / 1000) * 1000;
    const push = (commit: string, at: number) =>
      arrivedPush(stage, { pilot: 'raced', commit, manifest: manifestOf('raced'), at: new Date(second + at) });
    const older = await push('1'.repeat(40), 100);
    const newer = await push('2'.repeat(40), 200);
    proxy.before = async (operation) => {
      if (operation !== 'TransactWriteItems') return;
      proxy.before = () => undefined;
      expect(await run(newer.id)).toMatchObject({ success: {} });
    };
    expect(await run(older.id)).toMatchObject({ error: 'Superseded', cause: { reason: `by ${newer.id}` } });
    const { owner, waiting } = await readLock('raced', 'production');
    expect([owner, waiting]).toEqual([newer.id, undefined]);
  });
});
