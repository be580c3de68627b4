import { createServer, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Action, Picture, Target } from '../../../local/balancer/picture.ts';
import { createBalancer } from '../../../local/balancer/server.ts';
import { TargetsLoad } from '../../../local/balancer/targets-load.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

const forwardTo = (...arns: string[]): Action => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups: arns.map((TargetGroupArn) => ({ TargetGroupArn, Weight: 1 })) },
});

function pictureOf(action: Action, targets: Target[]): Picture {
  const rule = { Priority: 'default', IsDefault: true, Conditions: [], Actions: [action] };
  const listener = { Port: 80, Protocol: 'HTTP', Rules: [rule] };
  return {
    Version: '1',
    LoadBalancers: [{ LoadBalancerName: 'shop', DNSName: 'shop.localhost', Listeners: [listener] }],
    TargetGroups: [
      {
        ...{ TargetGroupArn: 'blue', Used: true, HealthCheckEnabled: true, HealthCheckPath: '/' },
        ...{ HealthCheckPort: 'traffic-port', HealthCheckIntervalSeconds: 1, HealthCheckTimeoutSeconds: 1 },
        ...{ HealthyThresholdCount: 1, UnhealthyThresholdCount: 1, Matcher: { HttpCode: '200' }, Attributes: {} },
        Targets: targets,
      },
    ],
  };
}

/** The port of a load balancer that gives all to one target, which answers so. */
async function before(target: RequestListener | number, action = forwardTo('blue')) {
  const Port = typeof target === 'number' ? target : await listening(createServer(target));
  const drained: Target[] = [];
  const load = new TargetsLoad((_group, one) => drained.push(one));
  let picture = pictureOf(action, [{ Id: '127.0.0.1', Port, State: 'healthy' }]);
  const port = await listening(
    createBalancer(
      () => picture,
      load,
      async () => undefined,
    ),
  );
  const drain = () => {
    picture = pictureOf(action, [{ Id: '127.0.0.1', Port, State: 'draining' }]);
    load.see(picture);
  };
  return { port, drain, drained };
}

const ask = (port: number, path = '/', more: { method?: string; headers?: object; body?: string } = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = more;
    const options = { host: '127.0.0.1', port, path, method, headers: { host: 'shop.localhost', ...headers } };
    const asking = request(options, (response) => {
      const { statusCode: status = 0, headers: told } = response;
      text(response).then((whole) => resolve({ status, headers: told, body: whole }), reject);
    });
    asking.on('error', reject).end(body);
  });

test('a target hears what the viewer asked, and who that is', async () => {
  const { port } = await before((asked, answer) => {
    text(asked).then((body) =>
      answer.writeHead(201, { 'x-own': '1' }).end(JSON.stringify([asked.method, asked.url, body, asked.headers])),
    );
  });
  const { status, headers, body } = await ask(port, '/a?b=c', {
    method: 'POST',
    body: 'hello',
    headers: { 'x-forwarded-for': '192.0.2.1' },
  });
  expect([status, headers['x-own']]).toEqual([201, '1']);
  expect(JSON.parse(body)).toMatchObject([
    'POST',
    '/a?b=c',
    'hello',
    {
      host: 'shop.localhost',
      'x-forwarded-for': '192.0.2.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
    },
  ]);
});

test('a body without a length goes on in pieces', async () => {
  const { port } = await before((asked, answer) => {
    text(asked).then((body) => answer.end(`${asked.headers['transfer-encoding']} ${body}`));
  });
  const headers = { 'transfer-encoding': 'chunked' };
  expect((await ask(port, '/', { method: 'POST', body: 'pieces', headers })).body).toBe('chunked pieces');
});

test('where nobody listens, it is 502', async () => {
  const gone = createServer();
  const free = await listening(gone);
  await new Promise((closed) => gone.close(closed));
  const { port } = await before(free);
  expect(await ask(port)).toMatchObject({ status: 502, headers: { server: 'awselb/2.0' } });
});

test('an answer that breaks off is broken off for the viewer too', async () => {
  const { port } = await before((_asked, answer) => {
    answer.writeHead(200, { 'content-length': 1000 });
    answer.write('half', () => answer.destroy());
  });
  await expect(ask(port)).rejects.toThrow();
});

test('what is sent is never sent twice; what is only read is asked again when an old connection was closed', async () => {
  let closing = false;
  const heard: (string | undefined)[] = [];
  const { port } = await before((asked, answer) => {
    heard.push(asked.method);
    if (!closing) answer.end('ok');
    else if (heard.filter((one) => one === asked.method).length > 1) answer.end('again');
    else asked.socket.resetAndDestroy();
  });
  await ask(port, '/', { method: 'OPTIONS' });
  closing = true;
  heard.length = 0;
  expect(await ask(port)).toMatchObject({ status: 200, body: 'again' });
  closing = false;
  await ask(port, '/', { method: 'OPTIONS' });
  closing = true;
  expect((await ask(port, '/', { method: 'POST' })).status).toBe(502);
  expect(heard.filter((one) => one === 'POST')).toHaveLength(1);
});

test('a viewer who leaves is left: the target need not go on', async () => {
  const [arrived, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { port } = await before((_asked, answer) => {
    answer.once('close', left.resolve);
    arrived.resolve();
  });
  const asking = request({ host: '127.0.0.1', port, headers: { host: 'shop.localhost' } });
  asking.on('error', () => {}).end();
  await arrived.promise;
  asking.destroy();
  await left.promise;
});

test('a target that leaves gets nothing more, and has left when its last request has ended', async () => {
  let end = () => {};
  const under = Promise.withResolvers<void>();
  const { port, drain, drained } = await before((_asked, answer) => {
    end = () => answer.end('done');
    under.resolve();
  });
  const slow = ask(port);
  await under.promise;
  drain();
  expect((await ask(port)).status).toBe(503);
  expect(drained).toEqual([]);
  end();
  expect((await slow).body).toBe('done');
  expect(drained).toHaveLength(1);
});

test('a redirect fills in what was asked', async () => {
  const RedirectConfig = { StatusCode: 'HTTP_301', Protocol: 'HTTPS', Port: '443' };
  const { port } = await before(() => {}, { Type: 'redirect', RedirectConfig });
  const { status, headers } = await ask(port, '/a?b=c');
  expect([status, headers.location]).toEqual([301, 'https://shop.localhost:443/a?b=c']);
  expect((await ask(port, '/a')).headers.location).toBe('https://shop.localhost:443/a');
});

test('a group that is gone is 503, and a rule that keeps its viewers says so by a cookie', async () => {
  const { port } = await before((_asked, answer) => answer.end('ok'), forwardTo('nobody'));
  expect((await ask(port)).status).toBe(503);
  const sticky = forwardTo('blue');
  const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 60 };
  const kept = { ...sticky, ForwardConfig: { TargetGroups: [], ...sticky.ForwardConfig, TargetGroupStickinessConfig } };
  const { port: other } = await before((_asked, answer) => answer.setHeader('set-cookie', 'own=1').end('ok'), kept);
  expect((await ask(other)).headers['set-cookie']).toEqual([
    'own=1',
    expect.stringMatching(/^AWSALBTG=.+; Max-Age=60/),
  ]);
});
