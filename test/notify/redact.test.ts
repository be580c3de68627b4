import { withoutSecrets, withoutSecretsInside } from '../../shared/notify/redact.ts';

test.each([
  ['a Slack token', 'it said xoxb-123-abcDEF', 'it said ***'],
  ['a webhook', 'POST https://hooks.slack.com/services/T0/B0/xyz failed', 'POST https://hooks.slack.com/*** failed'],
  ['an access key', 'key AKIAABCDEFGHIJKLMNOP is old', 'key *** is old'],
  ['a git token', 'ghp_abcdefghijklmnopqrstuvwxyz0123 was refused', '*** was refused'],
  ['a password in a URL', 'postgres://app:p@ss/x@db:5432/app is down', 'postgres://***@ss/x@db:5432/app is down'],
  ['a password in a URL', 'postgres://app:p@ss@db:5432/app is down', 'postgres://***@db:5432/app is down'],
  ['a signed URL', 'GET /x?X-Amz-Signature=abc&X-Amz-Date=1', 'GET /x?X-Amz-Signature=***&X-Amz-Date=1'],
  ['an assignment', 'DB_PASSWORD=hunter2 was set', 'DB_PASSWORD=*** was set'],
  ['JSON', '{"apiKey": "abc", "name": "x"}', '{"apiKey": ***, "name": "x"}'],
  ['a bearer token', 'authorization: Bearer abc.def', 'authorization: Bearer ***'],
  ['a private key', 'a -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- b', 'a *** b'],
])('%s is not passed on', (_, text, clean) => expect(withoutSecrets(text)).toBe(clean));

test('ordinary words about secrets stay', () => {
  const text = 'pilot.yaml:4:3 MANIFEST_WRONG_TYPE password: must be a reference (expected ssm:/acme/password)';
  expect(withoutSecrets(text)).toBe(text);
});

test('strings are cleaned at every depth, all else stays', () => {
  expect(withoutSecretsInside({ a: [{ b: 'token=abc' }], c: 1, d: null })).toEqual({
    a: [{ b: 'token=***' }],
    c: 1,
    d: null,
  });
});

test.each(['eyJaaaaaaaa-', 'token="', '-----BEGIN ', 'a://:', 'Bearer ', 'xoxb-'])(
  'a text made of %p does not hold anybody up',
  (part) => {
    const began = process.cpuUsage().user;
    withoutSecrets(part.repeat(200_000 / part.length));
    expect(process.cpuUsage().user - began).toBeLessThan(2_000_000);
  },
);
