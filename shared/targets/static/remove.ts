import { setting } from '../../aws/config.ts';
import { deleteObjects, listSome } from '../../aws/objects.ts';
import { type Done, done, type Failed, failed } from '../../outcome.ts';
import type { Lease, Remains } from '../target.ts';
import { siteOf, sitePrefix } from './layout.ts';
import { removePointer } from './traffic.ts';

/** The pointer first: from then on nobody is led to files that go. */
export async function remove({ pilot, environment }: Remains, lease: Lease): Promise<Done | Failed> {
  const site = siteOf(pilot, environment);
  const left = await removePointer(site, lease);
  if (left) return left;
  const bucket = setting('SITE_BUCKET');
  let files = 0;
  for (;;) {
    const keys = await listSome(bucket, sitePrefix(site));
    if (keys.length === 0) return done(files > 0 ? { files } : {});
    // A site of the same name may be made anew as soon as somebody else has the lock.
    if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');
    await deleteObjects(bucket, keys);
    files += keys.length;
  }
}
