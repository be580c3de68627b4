import { randomUUID } from 'node:crypto';
import { handler } from '../../../functions/api/api.ts';
import { handler as start } from '../../../functions/entrances/start.ts';
import type { ApiAction, ApiAnswer, ApiAnswers, ApiRequest } from '../../../shared/api.ts';
import { beginRun, park } from '../../../shared/ledger/parking.ts';
import { goLive, goThrough, uploadSite } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

type Question<Action extends ApiAction> = Extract<ApiRequest, { action: Action }>;

const ask = <Action extends ApiAction>(question: Question<Action>) => handler(question) as Promise<ApiAnswer<Action>>;

/** The answer to a question that is a good one. */
async function answered<Action extends ApiAction>(question: Question<Action>): Promise<ApiAnswers[Action]> {
  const answer = await ask<Action>(question);
  if (!answer.ok) throw new Error(`${answer.code} ${answer.message}`);
  return answer.answer;
}

const request = (time = new Date()) => `${time.toISOString()}/${randomUUID()}`;
const requested = () => stage.events.flatMap(({ name, detail }) => (name === 'DeploymentRequested' ? [detail] : []));

describe('a question that is none', () => {
  const rollback = { action: 'rollback', pilot: 'acme', request: request() };
  const hour = 3_600_000;
  it.each([
    ['nothing', undefined, 'REQUEST_INVALID'],
    ['text', 'status', 'REQUEST_INVALID'],
    ['an unknown action', { action: 'magic' }, 'ACTION_UNKNOWN'],
    ['an unknown field', { action: 'status', pilots: 1 }, 'REQUEST_UNKNOWN_FIELD'],
    ['a pilot’s name with capitals', { action: 'status', pilot: 'Acme' }, 'REQUEST_INVALID'],
    ['a pilot that is no text', { action: 'history', pilot: { a: 1 } }, 'REQUEST_INVALID'],
    ['no pilot', { action: 'history' }, 'REQUEST_INVALID'],
    ['an environment with a hyphen', { action: 'history', pilot: 'acme', environment: 'a-b' }, 'REQUEST_INVALID'],
    ['too many', { action: 'history', pilot: 'acme', most: 101 }, 'REQUEST_INVALID'],
    ['an id that is none', { action: 'deployment', id: 'acme' }, 'REQUEST_INVALID'],
    ['a release that is none', { ...rollback, release: 'latest' }, 'REQUEST_INVALID'],
    ['a request without a time', { ...rollback, request: randomUUID() }, 'REQUEST_INVALID'],
    ['a request of tomorrow', { ...rollback, request: request(new Date(Date.now() + 24 * hour)) }, 'REQUEST_INVALID'],
    ['a request of long ago', { ...rollback, request: request(new Date(Date.now() - hour)) }, 'REQUEST_INVALID'],
    ['two lines of a person', { ...rollback, requestedBy: 'a\nb' }, 'REQUEST_INVALID'],
  ])('%s is answered with what was expected, and asks for nothing', async (_, question, code) => {
    expect(await ask(question as never)).toMatchObject({ ok: false, code, message: expect.any(String) });
    expect(requested()).toEqual([]);
  });
});

describe('before anything was deployed', () => {
  it('there is no pilot', async () => {
    await stage.fresh();
    expect(await answered({ action: 'status' })).toEqual([]);
    expect(await ask({ action: 'status', pilot: 'acme' })).toEqual({
      ok: false,
      code: 'PILOT_UNKNOWN',
      message: 'no pilot is named acme',
      expected: 'a pilot that was deployed once; none was so far',
    });
  });
});

