import { givesWay } from '../../shared/building/giving-way.ts';
import type { Trigger } from '../../shared/events.ts';

const since = new Date('2026-11-21T01:00:00.000Z');
const after = (seconds: number, trigger: object) => ({
  trigger: trigger as Trigger,
  requestedAt: new Date(since.getTime() + seconds * 1000).toISOString(),
});

describe('a build gives way', () => {
  it.each(['rollback', 'offline', 'online', 'restore'])('to %s, whenever that is asked for', (kind) => {
    expect(givesWay(since, after(3_600, { kind }))).toBe(true);
  });

  it.each(['push', 'upload'])(
    'to a newer %s in its first minute, so that many of them cannot put it off for ever',
    (kind) => {
      expect(givesWay(since, after(-5, { kind }))).toBe(true);
      expect(givesWay(since, after(59, { kind }))).toBe(true);
      expect(givesWay(since, after(60, { kind }))).toBe(false);
    },
  );
});
