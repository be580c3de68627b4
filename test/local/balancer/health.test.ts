import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Check, type Health, isWanted, judged, look, REGISTERED } from '../../../local/balancer/health.ts';

const passed: Check = { passed: true };
const failed: Check = { passed: false, Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' };
const group = { HealthyThresholdCount: 3, UnhealthyThresholdCount: 2 };
const after = (...checks: Check[]): string =>
  checks.reduce<Health>((health, check) => judged(health, check, group), REGISTERED).State;

describe('a target', () => {
  test('that is new is well after one look, and ill after as many as the group says', () => {
    expect(after(passed)).toBe('healthy');
    expect(after(failed)).toBe('initial');
    expect(after(failed, failed)).toBe('unhealthy');
    expect(judged(REGISTERED, failed, group)).toMatchObject({ Reason: 'Elb.InitialHealthChecking' });
  });

  test('that is well stays so until it failed often enough in a row', () => {
    expect(after(passed, failed)).toBe('healthy');
    expect(after(passed, failed, passed, failed)).toBe('healthy');
    expect(after(passed, failed, failed)).toBe('unhealthy');
  });

  test('that is ill has to pass often enough in a row', () => {
    const ill = [failed, failed];
    expect(after(...ill, passed, passed)).toBe('unhealthy');
    expect(after(...ill, passed, passed, failed, passed)).toBe('unhealthy');
    expect(after(...ill, passed, passed, passed)).toBe('healthy');
  });
});

test.each([
  [200, '200', true],
  [204, '200-299', true],
  [301, '200,301', true],
  [404, '200-299,404', true],
  [500, '200-499', false],
])('%i is wanted by %s: %s', (status, codes, wanted) => {
  expect(isWanted(status, codes)).toBe(wanted);
});

describe('a look', () => {
  const lookAt = async (listener: RequestListener) => {
    const server = createServer(listener);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port: Port } = server.address() as AddressInfo;
    const checked = { HealthCheckPath: '/health', HealthCheckPort: 'traffic-port', Matcher: { HttpCode: '200' } };
    const found = await look(checked, { Id: '127.0.0.1', Port }, 200);
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    return [found, await look(checked, { Id: '127.0.0.1', Port }, 200)];
  };

  test('asks for the path of the group', async () => {
    const [found, gone] = await lookAt((request, response) => {
      response.statusCode = request.url === '/health' ? 200 : 404;
      response.end();
    });
    expect(found).toEqual({ passed: true });
    expect(gone).toMatchObject({ passed: false, Reason: 'Target.FailedHealthChecks' });
  });

  test('tells another status from silence', async () => {
    const [other] = await lookAt((_request, response) => response.writeHead(503).end());
    expect(other).toMatchObject({
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [503]',
    });
    const [silent] = await lookAt(() => {});
    expect(silent).toMatchObject({ Reason: 'Target.Timeout' });
  });
});
