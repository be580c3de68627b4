import { type Release, releasesToRetire } from '../../shared/ledger/releases.ts';

const now = new Date('2026-11-21T00:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const live = (release: string, days: number) =>
  ({ release, liveAt: daysAgo(days), preparedAt: daysAgo(days) }) as Release;
const neverLive = (release: string, days: number) => ({ release, preparedAt: daysAgo(days) }) as Release;
const policy = { releases: 2, days: 30 };

describe('releases to retire', () => {
  it('are those beyond the count that are also older than the days', () => {
    const kept = [live('now', 0), live('a', 40), live('b', 50), live('c', 60), live('d', 70)];
    expect(releasesToRetire(kept, policy, ['now'], now)).toEqual(['c', 'd']);
  });

  it('are none while they are young, however many', () => {
    const kept = Array.from({ length: 20 }, (_, index) => live(`r${index}`, 1));
    expect(releasesToRetire(kept, policy, ['r0'], now)).toEqual([]);
  });

  it('are none while they are few, however old', () => {
    expect(releasesToRetire([live('now', 0), live('a', 400), live('b', 500)], policy, ['now'], now)).toEqual([]);
  });

  it('never include what serves or what a rollback would go back to', () => {
    const kept = [live('a', 100), live('b', 110), live('c', 120), live('d', 130)];
    expect(releasesToRetire(kept, { releases: 0, days: 1 }, ['a', 'd'], now)).toEqual(['b', 'c']);
  });

  it('include what never went live after a day, so that failed attempts leave nothing behind', () => {
    expect(releasesToRetire([live('now', 0), neverLive('x', 2), neverLive('y', 0)], policy, ['now'], now)).toEqual([
      'x',
    ]);
  });
});
