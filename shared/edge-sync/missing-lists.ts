import { createHash } from 'node:crypto';
import { setting } from '../aws/config.ts';
import { makePrefixList } from '../aws/prefix-lists.ts';
import { rulesPerGroup } from '../aws/service-quotas.ts';
import { type Family, textOf } from '../edge/cidr.ts';
import { ENTRIES_A_CALL, reconcileList, sizeFor } from '../edge/prefix-list.ts';
import type { Ranges, Service } from '../edge/ranges.ts';
import type { Problem } from '../errors.ts';
import { findOwn, listName, ofFamily, TAG } from './own-lists.ts';
import { markOf } from './read-door.ts';
import { empty } from './trouble.ts';
import type { Work } from './work.ts';

/**
 * Makes the lists of a service that are not there yet. Who asks again for the same list gets that one, by its token. Of two that were made of different ranges everybody takes the same
 * one, as `findOwn` does.
 * @param before ids of those that were found last: where one is lost, it is not given again.
 */
export async function makeMissing(
  service: Service,
  families: readonly Family[],
  { ranges, before, may }: { ranges: Ranges; before: readonly string[]; may: Work['may'] },
): Promise<{ outcome: 'failed'; problem: Problem } | { outcome: 'overtaken' } | undefined> {
  const there = await findOwn(service);
  for (const family of families) {
    if (there[family]) continue;
    const blocks = ofFamily(ranges.blocks[service] ?? [], family);
    if (family === 4 && blocks.length === 0) return { outcome: 'failed', problem: empty(service) };
    const allowed = await rulesPerGroup();
    const fitting = reconcileList(blocks, { id: '', version: 0, maxEntries: allowed, cidrs: [] }, family, allowed);
    if ('code' in fitting) return { outcome: 'failed', problem: fitting };
    if (!(await may())) return { outcome: 'overtaken' };
    const name = listName(service, family);
    const cidrs = blocks.slice(0, ENTRIES_A_CALL).map(textOf);
    const maxEntries = sizeFor(blocks.length, allowed);
    await makePrefixList({
      name,
      family,
      maxEntries,
      cidrs,
      description: markOf(service),
      tags: { Name: name, [TAG]: setting('INSTALLATION') },
      token: createHash('sha256')
        .update(JSON.stringify([name, maxEntries, cidrs, before]))
        .digest('hex')
        .slice(0, 32),
    });
  }
  return undefined;
}
