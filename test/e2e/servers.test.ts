import { eventually, type View } from './installation.ts';
import { installServices, type Services, serving } from './services.ts';

let pilotage: Services;
beforeAll(async () => {
  pilotage = await installServices({ '1': serving('one'), '2': serving('two') });
}, 240_000);
afterAll(() => pilotage.end());

const hasMoved = ({ step, finishedAt }: View) => step === 'Finish' || finishedAt !== undefined;

describe('a service', () => {
  it('goes live, is replaced, and goes back: real requests reach its tasks', async () => {
    const first = await pilotage.ended(await pilotage.release('shop', '1'));
    expect(first).toMatchObject({ status: 'succeeded', url: expect.stringContaining('shop-production.localhost') });
    expect(await pilotage.visit('shop')).toBe('one');
    expect(await pilotage.ask({ action: 'shell', pilot: 'shop' })).toMatchObject({
      cluster: 'shop-production',
      task: expect.stringMatching(/^[0-9a-f-]{32,36}$/),
      container: 'app',
    });

    const second = await pilotage.release('shop', '2');
    await pilotage.until(second, hasMoved);
    expect(await pilotage.visit('shop')).toBe('two');
    expect((await pilotage.ended(second)).status).toBe('succeeded');

    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000000`;
    const { deployment } = await pilotage.ask({ action: 'rollback', pilot: 'shop', request });
    expect(await pilotage.until(deployment, hasMoved)).toMatchObject({ release: first.release });
    expect(await pilotage.visit('shop')).toBe('one');
  }, 180_000);
});

describe('a function', () => {
  async function release(pilot: string, says: string, more = '') {
    const source = `exports.handler = async () => ({ statusCode: 200, body: '${says}' });`;
    await pilotage.putZip(`pilots/${pilot}/function.zip`, { 'index.js': source });
    const manifest = `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: lambda\nsource: { artifact: function.zip }\n${more}`;
    return pilotage.ended(await pilotage.upload(pilot, manifest));
  }

  it('goes live, is replaced, and goes back', async () => {
    const first = await release('hours', 'one');
    expect(first.status).toBe('succeeded');
    expect(await pilotage.visit('hours')).toBe('one');
    expect((await release('hours', 'two')).status).toBe('succeeded');
    expect(await pilotage.visit('hours')).toBe('two');

    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000001`;
    const { deployment } = await pilotage.ask({ action: 'rollback', pilot: 'hours', request });
    expect(await pilotage.ended(deployment)).toMatchObject({ status: 'succeeded', release: first.release });
    expect(
      await eventually(async () => ((await pilotage.visit('hours')) === 'one' ? 'one' : undefined), 'not back'),
    ).toBe('one');
  }, 120_000);

  it.each(['http-api', 'load-balancer'])(
    'is reached through its %s',
    async (front) => {
      const more = `lambda: { front: ${front} }\n`;
      for (const says of ['one', 'two']) {
        expect(await release(`behind-${front}`, says, more)).toMatchObject({ status: 'succeeded' });
        expect(await pilotage.visit(`behind-${front}`)).toBe(says);
      }
    },
    120_000,
  );
});
