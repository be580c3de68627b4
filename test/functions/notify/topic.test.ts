import '../../support/loud.ts';
import { handler } from '../../../functions/notify/topic.ts';
import { claimNotice } from '../../../shared/ledger/notices.ts';
import { about, ending, event, failed, freshId, rejected, started, succeeded } from '../../notify/support/examples.ts';
import { logOf, silent } from '../../notify/support/log.ts';
import { World } from '../../notify/support/world.ts';

const world = new World();
const tell = (...args: Parameters<typeof event>) => handler(event(...args));
const hand = (of: ReturnType<typeof event>) => handler(of);
const REAL_NOW = Date.now;
const later = (seconds: number) => {
  return jest.spyOn(Date, 'now').mockImplementation(() => REAL_NOW() + seconds * 1000);
};

beforeAll(() => world.start());
afterAll(() => world.stop());
beforeEach(() => {
  silent();
  world.published.length = 0;
});
afterEach(() => {
  jest.restoreAllMocks();
  expect(world.losing).toEqual([]);
  expect(world.failing).toEqual([]);
});

describe('each terminal event becomes one message', () => {
  test.each([
    ['succeeded', succeeded(freshId()), 'acme-site is live in production'],
    ['failed', failed(freshId()), 'acme-site failed in production at Shift'],
    ['rejected', rejected(freshId()), 'acme-site was rejected in production'],
    [
      'superseded',
      event('Superseded', { ...ending(freshId()), by: 'newer' }),
      'acme-site in production: a newer deployment took over',
    ],
  ])('%s', async (result, of, subject) => {
    await hand(of);
    expect(world.published).toHaveLength(1);
    expect(world.published[0]).toMatchObject({
      subject,
      attributes: { pilot: 'acme-site', environment: 'production', result },
    });
    expect(JSON.parse(world.published[0]?.bodies.sqs ?? '')).toMatchObject({ event: of['detail-type'], result });
  });
});

test('an upload that belongs to no pilot is told, too', async () => {
  await hand(rejected('manifests/pilots/Bad Name/pilot.yaml', { pilot: 'Bad Name' }));
  expect(world.published.map(({ subject }) => subject)).toEqual(['Bad Name was rejected in production']);
});

test('progress is not told', async () => {
  await hand(started(freshId(), 'Validate'));
  await tell('StepProgressed', { ...about(freshId()), step: 'Prepare', text: '3 of 12' });
  expect(world.published).toEqual([]);
});

describe('level failures', () => {
  test.each([
    ['a success', succeeded(freshId(), { level: 'failures' }), 0],
    ['a success with a warning', succeeded(freshId(), { level: 'failures', warnings: { Revert: 'x' } }), 1],
    ['a deployment that was overtaken', event('Superseded', { ...ending(freshId()), level: 'failures', by: 'x' }), 0],
    ['a failure', failed(freshId(), { level: 'failures' }), 1],
    ['a rejection', rejected(freshId(), { level: 'failures' }), 1],
  ])('%s', async (_, of, messages) => {
    await hand(of);
    expect(world.published).toHaveLength(messages);
  });
});

describe('told once', () => {
  test('an event that comes again tells nothing', async () => {
    const id = freshId();
    await hand(succeeded(id));
    await hand(succeeded(id));
    expect(world.published).toHaveLength(1);
  });

  test('ten at once tell one message', async () => {
    const id = freshId();
    await Promise.all(Array.from({ length: 10 }, () => hand(failed(id))));
    expect(world.published).toHaveLength(1);
  });

  test('what was told is remembered for 90 days', async () => {
    const id = freshId();
    await hand(succeeded(id));
    const days = (Number(world.notice(id, 'topic')?.expiresAt) - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(89.9);
    expect(days).toBeLessThan(90.1);
  });

  test('the lost reply of the claim changes nothing', async () => {
    const id = freshId();
    world.losing.push('UpdateItem');
    await hand(succeeded(id));
    await hand(succeeded(id));
    expect(world.published).toHaveLength(1);
  });

  test('the lost reply of the note that it was told changes nothing', async () => {
    const id = freshId();
    world.afterPublishing = () => world.losing.push('UpdateItem');
    await hand(succeeded(id));
    world.afterPublishing = () => {};
    await hand(succeeded(id));
    expect(world.published).toHaveLength(1);
    expect(world.notice(id, 'topic')).toMatchObject({ toldAt: expect.any(String) });
  });

  test('when the topic does not take it, the run fails and the next one tells it', async () => {
    const id = freshId();
    world.failing.push('Publish', 'Publish', 'Publish', 'Publish');
    await expect(hand(failed(id))).rejects.toThrow();
    expect(world.published).toHaveLength(0);
    await hand(failed(id));
    expect(world.published).toHaveLength(1);
  });

  test('after a crash before sending, the next run tells it once a minute has passed', async () => {
    const id = freshId();
    await claimNotice(id, 'topic');
    await hand(failed(id));
    expect(world.published).toHaveLength(0);
    later(61);
    await hand(failed(id));
    await hand(failed(id));
    expect(world.published).toHaveLength(1);
  });

  test("the topic's lost reply repeats the message rather than losing it, and no later event adds one", async () => {
    const id = freshId();
    world.losing.push('Publish');
    await hand(failed(id));
    const sent = world.published.length;
    expect(sent).toBeGreaterThanOrEqual(1);
    await hand(failed(id));
    expect(world.published).toHaveLength(sent);
  });
});

test('a credential in a problem or a reason is in no message and in no log', async () => {
  const secret = 'hunter2hunter2';
  const problem = { code: 'DATABASE', message: `cannot reach postgres://app:${secret}@db.example.com/app` };
  const log = await logOf(async () => {
    await hand(rejected(freshId(), { problems: [problem] }));
    await hand(failed(freshId(), { reason: `the task said DB_PASSWORD=${secret}` }));
  });
  expect(world.published).toHaveLength(2);
  expect(JSON.stringify(world.published)).not.toContain(secret);
  expect(log).not.toContain(secret);
  expect(log).toContain('told');
});
