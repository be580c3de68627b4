import { dueBefore } from '../../shared/backups/due.ts';

const due = (schedule: string, now: string) => dueBefore(schedule, new Date(now))?.toISOString().slice(0, 16);

describe('a schedule was due last', () => {
  it.each([
    // 2026-11-21 is a Saturday.
    ['cron(0 3 * * ? *)', '2026-11-21T02:59:59Z', '2026-11-20T03:00'],
    ['cron(0 3 * * ? *)', '2026-11-21T03:00:00Z', '2026-11-21T03:00'],
    ['cron(30 3 ? * MON-FRI *)', '2026-11-21T12:00:00Z', '2026-11-20T03:30'],
    ['cron(0/15 * * * ? *)', '2026-11-21T12:44:00Z', '2026-11-21T12:30'],
    ['cron(10,50 6-8 * * ? *)', '2026-11-21T08:20:00Z', '2026-11-21T08:10'],
    ['cron(0 0 L * ? *)', '2026-11-21T12:00:00Z', '2026-10-31T00:00'],
    ['cron(0 0 15W * ? *)', '2026-11-21T12:00:00Z', '2026-11-16T00:00'],
    ['cron(0 0 1W * ? *)', '2026-11-21T12:00:00Z', '2026-11-02T00:00'],
    ['cron(0 0 ? * 6L *)', '2026-11-21T12:00:00Z', '2026-10-30T00:00'],
    ['cron(0 0 ? * MON#2 *)', '2026-11-21T12:00:00Z', '2026-11-09T00:00'],
    ['cron(0 0 ? * SAT-MON *)', '2026-11-21T12:00:00Z', '2026-11-21T00:00'],
    ['cron(0 12 21 NOV ? 2026)', '2026-11-22T00:00:00Z', '2026-11-21T12:00'],
    ['rate(1 day)', '2026-11-21T12:00:00Z', '2026-11-21T00:00'],
    ['rate(12 hours)', '2026-11-21T23:59:00Z', '2026-11-21T12:00'],
  ])('%s: at %s, it was at %s', (schedule, now, expected) => {
    expect(due(schedule, now)).toBe(expected);
  });

  it('longer ago than any backup is kept, or never: nothing is due', () => {
    expect(due('cron(0 12 1 JAN ? *)', '2026-11-21T00:00:00Z')).toBeUndefined();
    expect(due('cron(0 12 1 JAN ? 2027)', '2026-11-21T00:00:00Z')).toBeUndefined();
  });
});
