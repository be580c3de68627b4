import { setting } from '../../aws/config.ts';
import { listObjects } from '../../aws/objects.ts';
import type { Look, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { releasePrefix } from './layout.ts';
import { readList } from './stored-list.ts';

/**
 * A release is complete when its list is there, which is written last, and the
 * bucket has each of its own files in the right size. Shared files were stored
 * before the list, under a condition, and nothing ever removes them.
 */
export async function look(plan: Plan): Promise<Look> {
  const { site } = detailOf(plan);
  const bucket = setting('SITE_BUCKET');
  const files = await readList(bucket, site, plan.release);
  if (!files) return { state: 'waiting', progress: 'its files are still being stored' };

  const stored = await listObjects(bucket, releasePrefix(site, plan.release));
  const own = files.filter(({ area }) => area === 'release');
  const [first, ...more] = own.filter(({ path, size }) => stored.get(path) !== size);
  if (!first) return { state: 'ready' };
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  return { state: 'broken', reason: `${first.path}${others} of ${own.length} files should be stored but are not` };
}
