import { findStack, type StackNow } from '../aws/stacks.ts';
import type { Whose } from '../ledger/backups.ts';
import { readLock } from '../ledger/lock.ts';
import { isOpen, listRestores, noteLeft, type Restore } from '../ledger/restores.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { meaningOf } from '../provisioning/meaning.ts';
import { CUT_OFF, protect } from '../provisioning/restored.ts';

interface Now {
  /** Those that were cut off, or go on, or have left a database without its protection. */
  restores: Restore[];
  owner: string | undefined;
  stack: StackNow | undefined;
}

/** Whether a snapshot is just taking the place of a pilot's database, whoever has begun that. */
export async function isBeingReplaced(whose: Whose): Promise<boolean> {
  const { restores, owner, stack } = await lookAt(whose);
  const open = restores.filter(isOpen);
  return open.some(({ deployment }) => deployment === owner) || (open.length > 0 && isMoving(stack));
}

/**
 * Protects the database again that a restore did not replace which was cut off: once nobody has the lock, and nothing
 * goes on in the stack. What its migrations were, and the stack's policy, the next deployment sees to.
 */
export async function putRight({ pilot, environment }: Whose, now: Date): Promise<void> {
  const whose = { pilot, environment };
  const { restores, owner, stack } = await lookAt(whose);
  const present = stack?.outputs.DatabaseId;
  if (owner !== undefined || present === undefined || isMoving(stack)) return;
  for (const restore of restores.filter(({ database }) => database !== present)) {
    const { database, before, isBared } = restore;
    if (isOpen(restore)) await noteLeft(whose, database, { failed: CUT_OFF, failedAt: now.toISOString() });
    if (isBared && before === present && (await protect(before))) await noteLeft(whose, database, { isBared: false });
  }
}

/** What nobody asks of a pilot that was not restored is not looked at. */
async function lookAt({ pilot, environment }: Whose): Promise<Now> {
  const all = await listRestores({ pilot, environment });
  // Where the snapshot took its place, the one before is gone.
  const restores = all.filter((one) => isOpen(one) || (one.isBared && !one.settledAt));
  if (restores.length === 0) return { restores, owner: undefined, stack: undefined };
  const [{ owner }, stack] = await Promise.all([
    readLock(pilot, environment),
    findStack(derivedName('stack', { pilot, environment })),
  ]);
  return { restores, owner, stack };
}

const isMoving = (stack: StackNow | undefined): boolean => meaningOf(stack?.status) === 'under way';
