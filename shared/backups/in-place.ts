import type { KeptSnapshot } from '../aws/database-snapshots.ts';
import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import { familyOf, isPinned, ownDatabase, versionOf } from '../preview/database.ts';
import { isOlder } from '../preview/database-refusals.ts';
import { familyOfSnapshot } from './drill.ts';

/** Why what is in a snapshot cannot take the place of what the pilot's database holds; undefined where it can. */
export function inPlaceProblem(manifest: Resolved, snapshot: KeptSnapshot): Problem | undefined {
  const { name: pilot } = manifest;
  const database = ownDatabase(manifest);
  const beside = `pilot restore ${pilot} --snapshot ${snapshot.id} --confirm ${pilot} restores it beside the present database`;
  if (!database)
    return {
      code: 'NO_DATABASE',
      message: `${pilot} has no database of its own`,
      expected: 'a pilot that has one',
    };
  if (snapshot.status !== 'available')
    return {
      code: 'SNAPSHOT_NOT_AVAILABLE',
      message: `the snapshot ${snapshot.id} is ${snapshot.status}`,
      expected: 'one that is available',
    };
  if (familyOfSnapshot(snapshot) !== familyOf(database))
    return {
      code: 'SNAPSHOT_OTHER_VERSION',
      message: `the snapshot ${snapshot.id} is of ${snapshot.engine} ${snapshot.version}, and the manifest wants ${database.engine} ${versionOf(database)}`,
      expected: 'a snapshot of the same engine and major version',
      hint: beside,
    };
  // CloudFormation tells RDS of the manifest's version once it is restored; of a major one alone, RDS keeps a newer minor one.
  if (isPinned(database) && isOlder(versionOf(database), snapshot.version))
    return {
      code: 'SNAPSHOT_NEWER_VERSION',
      message: `the snapshot ${snapshot.id} is of ${snapshot.engine} ${snapshot.version}, and a database cannot go back to the manifest’s ${versionOf(database)}`,
      expected: `database.version: "${snapshot.version}", or "${snapshot.version.split('.')[0]}", deployed before; or a snapshot that is not newer`,
      hint: beside,
    };
  if (snapshot.user !== undefined && snapshot.user !== database.user)
    return {
      code: 'SNAPSHOT_OTHER_USER',
      message: `the master user of the snapshot ${snapshot.id} is ${snapshot.user}, and the manifest wants ${database.user}`,
      expected: 'a snapshot with the same master user',
      hint: beside,
    };
  return undefined;
}

export const snapshotUnknown = (pilot: string, environment: string, snapshot: string): Problem => ({
  code: 'SNAPSHOT_UNKNOWN',
  message: `there is no snapshot ${snapshot} of ${pilot} in ${environment}`,
  expected: 'one of those that pilot backups lists',
});
