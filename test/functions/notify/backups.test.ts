import '../../support/loud.ts';
import { handler as slack } from '../../../functions/notify/slack.ts';
import { handler as topic } from '../../../functions/notify/topic.ts';
import type { Events } from '../../../shared/events.ts';
import { context, event } from '../../notify/support/examples.ts';
import { silent } from '../../notify/support/log.ts';
import { World } from '../../notify/support/world.ts';

const world = new World();
let made = 0;

/** Each of another time: what was told once is not told again. */
function failed(vary: Partial<Events['BackupFailed']> = {}) {
  made += 1;
  const at = `2026-11-21T03:${String(made).padStart(2, '0')}:00.000Z`;
  return event('BackupFailed', {
    ...{ deployment: `acme-shop_production_backup-${at}`, pilot: 'acme-shop', environment: 'production' },
    ...{ what: 'backup', at, code: 'SNAPSHOT_QUOTA', reason: 'the quota is used up', again: true, ...vary },
  });
}

beforeAll(() => world.start());
afterAll(() => world.stop());
beforeEach(() => {
  silent();
  world.published.length = 0;
  world.slack.messages.length = 0;
  world.slack.payloads.length = 0;
});

describe('a backup that failed', () => {
  it.each([
    [{}, 'A backup of acme-shop in production could not be made yet', 'It is tried again by itself.'],
    [
      { again: false },
      'A backup of acme-shop in production was given up',
      'The next one that is due is made as usual.',
    ],
    [{ code: 'BACKUP_MISSED' }, 'A backup of acme-shop in production was missed', 'It is tried again by itself.'],
    [
      { what: 'drill' as const, again: false },
      'The restore drill of acme-shop in production failed',
      'Nothing else was changed.',
    ],
  ])('is told to the topic: %o', async (vary, subject, next) => {
    await topic(failed(vary));
    expect(world.published).toHaveLength(1);
    const [message] = world.published;
    expect(message).toMatchObject({
      subject,
      attributes: { pilot: 'acme-shop', environment: 'production', result: 'failed' },
    });
    expect(message?.bodies.email).toContain('the quota is used up');
    expect(message?.bodies.email).toContain(next);
    expect(JSON.parse(message?.bodies.sqs ?? '')).toMatchObject({ event: 'BackupFailed', pilot: 'acme-shop' });
  });

  it('is told once, however often its event comes', async () => {
    const told = failed();
    await Promise.all([topic(told), topic(told)]);
    await topic(told);
    expect(world.published).toHaveLength(1);
  });

  it('is told without what looks like a credential', async () => {
    await topic(failed({ reason: 'postgres://app:hunter2hunter2@db.example.com/app did not answer' }));
    expect(JSON.stringify(world.published)).not.toContain('hunter2');
  });

  it('is told in Slack, once', async () => {
    world.secrets.set('/pilotage/backups/slack', JSON.stringify({ token: 'xoxb-0000-secret-token', channel: 'C123' }));
    process.env.SLACK_SETTINGS = 'ssm:/pilotage/backups/slack';
    const told = failed();
    await slack(told, context);
    await slack(told, context);
    expect(world.slack.messages).toHaveLength(1);
    expect(JSON.stringify(world.slack.messages)).toContain('could not be made yet');
  });
});
