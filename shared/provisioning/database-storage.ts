import type { Problem } from '../errors.ts';
import { type StorageAsked, storageRefusals } from '../preview/database-storage.ts';
import type { StackChange } from '../preview/stack.ts';
import { DATABASE_TYPE, isReplica } from './database-at-risk.ts';

/** What a change set would tell RDS of the storage of a database that stays, and what RDS calls that one. */
export function storageTold(
  changes: readonly StackChange[],
  template: string,
): { database: string; asked: StorageAsked } | undefined {
  const change = changes.find((one) => one.type === DATABASE_TYPE && !isReplica(one));
  if (!change?.name || (change.action !== 'change' && change.action !== 'maybe-replace')) return undefined;
  const { Resources } = JSON.parse(template) as { Resources: Record<string, { Properties?: Record<string, unknown> }> };
  const properties = Resources[change.logicalId]?.Properties ?? {};
  const told = (name: string) =>
    change.settings.includes(name) && properties[name] !== undefined ? Number(properties[name]) : undefined;
  const [storage, most] = [told('AllocatedStorage'), told('MaxAllocatedStorage')];
  if (storage === undefined && most === undefined) return undefined;
  const asked = { ...(storage !== undefined && { storage }), ...(most !== undefined && { most }) };
  return { database: change.name, asked };
}

/**
 * What RDS would refuse of that in the midst of a change of the stack: what it has itself counts, since it lets a database grow, and
 * an earlier deployment that failed may have.
 */
export async function storageProblems(changes: readonly StackChange[], template: string): Promise<Problem[]> {
  const told = storageTold(changes, template);
  if (!told) return [];
  const { storageOf } = await import('../aws/databases.ts');
  const has = await storageOf(told.database);
  return has === undefined ? [] : storageRefusals(told.asked, has);
}
