import type { RestoreAsked } from '../aws/database-restores.ts';
import type { SnapshotAsked } from '../aws/databases.ts';

/** Why something could not be done: what there is to see, then what to do. */
export interface Trouble {
  code: string;
  reason: string;
}

/** States in which a database stays until somebody sees to it: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html */
const STUCK =
  /^(?:failed|stopped|stopping|storage-full|insufficient-capacity|restore-error|inaccessible-encryption-credentials|incompatible-)/;

export const isStuck = (status: string): boolean => STUCK.test(status);

/** `storage-full` and what to do about it. */
export function notAvailable(database: string, status: string | undefined): Trouble {
  if (status === undefined) return gone(database);
  const help =
    status === 'storage-full'
      ? 'raise database.storage or database.maxStorage and deploy, or free some of it'
      : status.startsWith('stopp')
        ? `start it: aws rds start-db-instance --db-instance-identifier ${database}`
        : 'its events in RDS say why';
  return { code: 'DATABASE_NOT_AVAILABLE', reason: `the database ${database} is ${status}; ${help}` };
}

const gone = (database: string): Trouble => ({
  code: 'DATABASE_GONE',
  reason: `there is no database ${database}; deploy again, or restore it from a snapshot by hand`,
});

/** What of an answer to asking for a snapshot is no matter of waiting. */
export function troubleOfSnapshot(asked: SnapshotAsked, database: string): Trouble | undefined {
  if (asked === 'no database') return gone(database);
  if (asked !== 'quota') return undefined;
  return {
    code: 'SNAPSHOT_QUOTA',
    reason:
      'the account’s quota for snapshots is used up: delete those that nobody needs, keep fewer (backups.days), or ask AWS for a higher quota',
  };
}

export const snapshotFailed = (snapshot: string): Trouble => ({
  code: 'SNAPSHOT_FAILED',
  reason: `RDS could not take the snapshot ${snapshot}; its events say why`,
});

export const snapshotOfAnother = (snapshot: string, database: string): Trouble => ({
  code: 'SNAPSHOT_FOREIGN',
  reason: `there is a snapshot ${snapshot} of another database, ${database}; it has to be removed or copied to another name first`,
});

/** What of an answer to asking for a restore is no matter of waiting. */
export function troubleOfRestore(asked: RestoreAsked, snapshot: string): Trouble | undefined {
  if (typeof asked === 'object')
    return {
      code: 'RESTORE_REFUSED',
      reason: `RDS does not restore the snapshot ${snapshot} as the present database is: ${asked.refused}`,
    };
  switch (asked) {
    case 'no snapshot':
      return snapshotGone(snapshot);
    case 'quota':
      return {
        code: 'INSTANCE_QUOTA',
        reason:
          'the account’s quota for databases, or for their storage, is used up: remove one that nobody needs, or ask AWS for a higher quota',
      };
    case 'no capacity':
      return {
        code: 'NO_CAPACITY',
        reason: 'AWS has no room for a database of that class in these zones at the moment: try again later',
      };
    default:
      return undefined;
  }
}

export const snapshotGone = (snapshot: string): Trouble => ({
  code: 'SNAPSHOT_GONE',
  reason: `there is no snapshot ${snapshot} any more; pilot backups lists those that there are`,
});

export const restoreFailed = (instance: string, status: string): Trouble => ({
  code: 'RESTORE_FAILED',
  reason: `the database ${instance} that was made from it is ${status}; its events in RDS say why`,
});

export const filesFailed = (fault: string): Trouble => ({
  code: 'FILES_NOT_COPIED',
  reason: `the files could not be copied: ${fault}`,
});

export const tooLong = (hours: number): Trouble => ({
  code: 'BACKUP_TOO_LONG',
  reason: `it was not done within ${hours} hours`,
});

export const missed = (at: string): Trouble => ({
  code: 'BACKUP_MISSED',
  reason: `it was due at ${at.slice(0, 16)}Z, and nobody made it then; it is made now`,
});
