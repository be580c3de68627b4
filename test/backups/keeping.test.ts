import type { KeptSnapshot } from '../../shared/aws/database-snapshots.ts';
import { keptUntil, snapshotsToRemove } from '../../shared/backups/keeping.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const KEEPING = { backups: 7, releases: 30 };
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString();
const snapshot = (id: string, days: number, tags: Record<string, string>, status = 'available'): KeptSnapshot => ({
  ...{ id, database: 'shop', status, percent: 100, at: daysAgo(days), engine: 'postgres', version: '18', storage: 20 },
  tags,
});
const BACKUP = { 'pilotage:kind': 'backup' };
const DEPLOYMENT = { 'pilotage:deployment': 'shop_production_20261101T000000Z-0123456789ab' };
const removed = (...all: KeptSnapshot[]) => snapshotsToRemove(all, KEEPING, NOW);

describe('snapshots', () => {
  it('of backups go once they are older than they are kept', () => {
    expect(removed(snapshot('new', 1, BACKUP), snapshot('week', 6.9, BACKUP), snapshot('old', 7.1, BACKUP))).toEqual([
      'old',
    ]);
  });

  it('of deployments stay as long as their release may be gone back to', () => {
    expect(removed(snapshot('new', 1, BACKUP), snapshot('a', 29, DEPLOYMENT), snapshot('b', 31, DEPLOYMENT))).toEqual([
      'b',
    ]);
  });

  it('the last good one never goes, however old it is', () => {
    expect(removed(snapshot('old', 100, BACKUP), snapshot('older', 101, BACKUP))).toEqual(['older']);
    expect(removed(snapshot('old', 100, BACKUP), snapshot('failed', 1, BACKUP, 'failed'))).toEqual([]);
    expect(removed(snapshot('old', 100, BACKUP), snapshot('new', 0, BACKUP, 'creating'))).toEqual([]);
  });

  it('of others, and of what was there before a restore, stay until somebody removes them', () => {
    const [mine, before] = [
      snapshot('mine', 400, {}),
      snapshot('before', 400, { ...DEPLOYMENT, 'pilotage:kind': 'restore' }),
    ];
    expect(removed(snapshot('new', 1, BACKUP), mine, before)).toEqual([]);
    expect([mine, before].map((one) => keptUntil(one, KEEPING))).toEqual([undefined, undefined]);
  });

  it('one that is being taken is left alone', () => {
    expect(removed(snapshot('new', 1, BACKUP), snapshot('slow', 8, BACKUP, 'creating'))).toEqual([]);
  });
});
