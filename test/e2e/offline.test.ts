import { randomUUID } from 'node:crypto';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Installation } from './installation.ts';
import { installServices, type Services, serving } from './services.ts';

let pilotage: Services;
beforeAll(async () => {
  pilotage = await installServices({ '1': serving('one'), '2': serving('two') });
}, 240_000);
afterAll(() => pilotage.end());

const PAGE = '<p>Back at four.</p>';
const request = () => `${new Date().toISOString()}/${randomUUID()}`;

async function go(where: 'offline' | 'online', pilot: string, page?: string) {
  const asked = { action: where, pilot, request: request(), requestedBy: 'ada@laptop', ...(page && { page }) };
  const { deployment } = await pilotage.ask<'offline' | 'online'>(asked);
  return pilotage.ended(deployment);
}

/** What a visitor of a service gets. */
async function visit(pilot: string) {
  const [status] = await pilotage.ask({ action: 'status', pilot });
  const { hostname, port, pathname: path } = new URL(status?.url ?? '');
  return new Promise<{ status: number; body: string; type: string }>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: { host: `${hostname}:${port}` } }, (response) => {
      const { statusCode: code = 0, headers } = response;
      const answer = (body: string) => ({ status: code, body, type: headers['content-type'] ?? '' });
      text(response).then((body) => resolve(answer(body)), reject);
    }).on('error', reject);
  });
}

describe('a site', () => {
  it('goes offline with a message, is not deployed to meanwhile, and comes back as it was', async () => {
    const deploy = (content: string): ReturnType<Installation['deploy']> =>
      pilotage.deploy('acme', { 'index.html': content });
    const first = await pilotage.ended(await deploy('one'));
    expect(first.status).toBe('succeeded');

    expect(await go('offline', 'acme', PAGE)).toMatchObject({ status: 'succeeded', ending: { serving: null } });
    expect(await pilotage.view('acme')).toEqual({ status: 503, body: PAGE });
    expect(await pilotage.ask({ action: 'status', pilot: 'acme' })).toMatchObject([
      { live: { weights: {} }, offline: { by: 'ada@laptop', release: first.release } },
    ]);

    const refused = await pilotage.ended(await deploy('two'));
    expect(refused).toMatchObject({ status: 'rejected', failure: { problems: [{ code: 'PILOT_OFFLINE' }] } });
    expect((await pilotage.view('acme')).body).toBe(PAGE);

    expect(await go('online', 'acme')).toMatchObject({ status: 'succeeded', ending: { serving: first.release } });
    expect(await pilotage.view('acme')).toEqual({ status: 200, body: 'one' });
    expect((await pilotage.ended(await deploy('two'))).status).toBe('succeeded');
    expect((await pilotage.view('acme')).body).toBe('two');
  }, 120_000);
});

describe('a service', () => {
  it('goes offline while its tasks run on, and is back without any being started', async () => {
    const first = await pilotage.ended(await pilotage.release('shop', '1'));
    expect(first.status).toBe('succeeded');
    const shell = await pilotage.ask({ action: 'shell', pilot: 'shop' });

    expect(await go('offline', 'shop', 'Back at four.')).toMatchObject({ status: 'succeeded' });
    expect(await visit('shop')).toEqual({
      status: 503,
      body: 'Back at four.',
      type: expect.stringMatching(/^text.plain/),
    });
    expect(await go('offline', 'shop', PAGE)).toMatchObject({ status: 'succeeded' });
    expect(await visit('shop')).toEqual({ status: 503, body: PAGE, type: expect.stringMatching(/^text.html/) });

    expect(await go('online', 'shop')).toMatchObject({ status: 'succeeded', ending: { serving: first.release } });
    expect(await visit('shop')).toMatchObject({ status: 200, body: 'one' });
    expect(await pilotage.ask({ action: 'shell', pilot: 'shop' })).toEqual(shell);
  }, 180_000);

  it('comes back with a new release where its upload says so', async () => {
    expect((await go('offline', 'shop')).status).toBe('succeeded');
    const manifest = `apiVersion: pilotage/v1
name: shop
target: ecs
source: { image: "registry.example.com/shop@sha256:${'2'.repeat(64)}" }
health: { path: /, interval: 5s }
`;
    const id = await pilotage.upload('shop', manifest, { online: 'true' });
    await pilotage.until(id, ({ step, finishedAt }) => step === 'Finish' || finishedAt !== undefined);
    expect(await visit('shop')).toMatchObject({ status: 200, body: 'two' });
    expect(await pilotage.ended(id)).toMatchObject({ status: 'succeeded' });
    expect((await pilotage.ask({ action: 'status', pilot: 'shop' }))[0]).not.toHaveProperty('offline');
  }, 180_000);
});