describe('of what was deployed', () => {
  let first: string;
  let second: string;
  beforeAll(async () => {
    await stage.fresh();
    first = (await goLive(stage, 'acme', { 'index.html': 'one' })).plan?.release ?? '';
    second = (await goLive(stage, 'acme', { 'index.html': 'two' })).plan?.release ?? '';
    await goLive(stage, 'beta', { 'index.html': 'beta' });
  });
  beforeEach(() => {
    stage.events.length = 0;
  });

  it('status says what the pointer says, with the last deployment', async () => {
    const all = await answered({ action: 'status' });
    expect(all.map(({ pilot }) => pilot)).toEqual(['acme', 'beta']);
    expect(all[0]).toMatchObject({
      environment: 'production',
      url: expect.stringContaining('acme'),
      live: { release: second, weights: { [second]: 100 } },
      last: { status: 'succeeded', target: 'static' },
    });
    expect(await answered({ action: 'status', pilot: 'beta', environment: 'production' })).toHaveLength(1);
  });

  it('status of a pilot that does not exist names those that do', async () => {
    expect(await ask({ action: 'status', pilot: 'acne' })).toMatchObject({
      code: 'PILOT_UNKNOWN',
      expected: 'one of acme, beta',
    });
    expect(await ask({ action: 'history', pilot: 'acme', environment: 'staging' })).toMatchObject({
      code: 'ENVIRONMENT_UNKNOWN',
      expected: 'one of production',
    });
  });

  it('history is newest first, as many as are asked for, without what is nobody’s business', async () => {
    const history = await answered({ action: 'history', pilot: 'acme' });
    expect(new Set(history.map(({ release }) => release))).toEqual(new Set([first, second]));
    const [newest] = await answered({ action: 'history', pilot: 'acme', most: 1 });
    expect(newest).toEqual(history[0]);
    for (const inside of ['plan', 'policy', 'before', 'fence', 'pk', 'sk']) expect(newest).not.toHaveProperty(inside);
  });

  it('a deployment tells what it waits for while it is parked', async () => {
    const { id } = await stage.upload('acme', manifestOf('acme'));
    expect(await answered({ action: 'deployment', id })).toMatchObject({ id, status: 'running' });
    const waiting = {
      awaits: 'another one to finish',
      deadline: '2026-11-21T03:00:00.000Z',
      wakeAt: '2026-11-21T02:00:00.000Z',
    };
    await beginRun(id, 'run');
    await park(id, 'run', { function: 'f', event: { token: 'secret' }, ...waiting });
    const now = await answered({ action: 'deployment', id });
    expect(now.waiting).toEqual(waiting);
    expect(JSON.stringify(now)).not.toContain('secret');
  });

  it('a deployment that was never accepted is unknown', async () => {
    const id = 'acme_production_20261121T000000Z-0123456789ab';
    expect(await ask({ action: 'deployment', id })).toMatchObject({ ok: false, code: 'DEPLOYMENT_UNKNOWN' });
  });

  describe('a rollback', () => {
    it('goes to the release that was live before, in the caller’s name', async () => {
      const asked = { action: 'rollback' as const, pilot: 'acme', request: request(), requestedBy: 'ada@laptop' };
      const { deployment, release } = await answered(asked);
      expect(release).toBe(first);
      expect(requested()).toEqual([
        {
          deployment,
          pilot: 'acme',
          environment: 'production',
          requestedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          trigger: { kind: 'rollback', release: first, request: asked.request, requestedBy: 'ada@laptop' },
        },
      ]);
    });

    it('that is asked for twice is one deployment, before and after it was accepted', async () => {
      const asked = { action: 'rollback' as const, pilot: 'acme', request: request() };
      const once = await answered(asked);
      expect(await answered(asked)).toEqual(once);
      await start({ detail: requested()[0] } as never);
      stage.events.length = 0;
      expect(await answered(asked)).toEqual(once);
      expect(requested()).toEqual([]);
      const other = await answered({ ...asked, request: request() });
      expect(other.deployment).not.toBe(once.deployment);
    });

    it('takes how a release’s name begins', async () => {
      const asked = { action: 'rollback' as const, pilot: 'acme', release: first.slice(0, 8), request: request() };
      expect((await answered(asked)).release).toBe(first);
    });

    it('to a release that is not kept names those that are, and asks for nothing', async () => {
      const asked = { action: 'rollback' as const, pilot: 'acme', release: '0000', request: request() };
      expect(await ask(asked)).toEqual({
        ok: false,
        code: 'RELEASE_UNKNOWN',
        message: 'no release 0000 of acme in production is kept',
        expected: `one of ${second} (live), ${first}`,
      });
      expect(requested()).toEqual([]);
    });

    it('during a canary goes to what served before it, not to the one before that', async () => {
      await goLive(stage, 'delta', { 'index.html': 'one' });
      const served = await goLive(stage, 'delta', { 'index.html': 'two' });
      const canary = 'rollout: { steps: [10, 100], bake: 1h }\n';
      const { id } = await uploadSite(stage, 'delta', { 'index.html': 'three' }, canary);
      await goThrough(stage, id, 'Shift');
      const [{ live } = {}] = await answered({ action: 'status', pilot: 'delta' });
      expect(Object.values(live?.weights ?? {}).sort()).toEqual([10, 90]);
      const asked = { action: 'rollback' as const, pilot: 'delta', request: request() };
      expect((await answered(asked)).release).toBe(served.plan?.release);
    });

    it('of a pilot with one release has nothing to go back to', async () => {
      expect(await ask({ action: 'rollback', pilot: 'beta', request: request() })).toMatchObject({
        code: 'RELEASE_UNKNOWN',
        message: 'beta in production has no other release to go back to',
      });
    });

    it('of a pilot that does not exist names those that do', async () => {
      expect(await ask({ action: 'rollback', pilot: 'acne', request: request() })).toMatchObject({
        code: 'PILOT_UNKNOWN',
      });
    });
  });
});
