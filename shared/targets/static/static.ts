import { done } from '../../outcome.ts';
import type { Target } from '../target.ts';
import { look } from './look.ts';
import { plan } from './plan.ts';
import { prepare } from './prepare.ts';
import { remove } from './remove.ts';
import { retire } from './retire.ts';
import { live, offline, rollback, shift } from './traffic.ts';

/**
 * Static sites: files in one bucket, one prefix for each release and one for
 * immutable names, and a pointer in a KeyValueStore that the edge reads. Where
 * things lie: `layout.ts`; what the pointer says: `pointer.ts`.
 */
export const staticTarget: Target = { plan, live, prepare, look, shift, rollback, offline, rest, retire, remove };

/** Files that nobody asks for cost nothing but their storage. */
async function rest() {
  return done();
}
