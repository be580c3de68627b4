import { toldByEvent } from '../../shared/notify/told.ts';
import { topicMessage } from '../../shared/notify/topic-message.ts';
import { failed, freshId, NEW, OLD, rejected, succeeded } from './support/examples.ts';

const id = freshId();
const message = (event: Parameters<typeof toldByEvent>[0]) => {
  const told = toldByEvent(event);
  if (!told) throw new Error('the event ends nothing');
  return topicMessage(told);
};

test('an e-mail of a success can be read aloud', () => {
  expect(message(succeeded(id)).bodies.email).toBe(
    [
      'acme-site is live in production',
      '',
      'https://acme-site.pilots.example.com',
      '',
      `Release: ${NEW}`,
      'What changed: 12 files, 34.6 kB',
      'Asked by: dev@example.com, by upload of s3://manifests/pilots/acme-site/pilot.yaml',
      'Commit: f00dcafe',
      'Took: 1 min 5 s',
      `Deployment: ${id}`,
    ].join('\n'),
  );
});

test('an e-mail of a failure tells step, reason and what serves before all else', () => {
  const { email = '' } = message(failed(id)).bodies;
  expect(email.split('\n\n').slice(0, 4)).toEqual([
    'acme-site failed in production at Shift',
    'Shift failed with POINTER_MOVED: somebody else moved the pointer',
    `Traffic was given back: release ${OLD} serves again.`,
    'URL: https://acme-site.pilots.example.com',
  ]);
});

test('what somebody has to see to stands in the subject, the mail, and for programs', () => {
  const warnings = { Revert: 'the migration of release 2 was not taken back' };
  const { subject, bodies } = message(succeeded(id, { warnings }));
  expect(subject).toBe('acme-site is live in production, with a warning');
  expect(bodies.email).toContain('\n\n⚠ the migration of release 2 was not taken back\n\n');
  expect(JSON.parse(bodies.sqs ?? '')).toMatchObject({ result: 'succeeded', warnings });
});

test.each(['sqs', 'https', 'lambda'])('%s gets the event as JSON, with its result', (protocol) => {
  const { bodies } = message(failed(id));
  expect(JSON.parse(bodies[protocol] ?? '')).toMatchObject({
    event: 'DeploymentFailed',
    result: 'failed',
    headline: 'acme-site failed in production at Shift',
    deployment: id,
    pilot: 'acme-site',
    environment: 'production',
    step: 'Shift',
    code: 'POINTER_MOVED',
    serving: OLD,
    rolledBack: true,
    commit: 'f00dcafe',
    seconds: 65,
  });
});

test('who names no protocol gets the readable text', () => {
  const { bodies } = message(succeeded(id));
  expect(bodies.default).toBe(bodies.email);
});

test('filters can go by pilot, environment and result', () => {
  expect(message(rejected(id)).attributes).toEqual({
    pilot: 'acme-site',
    environment: 'production',
    result: 'rejected',
  });
});

test('the subject is at most 100 ASCII characters on one line, whatever the upload was called', () => {
  const { subject, attributes } = message(rejected(id, { pilot: `é\n${'x'.repeat(300)}`, environment: '' }));
  expect(subject).toMatch(/^[ -~]{1,100}$/);
  expect(attributes.environment).toBe('unknown');
});

test('line breaks in a problem cannot forge further lines of the mail', () => {
  const problems = [{ code: 'X', message: 'bad\n\nDeployment: another\u0007' }];
  expect(message(rejected(id, { problems })).bodies.email).toContain('X bad Deployment: another\n\n');
});

test("the largest message fits in SNS's 256 KB", () => {
  const long = '"é'.repeat(5_000);
  const problems = Array.from({ length: 50 }, () => ({ code: long, message: long, expected: long, hint: long }));
  const { bodies } = message(rejected(id, { problems, url: long, facts: { a: long, b: long } }));
  expect(Buffer.byteLength(JSON.stringify(bodies))).toBeLessThan(262_144);
});
