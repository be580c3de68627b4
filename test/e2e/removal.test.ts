import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installWithPulls, type WithPulls } from './previewing.ts';
import { tracesOf } from './traces.ts';

const PILOT = 'acme-desk';

let pilotage: WithPulls;
beforeAll(async () => {
  pilotage = await installWithPulls({ name: 'acme/desk', pilot: PILOT });
  await pilotage.deployed(await pilotage.push(FUNCTION, 'The hours'));
}, 360_000);
afterAll(() => pilotage.end());

const EXAMPLE = join(__dirname, '../../examples/git-image');
const SOURCE = 'source: { git: { repository: git.localhost/acme/desk } }\npreviews: true\n';
/** A service of an image that is built. */
const service = () => {
  const read = (name: string) => readFileSync(join(EXAMPLE, name), 'utf8');
  const manifest = read('pilot.yaml');
  return {
    'pilot.yaml': `${manifest}previews: true\n`,
    Dockerfile: read('Dockerfile'),
    'server.mjs': read('server.mjs'),
  };
};
const FUNCTION = {
  'pilot.yaml': `apiVersion: pilotage/v1
name: ${PILOT}
target: lambda
${SOURCE}build:
  commands: [[mkdir, -p, out], [cp, index.js, out/]]
  output: out
`,
  'index.js': "exports.handler = async () => ({ statusCode: 200, body: 'one' });",
};

const aws = () => {
  const { url: endpoint, region, credentials } = pilotage.environment.emulator;
  return { endpoint, region, credentials };
};
const traces = (number: number) => tracesOf(aws(), `${PILOT}-pr${number}`);
const kindsOf = (found: string[]) => new Set(found.map((one) => one.split(' ')[0]));
const latest = async (number: number) => {
  const [last] = await pilotage.ask({ action: 'history', pilot: PILOT, environment: `pr${number}` });
  return last;
};

describe('a preview that is removed', () => {
  it('of a service leaves nothing: no stack, no service, no image, no role, no object, no row', async () => {
    const { number } = await pilotage.open('desk', service());
    await pilotage.said(number, 'Live at');
    expect(kindsOf(await traces(number))).toEqual(
      new Set([
        'stack',
        'role',
        'balancer',
        'images',
        'scaled',
        'cluster',
        'service',
        'definition',
        'logs',
        'group',
        'alarm',
      ]),
    );
    await pilotage.git.closePull('acme/desk', number);
    await pilotage.said(number, 'It was removed');
    expect(await latest(number)).toMatchObject({ status: 'succeeded', trigger: { kind: 'remove', why: 'closed' } });
    expect([await traces(number), await pilotage.leftOf(`pr${number}`)]).toEqual([[], []]);
  }, 480_000);

  it('of a function, by a person’s word, leaves nothing either', async () => {
    const { number } = await pilotage.open('hours', { ...FUNCTION, note: 'the second' });
    await pilotage.said(number, 'Live at');
    expect(kindsOf(await traces(number))).toEqual(new Set(['stack', 'role', 'function', 'logs', 'alarm']));
    const request = `${new Date().toISOString()}/00000000-0000-4000-8000-000000000000`;
    const asked = { action: 'remove', pilot: PILOT, environment: `pr${number}`, request } as const;
    const { deployment } = await pilotage.ask(asked);
    expect(await pilotage.ask(asked)).toEqual({ deployment });
    expect(await pilotage.ended(deployment)).toMatchObject({ status: 'succeeded', ending: { serving: null } });
    expect([await traces(number), await pilotage.leftOf(`pr${number}`)]).toEqual([[], []]);
  }, 300_000);
});
