import { readFunction } from '../../aws/function-state.ts';
import { deleteFunction } from '../../aws/function-versions.ts';
import { derivedName } from '../../manifest/derived-names.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { type Done, done, type Failed, failed } from '../../outcome.ts';
import type { Lease, Remains } from '../target.ts';

/**
 * The function: with it go its versions, its alias, its address and who may call it. A target group that calls it goes with the
 * stack, and a rule that hears of uploads no preview has.
 */
export async function remove(remains: Remains, lease: Lease): Promise<Done | Failed> {
  const name = derivedName('function', remains);
  const found = await readFunction(name);
  if (!(await lease.mayMove({}))) return failed('FENCED', 'a newer deployment holds the lock');
  if (found && isOurs(found.tags, remains)) await deleteFunction(name);
  return done();
}

const isOurs = (tags: Record<string, string>, remains: Remains): boolean =>
  Object.entries(ownerTags(remains)).every(([tag, value]) => tags[tag] === value);
