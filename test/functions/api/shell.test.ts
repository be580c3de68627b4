import { handler } from '../../../functions/api/api.ts';
import type { ApiAnswer } from '../../../shared/api.ts';
import { goLive } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const ask = (pilot: string) => handler({ action: 'shell', pilot }) as Promise<ApiAnswer<'shell'>>;

describe('where a command can be run', () => {
  it('is nowhere in a static site, in what was never live, and in what nobody knows', async () => {
    await goLive(stage, 'site', { 'index.html': 'one' });
    await stage.upload('fresh', manifestOf('fresh'));
    expect(await ask('site')).toMatchObject({ ok: false, code: 'NO_SHELL' });
    expect(await ask('fresh')).toMatchObject({ ok: false, code: 'NOT_LIVE' });
    expect(await ask('nobody')).toMatchObject({ ok: false, code: 'PILOT_UNKNOWN' });
  });
});
