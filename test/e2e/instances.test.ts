import { randomUUID } from 'node:crypto';
import type { RanToItsEnd } from '../../shared/api.ts';
import { eventually } from './installation.ts';
import { installServices, type Services } from './services.ts';

let pilotage: Services;
beforeAll(async () => {
  pilotage = await installServices({});
}, 240_000);
afterAll(() => pilotage.end());

const SERVER = `require('http').createServer((_, r) => r.end('one')).listen(process.env.PORT)`;
const manifest = (pilot: string) => `apiVersion: pilotage/v1
name: ${pilot}
target: ec2
source: { artifact: release.zip }
ec2: { port: 8000, start: [node, server.js] }
health: { path: /, interval: 5s, grace: 5s }
config: { values: { SAYS: "hello there" } }
`;

describe('an instance', () => {
  it('goes live, and runs a command as the pilot does, with the rights that the stack gives', async () => {
    await pilotage.putZip('pilots/render/release.zip', { 'server.js': SERVER });
    const deployment = await pilotage.ended(await pilotage.upload('render', manifest('render')));
    expect(deployment).toMatchObject({ status: 'succeeded' });
    expect(await pilotage.visit('render')).toBe('one');

    const request = `${new Date().toISOString()}/${randomUUID()}`;
    const command = ['sh', '-c', 'ls; echo "$SAYS" >&2; exit 3'];
    const begun = await pilotage.ask({ action: 'run', pilot: 'render', command, request });
    expect(begun).toMatchObject({ instance: expect.stringMatching(/^i-/), logs: '/pilots/render/production' });
    const end = await eventually(async (): Promise<RanToItsEnd | undefined> => {
      const now = await pilotage.ask({ action: 'ran', pilot: 'render', request });
      return now.isOver ? now : undefined;
    }, 'it did not end');
    expect(end).toEqual({
      ...{ status: 'Failed', isOver: true, exitCode: 3 },
      ...{ stdout: 'server.js\n', stderr: 'hello there\n', cut: [] },
    });

    const since = deployment.requestedAt;
    const told = await eventually(async () => {
      const { lines } = await pilotage.ask({ action: 'logs', pilot: 'render', since });
      return lines.find(({ stream }) => stream.startsWith(begun.command) && stream.endsWith('/stderr'));
    }, 'its output is not in the log group');
    expect(told.text).toBe('hello there');
  }, 180_000);
});
