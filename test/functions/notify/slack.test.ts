import '../../support/loud.ts';
import { handler } from '../../../functions/notify/slack.ts';
import type { Deployment } from '../../../shared/ledger/deployment.ts';
import { claimNotice } from '../../../shared/ledger/notices.ts';
import type { BusEvent } from '../../../shared/notify/told.ts';
import {
  about,
  context,
  event,
  failed,
  finished,
  freshId,
  rejected,
  running,
  started,
  succeeded,
} from '../../notify/support/examples.ts';
import { logOf, silent } from '../../notify/support/log.ts';
import { json } from '../../notify/support/reply.ts';
import { World } from '../../notify/support/world.ts';

const TOKEN = 'xoxb-0000-secret-token';
const world = new World();
let sets = 0;

const hand = (of: BusEvent) => handler(of, context);
const REAL_NOW = Date.now;
const later = (seconds: number) => {
  return jest.spyOn(Date, 'now').mockImplementation(() => REAL_NOW() + seconds * 1000);
};
const progressed = (id: string, text: string) => event('StepProgressed', { ...about(id), step: 'Prepare', text });

/** Puts settings behind a reference that no other test uses. */
function setUp(value: object | string, kind = 'ssm'): string {
  sets += 1;
  const name = `/pilotage/test-${sets}/slack`;
  world.secrets.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  process.env.SLACK_SETTINGS = `${kind}:${name}`;
  return process.env.SLACK_SETTINGS;
}
const asBot = () => setUp({ token: TOKEN, channel: 'C123' });

beforeAll(() => world.start());
afterAll(() => world.stop());
beforeEach(() => {
  silent();
  world.slack.messages.length = 0;
  world.slack.calls.length = 0;
  world.slack.payloads.length = 0;
  world.secretReads = 0;
});
afterEach(() => {
  jest.restoreAllMocks();
  world.slack.during = async () => {};
  expect(world.slack.instead).toEqual([]);
  expect(world.losing).toEqual([]);
});

describe('where Slack is not set up', () => {
  test('without a reference nothing is asked or sent', async () => {
    delete process.env.SLACK_SETTINGS;
    await hand(failed(freshId()));
    expect([world.secretReads, world.slack.calls]).toEqual([0, []]);
  });

  test.each(['ssm', 'secret'])('nothing behind a reference %s:… is no error, and asked once', async (kind) => {
    process.env.SLACK_SETTINGS = `${kind}:/pilotage/absent/${kind}`;
    await hand(failed(freshId()));
    await hand(failed(freshId()));
    expect([world.secretReads, world.slack.calls]).toEqual([1, []]);
  });
});

describe('the settings', () => {
  test.each(['ssm', 'secret'])('come from %s, and are read again after five minutes', async (kind) => {
    setUp({ token: TOKEN, channel: 'C123' }, kind);
    await hand(failed(freshId()));
    await hand(failed(freshId()));
    expect([world.secretReads, world.slack.messages.length]).toEqual([1, 2]);
    expect(world.slack.tokens.at(-1)).toBe(`Bearer ${TOKEN}`);
    later(301);
    await hand(failed(freshId()));
    expect(world.secretReads).toBe(2);
  });

  test.each([
    ['no JSON', `not json ${TOKEN}`],
    ['no object', `"${TOKEN}"`],
    ['no channel', JSON.stringify({ token: TOKEN })],
    ['a channel by name', JSON.stringify({ token: TOKEN, channel: '#general' })],
    ['a token with a line break', JSON.stringify({ token: `${TOKEN}\n`, channel: 'C1' })],
    ['a webhook elsewhere', JSON.stringify({ webhook: `https://evil.example.com/${TOKEN}` })],
    ['a webhook without TLS', JSON.stringify({ webhook: `http://hooks.slack.com/${TOKEN}` })],
    ['a host that only looks right', JSON.stringify({ webhook: `https://hooks.slack.com.example.com/${TOKEN}` })],
    ['a host behind a user name', JSON.stringify({ webhook: `https://hooks.slack.com@example.com/${TOKEN}` })],
  ])('%s is an error that names the reference and never the value', async (_, value) => {
    const reference = setUp(value);
    let problem = '';
    const log = await logOf(async () => {
      problem = String(
        await hand(failed(freshId())).catch((error: Error) => `${error.message} ${error.stack} ${error.cause}`),
      );
    });
    expect(problem).toContain(`${reference} holds no Slack settings: expected JSON`);
    expect(problem + log).not.toContain(TOKEN);
    expect(world.slack.calls).toEqual([]);
  });
});

