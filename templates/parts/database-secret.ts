import { fullName, readReference } from '../../shared/manifest/reference.ts';
import { ownDatabase } from '../../shared/preview/database.ts';
import type { Site } from '../../shared/preview/model.ts';
import { arn, att, type Value } from '../template.ts';

/** The name, in the template, of the database. */
export const DATABASE = 'Database';
/** How those of its copies begin; shared/provisioning/database-at-risk.ts knows them by it. */
export const REPLICA = 'DatabaseReplica';

/** Where a password lies that the manifest names; without its ending, which AWS adds, Secrets Manager finds it all the same. */
export function givenPassword({ manifest, environment }: Site): { name: string; field?: string } | undefined {
  const reference = readReference(ownDatabase(manifest)?.password ?? '');
  if (reference?.from !== 'secret') return undefined;
  const name = fullName(reference, manifest.name, environment);
  return { name, ...(reference.field && { field: reference.field }) };
}

/** The ARN of the secret that holds the password of the pilot's own database. */
export function databaseSecret(site: Site): Value | undefined {
  if (!ownDatabase(site.manifest)) return undefined;
  const given = givenPassword(site);
  return given ? arn('secretsmanager', `secret:${given.name}`) : att(DATABASE, 'MasterUserSecret.SecretArn');
}
