import '../../support/loud.ts';
import { handler as slack } from '../../../functions/notify/slack.ts';
import { handler as topic } from '../../../functions/notify/topic.ts';
import type { Events } from '../../../shared/events.ts';
import { context, event } from '../../notify/support/examples.ts';
import { silent } from '../../notify/support/log.ts';
import { World } from '../../notify/support/world.ts';

const world = new World();
let made = 0;

/** Each of another run: what was told once is not told again. */
const run = () => ({ deployment: `edge_ranges-${1_795_000_000 + ++made}` });
const synced = (vary: Partial<Events['EdgeSynced']> = {}) =>
  event('EdgeSynced', {
    ...run(),
    ...{ reason: 'announced', token: 1_795_000_000, pilots: 5, changed: 3, failing: 0, mended: 0, failed: [], ...vary },
  });
const GONE = {
  pilot: 'acme-shop',
  environment: 'production',
  code: 'EDGE_GROUP_GONE',
  reason: 'there is no group sg-0123456789abcdef0 any more',
};
const refused = (vary: Partial<Events['EdgeRefused']> = {}) =>
  event('EdgeRefused', { ...run(), code: 'RANGES_MALFORMED', reason: 'AWS’s list is not JSON', ...vary });

beforeAll(() => world.start());
afterAll(() => world.stop());
beforeEach(() => {
  silent();
  world.published.length = 0;
  world.slack.messages.length = 0;
  world.slack.payloads.length = 0;
});

describe('a sync of CloudFront’s addresses', () => {
  it('that changed something is told to the topic, once, with what it changed and by which list', async () => {
    const told = synced();
    await topic(told);
    await topic(told);
    expect(world.published).toHaveLength(1);
    const [message] = world.published;
    expect(message).toMatchObject({
      subject: 'CloudFront is let in by its new addresses: 3 of 5 pilots',
      attributes: { about: 'edge', result: 'succeeded' },
    });
    expect(message?.bodies.email).toContain('The list is that of 2026-11-18 11:06 UTC.');
    expect(message?.bodies.email).not.toContain('tried again');
    expect(JSON.parse(message?.bodies.sqs ?? '')).toMatchObject({ event: 'EdgeSynced', changed: 3, pilots: 5 });
  });

  it('that did not go everywhere says where, why, and what becomes of it', async () => {
    await topic(
      synced({
        changed: 1,
        failing: 11,
        pilots: 13,
        lists: 'failed',
        failed: [GONE, { code: 'EDGE_QUOTA', reason: 'no room' }],
      }),
    );
    const [message] = world.published;
    expect(message?.subject).toBe(
      'CloudFront could not be let in by its new addresses: 11 of 13 pilots and the prefix lists',
    );
    expect(message?.attributes).toMatchObject({ result: 'failed' });
    for (const line of [
      'acme-shop in production: EDGE_GROUP_GONE there is no group sg-0123456789abcdef0 any more.',
      'The prefix lists of all pilots: EDGE_QUOTA no room.',
      '… and 10 more.',
      'What was let in before still is, except by groups and lists that are gone (EDGE_GROUP_GONE): a new deployment makes those again. It is tried again by itself.',
      '1 pilot got what changed.',
    ])
      expect(message?.bodies.email).toContain(line);
  });

  it('that lost no group says that all is let in that was', async () => {
    const failed = [{ pilot: 'acme-shop', environment: 'production', code: 'EDGE_QUOTA', reason: 'no room' }];
    await topic(synced({ failing: 1, failed }));
    await topic(synced({ failing: 2, failed }));
    const [alone, more] = world.published.map(({ bodies }) => bodies.email);
    expect(alone).toContain('What was let in before still is. It is tried again by itself.');
    expect(more).toContain('except by groups and lists that are gone');
  });

  it('that found right what had failed before is told', async () => {
    await topic(synced({ reason: 'again', pilots: 1, changed: 0, mended: 1 }));
    expect(world.published[0]?.subject).toBe('CloudFront is let in by its new addresses: 1 of 1 pilot');
  });

  it('that changed the prefix lists alone is told, too', async () => {
    await topic(synced({ changed: 0, lists: 'changed' }));
    expect(world.published[0]?.subject).toBe('CloudFront is let in by its new addresses: the prefix lists');
  });

  it('that found all as it should be is told nobody', async () => {
    world.secrets.set('/pilotage/edge/slack', JSON.stringify({ token: 'xoxb-0000-secret-token', channel: 'C123' }));
    process.env.SLACK_SETTINGS = 'ssm:/pilotage/edge/slack';
    const quiet = synced({ changed: 0, lists: 'same' });
    await topic(quiet);
    await slack(quiet, context);
    expect([world.published, world.slack.messages]).toEqual([[], []]);
  });

  it('is told in Slack, once', async () => {
    world.secrets.set('/pilotage/edge/slack', JSON.stringify({ token: 'xoxb-0000-secret-token', channel: 'C123' }));
    process.env.SLACK_SETTINGS = 'ssm:/pilotage/edge/slack';
    const told = synced({ failing: 1, failed: [GONE] });
    await slack(told, context);
    await slack(told, context);
    expect(world.slack.messages).toHaveLength(1);
    expect(JSON.stringify(world.slack.messages)).toContain('could not be let in by its new addresses: 1 of 5 pilots');
  });
});

describe('a list that is not taken', () => {
  it('is told as a failure, with what a person can do', async () => {
    await topic(refused({ code: 'RANGES_SUSPICIOUS', hint: 'pilot edge sync --accept 1795000000 takes it' }));
    const [message] = world.published;
    expect(message).toMatchObject({
      subject: 'A list of addresses was not taken over from AWS',
      attributes: { about: 'edge', result: 'failed' },
    });
    expect(message?.bodies.email).toContain('RANGES_SUSPICIOUS: AWS’s list is not JSON.');
    expect(message?.bodies.email).toContain('pilot edge sync --accept 1795000000 takes it.');
  });

  it('is told without what looks like a credential', async () => {
    await topic(refused({ reason: 'https://app:hunter2hunter2@example.com/list did not answer' }));
    expect(JSON.stringify(world.published)).not.toContain('hunter2');
  });
});
