import {
  isStuck,
  notAvailable,
  restoreFailed,
  troubleOfRestore,
  troubleOfSnapshot,
} from '../../shared/backups/words.ts';

describe('what goes wrong', () => {
  it.each([
    ['quota', 'SNAPSHOT_QUOTA', 'ask AWS for a higher quota'],
    ['no database', 'DATABASE_GONE', 'deploy again'],
  ] as const)('with a snapshot, %s, has a code and says what to do', (asked, code, what) => {
    expect(troubleOfSnapshot(asked, 'shop')).toEqual({ code, reason: expect.stringContaining(what) });
  });

  it.each(['asked', 'exists', 'busy'] as const)('with a snapshot, %s is waited for', (asked) => {
    expect(troubleOfSnapshot(asked, 'shop')).toBeUndefined();
  });

  it.each([
    ['quota', 'INSTANCE_QUOTA', 'ask AWS for a higher quota'],
    ['no snapshot', 'SNAPSHOT_GONE', 'pilot backups lists'],
    ['no capacity', 'NO_CAPACITY', 'try again later'],
  ] as const)('with a restore, %s, has a code and says what to do', (asked, code, what) => {
    expect(troubleOfRestore(asked, 'one')).toEqual({ code, reason: expect.stringContaining(what) });
  });

  it('with a restore that RDS refuses is told in its words', () => {
    expect(troubleOfRestore({ refused: 'that class is not for it' }, 'one')).toEqual({
      code: 'RESTORE_REFUSED',
      reason: expect.stringContaining('the snapshot one as the present database is: that class is not for it'),
    });
  });

  it.each(['asked', 'exists', 'snapshot busy'] as const)('with a restore, %s is waited for', (asked) => {
    expect(troubleOfRestore(asked, 'one')).toBeUndefined();
  });

  it.each([
    ['storage-full', 'raise database.storage'],
    ['stopped', 'aws rds start-db-instance --db-instance-identifier shop'],
    ['incompatible-parameters', 'its events in RDS say why'],
  ])('with a database that is %s is told with what to do', (status, what) => {
    expect(isStuck(status)).toBe(true);
    expect(notAvailable('shop', status)).toEqual({
      code: 'DATABASE_NOT_AVAILABLE',
      reason: expect.stringContaining(what),
    });
  });

  it.each(['backing-up', 'modifying', 'renaming', 'available', 'creating', 'rebooting'])(
    'while it is %s, is waited for',
    (status) => {
      expect(isStuck(status)).toBe(false);
    },
  );

  it('with what was restored is told', () => {
    expect(restoreFailed('drill-1', 'incompatible-restore')).toMatchObject({
      code: 'RESTORE_FAILED',
      reason: expect.stringContaining('drill-1 that was made from it is incompatible-restore'),
    });
  });
});
