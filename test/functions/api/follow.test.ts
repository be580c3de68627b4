import { handler as api } from '../../../functions/api/api.ts';
import { handler } from '../../../functions/api/follow.ts';
import { uploadSite } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

describe('who may only follow', () => {
  it('is told how a deployment stands, as the api tells it', async () => {
    const { id } = await uploadSite(stage, 'acme', { 'index.html': 'one' });
    const asked = { action: 'deployment', id };
    const told = await handler(asked);
    expect(told).toMatchObject({ ok: true, answer: { id, status: 'running' } });
    expect(Object.keys(told)).toEqual(Object.keys(await api(asked as never)));
  });

  it.each([
    { action: 'status' },
    { action: 'rollback', pilot: 'acme', request: `${new Date().toISOString()}/00000000-0000-4000-8000-000000000000` },
    { action: 'offline', pilot: 'acme', request: `${new Date().toISOString()}/00000000-0000-4000-8000-000000000000` },
  ])('is refused %j', async (asked) => {
    stage.told();
    expect(await handler(asked)).toMatchObject({ ok: false, code: 'ACTION_UNKNOWN' });
    expect(stage.told()).toEqual([]);
  });

  it('is told what is wrong with a question', async () => {
    expect(await handler({ action: 'deployment', id: '../x' })).toMatchObject({ ok: false });
    expect(await handler(undefined)).toMatchObject({ ok: false });
  });
});
