import { randomUUID } from 'node:crypto';
import { handler } from '../../../functions/api/api.ts';
import type { ApiAction, ApiAnswer, ApiRequest } from '../../../shared/api.ts';
import { goLive, goThrough, uploadSite } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.events.length = 0;
});

const ask = <Action extends ApiAction>(question: Extract<ApiRequest, { action: Action }>) =>
  handler(question) as Promise<ApiAnswer<Action>>;
const request = () => `${new Date().toISOString()}/${randomUUID()}`;
const requested = () => stage.events.flatMap(({ name, detail }) => (name === 'DeploymentRequested' ? [detail] : []));
const one = { 'index.html': 'one' };

/** A pilot that is live, and, where that is said, kept offline. */
async function live(pilot: string, isOffline = false) {
  const { plan } = await goLive(stage, pilot, one);
  if (isOffline) await goThrough(stage, (await stage.askStanding(pilot, 'offline')).id);
  stage.events.length = 0;
  return plan?.release ?? '';
}

describe('asked to take a pilot offline', () => {
  it('asks for it, once for each request', async () => {
    const release = await live('acme');
    const question = { action: 'offline', pilot: 'acme', page: '<p>Later</p>', request: request() } as const;
    const answer = await ask<'offline'>({ ...question, requestedBy: 'ada@laptop' });
    expect(answer).toMatchObject({ ok: true, answer: { release } });
    const { page, request: made } = question;
    expect(requested()).toMatchObject([
      {
        pilot: 'acme',
        environment: 'production',
        deployment: answer.ok && answer.answer.deployment,
        trigger: { kind: 'offline', page, request: made, requestedBy: 'ada@laptop' },
      },
    ]);
  });

  it('of what is offline already asks for another page', async () => {
    const release = await live('again', true);
    expect(
      await ask<'offline'>({ action: 'offline', pilot: 'again', page: 'Later', request: request() }),
    ).toMatchObject({
      ok: true,
      answer: { release },
    });
  });

  it.each([
    ['a page that is too large', { page: 'x'.repeat(1_000) }],
    ['a page that is no text', { page: '\u0000' }],
    ['no page at all', { page: '' }],
  ])('refuses %s, and does not repeat it', async (_, more) => {
    await live('large');
    const answer = await ask<'offline'>({ action: 'offline', pilot: 'large', request: request(), ...more });
    expect(answer).toMatchObject({ ok: false, code: 'REQUEST_INVALID', expected: expect.stringContaining('bytes') });
    expect(requested()).toEqual([]);
  });
});

describe('asked to bring a pilot back', () => {
  it('asks for the release that was live', async () => {
    const release = await live('back', true);
    expect(await ask<'online'>({ action: 'online', pilot: 'back', request: request() })).toMatchObject({
      ok: true,
      answer: { release },
    });
    expect(requested()).toMatchObject([{ trigger: { kind: 'online' } }]);
  });

  it('that is online says so, and asks for nothing', async () => {
    const release = await live('online');
    expect(await ask<'online'>({ action: 'online', pilot: 'online', request: request() })).toEqual({
      ok: false,
      code: 'ALREADY_ONLINE',
      message: `online in production is online already: release ${release} is live`,
    });
    expect(requested()).toEqual([]);
  });

  it('right after asking to take it offline means both', async () => {
    await live('both');
    const { id } = await stage.askStanding('both', 'offline');
    await goThrough(stage, id, 'Queue');
    expect(await ask<'online'>({ action: 'online', pilot: 'both', request: request() })).toMatchObject({ ok: true });
  });
});

describe.each(['offline', 'online'] as const)('asked to go %s', (action) => {
  it('the same request again is the same deployment, whatever has become of it', async () => {
    const pilot = `twice-${action}`;
    await live(pilot, action === 'online');
    const question = { action, pilot, request: request() };
    const first = await ask<'offline' | 'online'>(question);
    const [detail] = requested();
    const { accept } = await import('../../../shared/ledger/deployments.ts');
    await accept({ ...(detail as never as Parameters<typeof accept>[0]), id: String(detail?.deployment) });
    await goThrough(stage, String(detail?.deployment));
    stage.events.length = 0;
    expect(await ask<'offline' | 'online'>(question)).toEqual(first);
    expect(requested()).toEqual([]);
  });

  it('what nobody knows is a stranger, and what never was live is told so', async () => {
    expect(await ask<'offline' | 'online'>({ action, pilot: 'nobody', request: request() })).toMatchObject({
      code: 'PILOT_UNKNOWN',
    });
    const { id } = await uploadSite(stage, `new-${action}`, one);
    await goThrough(stage, id, 'Queue');
    expect(await ask<'offline' | 'online'>({ action, pilot: `new-${action}`, request: request() })).toMatchObject({
      code: 'NEVER_LIVE',
    });
  });
});

describe('what is told of a pilot that is kept offline', () => {
  it('is since when, by whom, and what comes back', async () => {
    const release = await live('told', true);
    const offline = { at: expect.any(String), by: 'ada@laptop', release };
    expect(await ask<'status'>({ action: 'status', pilot: 'told' })).toMatchObject({
      answer: [{ live: { weights: {} }, offline }],
    });
    expect(await ask<'live'>({ action: 'live', pilot: 'told' })).toMatchObject({
      answer: { offline, manifest: { name: 'told' }, kept: [{ release }] },
    });
  });

  it('is nothing while it is live', async () => {
    await live('untold');
    const status = await ask<'status'>({ action: 'status', pilot: 'untold' });
    expect(status.ok && status.answer[0]).not.toHaveProperty('offline');
  });
});
