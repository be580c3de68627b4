import type { Action, Listener, Picture, Rule } from '../../../local/balancer/picture.ts';
import { actionFor, balancerOf, listenerOf } from '../../../local/balancer/rules.ts';

const answer = (MessageBody: string): Action => ({
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '200', MessageBody },
});
const rule = (Priority: string, Conditions: Rule['Conditions']): Rule => ({
  ...{ Priority, Conditions, IsDefault: Priority === 'default', Actions: [answer(Priority)] },
});
const listener = (...Rules: Rule[]): Listener => ({ Port: 80, Protocol: 'HTTP', Rules });
const asked = (url: string, more: { method?: string; headers?: Record<string, string> } = {}) => ({
  ...{ url, method: 'GET', headers: {} },
  ...more,
});
const taken = (on: Listener, ...about: Parameters<typeof asked>) =>
  actionFor(on, asked(...about))?.FixedResponseConfig?.MessageBody;

test('the first rule that a request meets decides, and the default rule what meets none', () => {
  const on = listener(
    rule('1', [{ Field: 'path-pattern', Values: ['/api/*', '/a?c'] }]),
    rule('2', [{ Field: 'path-pattern', Values: ['/*.html'] }]),
    rule('default', []),
  );
  expect(['/api/x.html?q=1', '/abc', '/x.html', '/axyc', '/x+html', '/API/x'].map((url) => taken(on, url))).toEqual([
    '1',
    '1',
    '2',
    'default',
    'default',
    'default',
  ]);
});

test('all conditions of a rule have to be met', () => {
  const on = listener(
    rule('1', [
      { Field: 'host-header', Values: ['*.example.com'] },
      { Field: 'http-request-method', Values: ['POST'] },
    ]),
    rule('default', []),
  );
  const headers = { host: 'Shop.example.com:8081' };
  expect(taken(on, '/', { method: 'POST', headers })).toBe('1');
  expect(taken(on, '/', { headers })).toBe('default');
  expect(taken(on, '/', { method: 'POST', headers: { host: 'example.com' } })).toBe('default');
});

test('headers and queries are conditions too; one that is not known is never met', () => {
  const on = listener(
    rule('1', [{ Field: 'http-header', Values: [], HttpHeaderConfig: { HttpHeaderName: 'X-Ring', Values: ['in*'] } }]),
    rule('2', [{ Field: 'query-string', Values: ['version=2'] }]),
    rule('3', [{ Field: 'moon-phase', Values: ['full'] }]),
    rule('default', []),
  );
  expect(taken(on, '/', { headers: { 'x-ring': 'Inner' } })).toBe('1');
  expect(taken(on, '/?a=b&version=2')).toBe('2');
  expect(taken(on, '/?version=22')).toBe('default');
});

test('the last action of a rule is what is done', () => {
  const on = listener({
    ...rule('default', []),
    Actions: [
      { ...answer('second'), Order: 2 },
      { Type: 'authenticate-oidc', Order: 1 },
    ],
  });
  expect(taken(on, '/')).toBe('second');
});

test('a load balancer is found by its DNS name and by its own; the listener is the one that serves', () => {
  const [redirects, serves] = [listener(), { ...listener(), Protocol: 'HTTPS', Port: 443 }];
  const balancer = { LoadBalancerName: 'Shop', DNSName: 'shop-1.elb.amazonaws.com', Listeners: [redirects, serves] };
  const picture: Picture = { Version: '', LoadBalancers: [balancer], TargetGroups: [] };
  expect(balancerOf(picture, 'SHOP.localhost:8081')).toBe(balancer);
  expect(balancerOf(picture, 'shop-1.elb.amazonaws.com')).toBe(balancer);
  expect(balancerOf(picture, 'localhost:8081')).toBeUndefined();
  expect(listenerOf(balancer)).toBe(serves);
  expect(listenerOf({ ...balancer, Listeners: [redirects] })).toBe(redirects);
});
