import { attentionFor } from '../shared/attention.ts';
import type { Running } from '../shared/ledger/parking.ts';

const now = new Date('2026-11-21T00:01:00Z');
const running: Running = {
  id: 'acme_production_20261121T000000Z-000000000000',
  acceptedAt: '2026-11-21T00:00:00.000Z',
};
const parked = { function: 'f', event: {}, awaits: 'the lock', deadline: '2026-11-22T00:00:00.000Z' };

describe('the watchdog', () => {
  it('leaves a working deployment alone', () => {
    expect(attentionFor(running, 'RUNNING', now)).toBe('none');
  });

  it('wakes whatever is parked, since its event may be lost', () => {
    expect(attentionFor({ ...running, parked }, 'RUNNING', now)).toBe('wake');
  });

  it('tells of an end that nobody was told of, unless its own execution is about to', () => {
    expect(attentionFor({ ...running, untold: true }, 'RUNNING', now)).toBe('none');
    expect(attentionFor({ ...running, parked, untold: true }, 'SUCCEEDED', now)).toBe('tell');
  });

  it('starts a deployment that was accepted but never started, after a grace', () => {
    expect(attentionFor(running, 'ABSENT', now)).toBe('start');
    expect(attentionFor({ ...running, acceptedAt: now.toISOString() }, 'ABSENT', now)).toBe('none');
    const aged = (seconds: number) => new Date(Date.parse(running.acceptedAt) + seconds * 1000);
    expect(attentionFor(running, 'ABSENT', aged(29))).toBe('none');
    expect(attentionFor(running, 'ABSENT', aged(30))).toBe('start');
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED', 'SUCCEEDED'] as const)(
    'recovers a deployment without terminal record whose execution is %s, parked or not',
    (status) => {
      expect(attentionFor(running, status, now)).toBe('recover');
      expect(attentionFor({ ...running, parked }, status, now)).toBe('recover');
    },
  );
});