describe('with a bot token, a deployment has one message', () => {
  test('posted when its level is known, updated as it goes, ending with the result', async () => {
    asBot();
    const id = freshId();
    const { policy, ...unsettled } = running(id, { step: 'Validate', steps: {} });
    world.keep(unsettled);
    await hand(started(id, 'Validate'));
    expect(world.slack.calls).toEqual([]);

    world.keep(running(id, { step: 'Queue' }));
    await hand(started(id, 'Queue'));
    world.keep(running(id, { progress: '3 of 12 files' }));
    await hand(progressed(id, '3 of 12 files'));
    expect(world.slack.messages).toHaveLength(1);
    expect(world.slack.messages[0]?.shows).toContain('3 of 12 files');

    world.keep(finished(id));
    await hand(succeeded(id));
    expect(world.slack.calls).toEqual(['chat.postMessage', 'chat.update', 'chat.update']);
    expect(world.slack.messages).toHaveLength(1);
    expect(world.slack.messages[0]).toMatchObject({ channel: 'C123', text: 'acme-site is live in production' });
  });

  test('an event that changes nothing to be seen makes no call', async () => {
    asBot();
    const id = freshId();
    world.keep(running(id));
    for (const step of ['Validate', 'Queue', 'Prepare']) await hand(started(id, step));
    expect(world.slack.calls).toEqual(['chat.postMessage']);
  });

  test('a late event never brings an older state back', async () => {
    asBot();
    const id = freshId();
    world.keep(finished(id));
    await hand(progressed(id, '1 of 12 files'));
    await hand(started(id, 'Validate'));
    await hand(succeeded(id));
    await hand(succeeded(id));
    expect(world.slack.calls).toEqual(['chat.postMessage']);
    expect(world.slack.messages[0]?.shows).toContain('acme-site is live in production');
  });

  test('an end that comes while progress is being posted is shown by who posts', async () => {
    asBot();
    const id = freshId();
    world.keep(running(id));
    world.slack.during = async () => {
      world.slack.during = async () => {};
      world.keep(finished(id));
      await hand(succeeded(id));
    };
    await hand(started(id, 'Prepare'));
    expect(world.slack.calls).toEqual(['chat.postMessage', 'chat.update']);
    expect(world.slack.messages[0]?.text).toBe('acme-site is live in production');
    expect(world.notice(id, 'slack')).toMatchObject({ toldAt: expect.any(String) });
  });

  test.each([1, 2, 3, 4, 5, 6])('in any order, doubled and side by side, with replies lost (%d)', async (seed) => {
    asBot();
    const id = freshId();
    const random = numbers(seed);
    const states: Deployment[] = [
      running(id, { step: 'Queue' }),
      running(id, { progress: '3 of 12 files' }),
      running(id, { progress: '9 of 12 files' }),
      finished(id),
    ];
    const events = [started(id, 'Queue'), progressed(id, '3'), progressed(id, '9'), succeeded(id)];
    const runs: Promise<unknown>[] = [];
    for (const [at, state] of states.entries()) {
      world.keep(state);
      const known = events.slice(0, at + 1);
      for (let each = 0; each < 4; each += 1) {
        const one = known[Math.floor(random() * known.length)] ?? succeeded(id);
        if (random() < 0.3) world.losing.push(random() < 0.5 ? 'UpdateItem' : 'chat.postMessage');
        runs.push(hand(one).catch(() => hand(one)));
      }
      if (random() < 0.5) await Promise.all(runs);
    }
    await Promise.all(runs);
    world.losing.length = 0;
    await hand(succeeded(id));
    expect(world.slack.messages.map(({ text }) => text)).toEqual(['acme-site is live in production']);
  });

  test('when the reply to the posting is lost, the message is found again and not posted twice', async () => {
    asBot();
    const id = freshId();
    world.losing.push('chat.postMessage');
    await expect(hand(failed(id))).rejects.toThrow('Slack could not be reached');
    await hand(failed(id));
    expect(world.slack.calls).toEqual(['chat.postMessage', 'conversations.history', 'chat.update']);
    expect(world.slack.messages).toHaveLength(1);
  });

  test('a bot that may not read the channel posts again rather than not at all', async () => {
    asBot();
    const id = freshId();
    world.losing.push('chat.postMessage');
    await expect(hand(failed(id))).rejects.toThrow();
    world.slack.refuse('conversations.history', 'missing_scope');
    await hand(failed(id));
    await hand(failed(id));
    expect(world.slack.messages).toHaveLength(2);
  });

  test('a message that somebody deleted is posted anew', async () => {
    asBot();
    const id = freshId();
    world.keep(running(id));
    await hand(started(id, 'Prepare'));
    world.slack.messages.length = 0;
    world.keep(finished(id));
    await hand(succeeded(id));
    expect(world.slack.messages.map(({ text }) => text)).toEqual(['acme-site is live in production']);
  });

  test('after a crash in the middle, the end is told once a minute has passed', async () => {
    asBot();
    const id = freshId();
    await claimNotice(id, 'slack');
    await hand(failed(id));
    expect(world.slack.messages).toHaveLength(0);
    later(61);
    await hand(failed(id));
    expect(world.slack.messages).toHaveLength(1);
  });

  test('an upload that belongs to no pilot is told without a row', async () => {
    asBot();
    const id = 'manifests/pilots/Bad Name/pilot.yaml?v1';
    await hand(rejected(id, { pilot: 'Bad Name' }));
    await hand(rejected(id, { pilot: 'Bad Name' }));
    expect(world.slack.messages.map(({ text }) => text)).toEqual(['Bad Name was rejected in production']);
  });

  test('at level failures nothing is posted until it fails', async () => {
    asBot();
    const [good, bad] = [freshId(), freshId()];
    const level = { ...running(good).policy, level: 'failures' } as NonNullable<Deployment['policy']>;
    for (const id of [good, bad]) {
      world.keep(running(id, { policy: level }));
      await hand(started(id, 'Prepare'));
    }
    world.keep(finished(good, { policy: level }));
    await hand(succeeded(good, { level: 'failures' }));
    expect(world.slack.calls).toEqual([]);

    const failure = { step: 'Verify', outcome: 'failed', code: 'INCOMPLETE', reason: 'one file is missing' } as const;
    world.keep(finished(bad, { policy: level, ending: { status: 'failed', serving: null, failure } }));
    await hand(failed(bad, { level: 'failures' }));
    expect(world.slack.calls).toEqual(['chat.postMessage']);
    expect(world.slack.messages[0]?.shows).toContain('Verify failed with INCOMPLETE: one file is missing');
  });
});

