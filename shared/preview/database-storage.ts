import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import { leastGrown } from '../manifest/database-misfits.ts';
import { type Database, grownFor, mostStorageOf, ownDatabase } from './database.ts';
import type { Site } from './model.ts';

/** What CloudFormation would tell RDS of a database's storage, in GiB; absent is what stays as it is. */
export interface StorageAsked {
  storage?: number;
  /** What the template said of it until now. */
  before?: number;
  /** What it may grow to by itself. */
  most?: number;
}

/**
 * CloudFormation tells RDS only of a value that is another one in the template than before: what RDS let grow by itself stays as
 * large under a template that did not change.
 * @param made what the database was made from: its template says no less than that had.
 * @see https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds/pull/598
 */
export function storageAsked(manifest: Resolved, live: Resolved, made: Pick<Site, 'restored'>): StorageAsked {
  const grown = (database: Database | undefined) => database && grownFor(made, database);
  const [next, now] = [grown(ownDatabase(manifest)), grown(ownDatabase(live))];
  if (!next || !now) return {};
  const [most, before] = [mostStorageOf(next), mostStorageOf(now)];
  return {
    ...(next.storage !== now.storage && { storage: next.storage, before: now.storage }),
    // A database that may not grow has none in the template.
    ...(most !== before && most > next.storage && { most }),
  };
}

/**
 * What RDS refuses of that: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html
 * @param has GiB that the database has.
 */
export function storageRefusals(asked: StorageAsked, has: number): Problem[] {
  const { storage = has, before = has, most = has } = asked;
  const least = leastGrown(has);
  if (storage < has)
    return [
      {
        code: 'STORAGE_SHRINKS',
        message: `a database’s storage cannot shrink from ${has} GB to ${storage} GB`,
        hint: `database.storage: ${has}${before < has ? `, or ${before} as before, which leaves it as it is` : ''}`,
      },
    ];
  if (storage > has && storage < least)
    return [
      {
        code: 'STORAGE_GROWS_TOO_LITTLE',
        message: `RDS lets a database’s storage of ${has} GB grow by 10 % at least`,
        hint: `database.storage: ${least}`,
      },
    ];
  if (most === has || most >= least) return [];
  return [
    {
      code: 'STORAGE_LIMIT_TOO_LOW',
      message: `a database’s storage of ${has} GB cannot be told to grow to ${most} GB at most`,
      hint: `database.maxStorage: ${least}, or ${has} for no growth`,
    },
  ];
}
