import { randomUUID } from 'node:crypto';
import { handler } from '../../../functions/api/api.ts';
import { handler as start } from '../../../functions/entrances/start.ts';
import type { ApiAction, ApiAnswer, ApiRequest } from '../../../shared/api.ts';
import { goLive, goThrough, liveOf, steps, uploadSite } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const ask = <Action extends ApiAction>(question: Extract<ApiRequest, { action: Action }>) =>
  handler(question) as Promise<ApiAnswer<Action>>;
const request = () => `${new Date().toISOString()}/${randomUUID()}`;
const site = (text: string) => ({ 'index.html': text });
const FAILURE = { Error: 'Failed', Cause: '{"reason":"it broke"}' };

async function failedAt(pilot: string, files: Record<string, string>) {
  const { id } = await uploadSite(stage, pilot, files);
  await goThrough(stage, id, 'Prepare');
  await stage.run(steps.rollback, 'Rollback', id, { failure: FAILURE });
  await stage.run(steps.unlock, 'Unlock', id, { failure: FAILURE });
  return stage.now(id);
}

/** Accepts what was asked for last, as the bus would bring it. */
async function accepted() {
  const asked = stage.events.flatMap(({ name, detail }) => (name === 'DeploymentRequested' ? [detail] : [])).at(-1);
  if (!asked) throw new Error('nothing was asked for');
  await start({ detail: asked } as never);
  return stage.now(String(asked.deployment));
}

describe('to cancel', () => {
  it('gives the latest deployment up in the caller’s name, and wakes it', async () => {
    const { id } = await uploadSite(stage, 'given-up', site('one'));
    await goThrough(stage, id, 'Validate');
    stage.told();
    expect(await ask({ action: 'cancel', pilot: 'given-up', requestedBy: 'ada@laptop' })).toEqual({
      ok: true,
      answer: { deployment: id, step: 'Validate' },
    });
    expect((await stage.now(id)).cancelled).toMatchObject({ by: 'ada@laptop' });
    expect(stage.told()).toEqual(['Woken']);
  });

  it('what is over is refused with how it ended', async () => {
    const { id } = await goLive(stage, 'over', site('one'));
    expect(await ask({ action: 'cancel', pilot: 'over' })).toMatchObject({
      ok: false,
      code: 'CANNOT_CANCEL',
      message: `${id} is over: it succeeded`,
    });
  });

  it('names the pilots there are, and takes no other pilot’s deployment', async () => {
    const { id } = await uploadSite(stage, 'mine', site('one'));
    expect(await ask({ action: 'cancel', pilot: 'nobody' })).toMatchObject({ ok: false, code: 'PILOT_UNKNOWN' });
    expect(await ask({ action: 'cancel', pilot: 'other', deployment: id })).toMatchObject({
      ok: false,
      code: 'DEPLOYMENT_UNKNOWN',
    });
  });
});

describe('to retry', () => {
  it('does a failed deployment once more: a new one, which finds its files there and goes live', async () => {
    const failed = await failedAt('again', site('one'));
    const question = { action: 'retry', pilot: 'again', requestedBy: 'ada@laptop', request: request() } as const;
    const asked = await ask(question);
    expect(asked).toMatchObject({ ok: true, answer: { of: failed.id } });
    const retried = await accepted();
    expect(retried.trigger).toMatchObject({ kind: 'upload', retryOf: failed.id, requestedBy: 'ada@laptop' });
    expect(await goThrough(stage, retried.id)).toMatchObject({ success: {} });
    const live = await stage.now(retried.id);
    expect(live).toMatchObject({ status: 'succeeded', plan: { release: failed.plan?.release } });
    expect((await liveOf(live)).release).toBe(failed.plan?.release);
    expect(await ask(question)).toEqual(asked);
  });

  it.each([
    ['that runs', 'running', 'STILL_RUNNING'],
    ['that succeeded', 'succeeded', 'NOTHING_TO_RETRY'],
  ])('one %s is refused', async (_, pilot, code) => {
    if (pilot === 'running') await uploadSite(stage, pilot, site('one'));
    else await goLive(stage, pilot, site('one'));
    expect(await ask({ action: 'retry', pilot, request: request() })).toMatchObject({ ok: false, code });
  });

  it('an older one than what went live is refused: it would bring the older version back', async () => {
    const failed = await failedAt('older', site('one'));
    const { id } = await goLive(stage, 'older', site('two'));
    const question = { action: 'retry', pilot: 'older', deployment: failed.id, request: request() } as const;
    expect(await ask(question)).toMatchObject({
      ok: false,
      code: 'OVERTAKEN',
      message: `${id} is newer and went live`,
    });
  });
});
