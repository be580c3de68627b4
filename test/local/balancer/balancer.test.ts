import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { DeleteRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { startDataPlane } from '../../../local/balancer/data-plane.ts';
import { until } from '../emulator/running.ts';
import { viewerOf } from '../tasks/viewer.ts';
import { script, shop, startWorld, type World } from '../tasks/world.ts';

let world: World;
let viewer: ReturnType<typeof viewerOf>;
beforeAll(async () => {
  const breaking = `require('http').createServer((q, r) => q.url === '/health' ? r.end('ok') : q.socket.destroy()).listen(process.env.PORT)`;
  world = await startWorld({ 'acme/shop:1': shop('v1'), 'acme/shop:2': shop('v2'), 'acme/breaks:1': script(breaking) });
  viewer = viewerOf(world.url);
}, 120_000);
afterAll(async () => {
  viewer.leave();
  await world.end();
});

const V1 = '200 Acme Shop v1';
const V2 = '200 Acme Shop v2';

test('while no rule gives traffic to a colour, viewers see the page of the listener', async () => {
  const { status, body, headers } = await viewer.ask('/');
  expect([status, headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
  expect(body).toContain('Back soon');
});

test('its name in the outputs of the stack leads to it', () => {
  expect(`http://${world.outputs.Balancer}/`).toBe(world.url);
  expect(world.outputs.Address).toBe(world.url);
});

test('a host name that is no load balancer’s is told from a pilot that is offline', async () => {
  expect((await viewer.ask('/', { host: 'nobody.localhost' })).status).toBe(404);
});

describe('two colours behind a rule', () => {
  let rule: string;
  beforeAll(async () => {
    await world.serve('blue', 'acme/shop:1', 2);
    await world.serve('green', 'acme/shop:2', 2);
    await Promise.all([world.completed('blue'), world.completed('green')]);
    rule = await world.makeRule(75);
    await until(async () => (await viewer.ask('/')).status === 200);
  }, 30_000);

  test('answer by its weights', async () => {
    const counted = await viewer.count('/', 400);
    expect((counted[V1] ?? 0) + (counted[V2] ?? 0)).toBe(400);
    // 400 draws of 75 %: 300, and further than 44 away from it (5 deviations) once in two million runs.
    expect(Math.abs((counted[V1] ?? 0) - 300)).toBeLessThan(44);
  });

  test('tell the tasks who asks', async () => {
    const { headers } = await viewer.ask('/');
    expect(headers['x-version']).toMatch(/^v[12]$/);
  });

  test('move with the rule, and no request fails: neither those under way nor any other, nor when the old tasks stop', async () => {
    await world.moveRule(rule, 100);
    await until(async () => (await viewer.count('/', 20))[V2] === undefined);
    const slow = Array.from({ length: 10 }, () => viewer.ask('/slow?ms=3000'));
    const answers: Record<string, number> = {};
    let going = true;
    const lanes = Array.from({ length: 4 }, async () => {
      while (going) {
        const { status, body } = await viewer.ask('/');
        answers[`${status} ${body.trim()}`] = (answers[`${status} ${body.trim()}`] ?? 0) + 1;
      }
    });
    const began = Date.now();
    await until(async () => answers[V1] !== undefined);
    await world.moveRule(rule, 50);
    await world.moveRule(rule, 0);
    await until(async () => (await viewer.count('/', 20))[V1] === undefined);
    await world.ecs.send(new UpdateServiceCommand({ cluster: world.cluster, service: 'blue', desiredCount: 0 }));
    await until(async () =>
      (await world.health('blue')).some(({ TargetHealth }) => TargetHealth?.State === 'draining'),
    );
    expect((await world.tasks('blue', 'STOPPED')).map(({ lastStatus }) => lastStatus)).toContain('DEACTIVATING');

    const ended = await Promise.all(slow);
    going = false;
    await Promise.all(lanes);
    const seconds = (Date.now() - began) / 1000;
    expect(new Set(ended.map(({ status, body }) => `${status} ${body.trim()}`))).toEqual(new Set([`${V1}, slowly`]));
    expect(Object.keys(answers).sort()).toEqual([V1, V2]);
    const requests = Object.values(answers).reduce((sum, one) => sum + one, 0);
    expect(requests / seconds).toBeGreaterThan(100);
    await until(async () => (await world.tasks('blue', 'STOPPED')).every(({ lastStatus }) => lastStatus === 'STOPPED'));
    expect((await world.tasks('blue', 'STOPPED')).map(({ containers }) => containers?.[0]?.exitCode)).toEqual([0, 0]);
    expect(await world.health('blue')).toEqual([]);
  }, 30_000);

  test('a colour without a task that is well answers 503', async () => {
    await world.moveRule(rule, 100);
    await until(async () => (await viewer.ask('/')).status === 503);
    expect((await viewer.ask('/')).body).toContain('503 Service Temporarily Unavailable');
  });

  test('a task that breaks off before it answers is 502', async () => {
    await world.serve('breaks', 'acme/breaks:1', 1);
    await world.completed('breaks');
    expect((await viewer.ask('/')).status).toBe(502);
  });

  test('without the rule the pilot is offline again', async () => {
    await world.elb.send(new DeleteRuleCommand({ RuleArn: rule }));
    await until(async () => (await viewer.ask('/')).body.includes('Back soon'));
  });
});

test('a port that is taken is a problem, and not an exception', async () => {
  const taken = { balancer: Number(new URL(world.url).port) };
  const again = await startDataPlane({ emulatorUrl: world.emulator.url, images: {}, ports: taken });
  expect(again).toMatchObject({
    problem: { code: 'PORT_BUSY', hint: expect.stringContaining('PILOTAGE_BALANCER_PORT') },
  });
});
