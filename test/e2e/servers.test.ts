import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { tellImages } from '../../local/tasks/images.ts';
import { eventually, type Installation, install, type View } from './installation.ts';

/** What stands for images: programs of this machine, by the digests that manifests name. */
const serving = (says: string) =>
  `require('http').createServer((_, r) => r.end(${JSON.stringify(says)})).listen(process.env.PORT)`;
const PROGRAMS: Record<string, string> = {
  '1': serving('one'),
  '2': serving('two'),
  '3': "console.log('there is no database'); process.exit(3)",
  '4': "require('http').createServer((_, r) => { r.statusCode = 500; r.end() }).listen(process.env.PORT)",
  '5': "console.log('I wait'); setInterval(() => {}, 1000)",
};
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

let pilotage: Installation;
beforeAll(async () => {
  pilotage = await install();
  const images = Object.entries(PROGRAMS).map(([digit, program]) => [
    digest(digit),
    { command: [process.execPath, '-e', program], cwd: __dirname },
  ]);
  await tellImages(pilotage.environment.emulator.url, Object.fromEntries(images));
}, 240_000);
afterAll(() => pilotage.end());

const service = (pilot: string, digit: string, more = '') => `apiVersion: pilotage/v1
name: ${pilot}
target: ecs
source: { image: "registry.example.com/shop@${digest(digit)}" }
health: { path: /, interval: 5s }
${more}`;
const upload = (pilot: string, digit: string, more?: string) => pilotage.upload(pilot, service(pilot, digit, more));

/** What a visitor of a pilot gets at the address that Pilotage tells. */
async function visit(pilot: string): Promise<string> {
  const [status] = await pilotage.ask({ action: 'status', pilot });
  const { hostname, port, pathname } = new URL(status?.url ?? '');
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: pathname, headers: { host: `${hostname}:${port}` } }, (response) =>
      text(response).then(resolve, reject),
    ).on('error', reject);
  });
}
/** Images that cannot run, and what is told of them. */
const BAD = [
  { digit: '9', told: /^IMAGE_NOT_FOUND the image does not exist/ },
  { digit: '3', told: /^CONTAINER_EXITED .*exit code 3; its log ends: there is no database/ },
  { digit: '4', told: /^HEALTH_CHECK_FAILED the health check of \/ did not pass/ },
  // Which of the two depends on whether ECS has replaced the task already when it is looked at.
  { digit: '5', told: /^(?:NOBODY_LISTENS|HEALTH_CHECK_FAILED) .*; its log ends: I wait/ },
];

const hasMoved = ({ step, finishedAt }: View) => step === 'Finish' || finishedAt !== undefined;

describe('a service', () => {
  it('goes live, is replaced, and goes back: real requests reach its tasks', async () => {
    const first = await pilotage.ended(await upload('shop', '1'));
    expect(first).toMatchObject({ status: 'succeeded', url: expect.stringContaining('shop-production.localhost') });
    expect(await visit('shop')).toBe('one');
    expect(await pilotage.ask({ action: 'shell', pilot: 'shop' })).toMatchObject({
      cluster: 'shop-production',
      task: expect.stringMatching(/^[0-9a-f-]{32,36}$/),
      container: 'app',
    });

    const second = await upload('shop', '2');
    await pilotage.until(second, hasMoved);
    expect(await visit('shop')).toBe('two');
    expect((await pilotage.ended(second)).status).toBe('succeeded');

    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000000`;
    const { deployment } = await pilotage.ask({ action: 'rollback', pilot: 'shop', request });
    expect(await pilotage.until(deployment, hasMoved)).toMatchObject({ release: first.release });
    expect(await visit('shop')).toBe('one');
  }, 180_000);

  it('that cannot run ends in words, and what was live serves on', async () => {
    const found = await Promise.all(
      BAD.map(async ({ digit }) => {
        const pilot = `bad-${digit}`;
        await pilotage.ended(await upload(pilot, '1'));
        const { status, failure } = await pilotage.ended(await upload(pilot, digit));
        const { step, code = '', reason = '' } = Object(failure);
        return { status, step, told: `${code} ${reason}`, serves: await visit(pilot) };
      }),
    );
    expect(found).toEqual(
      BAD.map(({ told }) => ({
        status: 'failed',
        step: 'Prepare',
        told: expect.stringMatching(told),
        serves: 'one',
      })),
    );
  }, 180_000);
});

describe('a function', () => {
  it('goes live, is replaced, and goes back', async () => {
    const deploy = async (says: string) => {
      const source = `exports.handler = async () => ({ statusCode: 200, body: '${says}' });`;
      await pilotage.putZip('pilots/hours/function.zip', { 'index.js': source });
      return pilotage.ended(
        await pilotage.upload(
          'hours',
          'apiVersion: pilotage/v1\nname: hours\ntarget: lambda\nsource: { artifact: function.zip }\n',
        ),
      );
    };
    const first = await deploy('one');
    expect(first.status).toBe('succeeded');
    expect(await visit('hours')).toBe('one');
    expect((await deploy('two')).status).toBe('succeeded');
    expect(await visit('hours')).toBe('two');

    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000001`;
    const { deployment } = await pilotage.ask({ action: 'rollback', pilot: 'hours', request });
    expect(await pilotage.ended(deployment)).toMatchObject({ status: 'succeeded', release: first.release });
    expect(await eventually(async () => ((await visit('hours')) === 'one' ? 'one' : undefined), 'not back')).toBe(
      'one',
    );
  }, 120_000);
});