describe('when Slack does not take it', () => {
  test('a bot that is not in the channel is explained, without token or channel', async () => {
    asBot();
    const id = freshId();
    world.slack.refuse('chat.postMessage', 'not_in_channel');
    const refused = hand(failed(id));
    await expect(refused).rejects.toThrow('Slack refused chat.postMessage: not_in_channel (invite the bot');
    await expect(refused).rejects.not.toThrow(/xoxb|C123/);
    await hand(failed(id));
    expect(world.slack.messages).toHaveLength(1);
  });

  test('progress that cannot be shown is a line in the log and no failure', async () => {
    asBot();
    const id = freshId();
    world.keep(running(id));
    world.slack.refuse('chat.postMessage', 'is_archived');
    const log = await logOf(() => hand(started(id, 'Prepare')));
    expect(log).toContain('the channel is archived');
    expect(log).not.toContain(TOKEN);
  });

  test('it waits as long as Slack asks', async () => {
    asBot();
    world.slack.instead.push({ method: 'chat.postMessage', reply: json(429, {}, { 'retry-after': '0' }) });
    await hand(failed(freshId()));
    expect(world.slack.messages).toHaveLength(1);
  });

  test('asked to wait longer than it can run, it fails at once and leaves the rest to the next run', async () => {
    asBot();
    const id = freshId();
    world.slack.instead.push({ method: 'chat.postMessage', reply: json(429, {}, { 'retry-after': '3600' }) });
    await expect(hand(failed(id))).rejects.toThrow('Slack asks to wait 3600 s');
    await hand(failed(id));
    expect(world.slack.messages).toHaveLength(1);
  });

  test('an answer that is no JSON is repeated nowhere', async () => {
    asBot();
    world.slack.instead.push({ method: 'chat.postMessage', reply: { status: 502, headers: {}, body: '<html>x' } });
    await expect(hand(failed(freshId()))).rejects.toThrow(
      'Slack answered chat.postMessage with 502 and nothing that could be read',
    );
  });

  test('without time left nothing is tried', async () => {
    asBot();
    const hurried = { ...context, getRemainingTimeInMillis: () => 4_000 };
    await expect(handler(failed(freshId()), hurried)).rejects.toThrow('no time left');
    expect(world.slack.calls).toEqual([]);
  });
});

