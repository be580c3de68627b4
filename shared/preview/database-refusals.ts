import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import { familyOf, grownFor, markOf, ownDatabase, versionOf } from './database.ts';
import { storageAsked, storageRefusals } from './database-storage.ts';
import type { Site } from './model.ts';

/**
 * What RDS cannot do, or could do only to the harm of what serves.
 * @param has what the database was made from, and the GiB that it has, where that was asked: RDS may have let it grow.
 */
export function databaseRefusals(
  manifest: Resolved,
  live: Resolved,
  has: { storage?: number | undefined } & Pick<Site, 'restored'> = {},
): Problem[] {
  const [next, now] = [ownDatabase(manifest), ownDatabase(live)];
  // One that takes its place begins anew.
  if (!next || !now || markOf(next) !== markOf(now)) return [];
  const [version, before] = [versionOf(next), versionOf(now)];
  const refusals: [is: boolean, code: string, message: string, hint: string][] = [
    [
      isOlder(version, before),
      'VERSION_FALLS',
      `a database cannot go back from version ${before} to ${version}`,
      `database.version: "${before}"`,
    ],
    [
      familyOf(next) !== familyOf(now) && Math.max(next.replicas, now.replicas) > 0,
      'REPLICAS_IN_THE_WAY',
      `a database that has read replicas is not upgraded from version ${before} to ${version}`,
      'deploy database.replicas: 0 first, then the version, then the replicas',
    ],
    [
      next.password !== now.password,
      'PASSWORD_MOVES',
      'the database would get another password, and what serves still uses the one that it has',
      now.password ? `database.password: ${now.password}` : 'a manifest without database.password',
    ],
  ];
  return [
    ...storageRefusals(storageAsked(manifest, live, has), has.storage ?? grownFor(has, now).storage),
    ...refusals.filter(([is]) => is).map(([, code, message, hint]) => ({ code, message, hint })),
  ];
}

/** Whether RDS would have to go back, from the latter version to the former. */
export function isOlder(next: string, now: string): boolean {
  const [major = 0, minor = 0] = next.split('.').map(Number);
  const [liveMajor = 0, liveMinor = 0] = now.split('.').map(Number);
  return major < liveMajor || (major === liveMajor && minor < liveMinor);
}
