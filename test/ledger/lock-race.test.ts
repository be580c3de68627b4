import { raiseFence, readLock, takeLock } from '../../shared/ledger/lock.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { manifestOf } from '../support/manifest.ts';
import { type Between, proxyTo } from '../support/proxy.ts';
import { type Stage, setStage } from '../support/stage.ts';

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

const ENVIRONMENT = 'production';

/** A lock that somebody has, and what happens right before its number is raised. */
async function raising(pilot: string, meanwhile: (id: string) => Promise<unknown>) {
  const { id, requestedAt } = await stage.upload(pilot, manifestOf(pilot));
  await takeLock({ id, pilot, environment: ENVIRONMENT, at: requestedAt.slice(0, 19) });
  proxy.before = (operation, body) => {
    if (operation !== 'UpdateItem' || !body.includes('SET fence')) return undefined;
    proxy.before = () => undefined;
    return meanwhile(id);
  };
  return raiseFence(pilot, ENVIRONMENT, id);
}

describe('the number of a lock', () => {
  it('is raised once where two workers of one deployment raise it at once: it is the same for both', async () => {
    expect(await raising('both', (id) => raiseFence('both', ENVIRONMENT, id))).toBe(2);
    expect((await readLock('both', ENVIRONMENT)).fence).toBe(2);
  });

  it('is not taken for ours where it was raised further meanwhile', async () => {
    const twice = async (id: string) => [
      await raiseFence('further', ENVIRONMENT, id),
      await raiseFence('further', ENVIRONMENT, id),
    ];
    await expect(raising('further', twice)).rejects.toThrow('the lock changed while it was read');
    expect((await readLock('further', ENVIRONMENT)).fence).toBe(3);
  });
});