describe('with an incoming webhook', () => {
  const asWebhook = () => setUp({ webhook: `${world.url}/services/T0/B0/${TOKEN}` });

  test('one message is posted, at the end', async () => {
    asWebhook();
    const id = freshId();
    world.keep(running(id));
    await hand(started(id, 'Prepare'));
    world.keep(finished(id));
    await Promise.all([hand(succeeded(id)), hand(succeeded(id)), hand(succeeded(id))]);
    await hand(started(id, 'Prepare'));
    expect(world.slack.calls).toEqual(['webhook']);
    expect(world.slack.messages[0]?.text).toBe('acme-site is live in production');
  });

  test('at level failures a success is not posted, a rejection is', async () => {
    asWebhook();
    await hand(succeeded(freshId(), { level: 'failures' }));
    await hand(rejected(freshId(), { level: 'failures' }));
    expect(world.slack.calls).toEqual(['webhook']);
  });

  test('a refusal fails without the address, and the next run posts', async () => {
    asWebhook();
    const id = freshId();
    world.slack.instead.push({ method: 'webhook', reply: { status: 404, headers: {}, body: 'no_service' } });
    const log = await logOf(async () => {
      const refused = hand(failed(id));
      await expect(refused).rejects.toThrow("Slack's webhook answered 404 no_service");
      await expect(refused).rejects.not.toThrow(TOKEN);
    });
    expect(log).not.toContain(TOKEN);
    await hand(failed(id));
    expect(world.slack.messages).toHaveLength(1);
  });

  test('a redirect is not followed', async () => {
    asWebhook();
    const reply = { status: 302, headers: { location: 'https://example.com/' }, body: '' };
    world.slack.instead.push({ method: 'webhook', reply });
    const refused = hand(failed(freshId()));
    await expect(refused).rejects.toThrow('Slack could not be reached');
    await expect(refused).rejects.not.toThrow(TOKEN);
  });
});

test('a credential in a reason or in progress is in no message', async () => {
  asBot();
  const [first, second] = [freshId(), freshId()];
  await hand(failed(first, { reason: 'DB_PASSWORD=hunter2 was wrong' }));
  world.keep(running(second, { progress: 'GET /log?X-Amz-Signature=hunter2' }));
  await hand(started(second, 'Prepare'));
  expect(world.slack.payloads).toHaveLength(2);
  expect(world.slack.payloads.join()).not.toContain('hunter2');
});

/** Numbers from 0 to 1 that only look random: a failing case can be run again. */
function numbers(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32;
  };
}
