import { findStack } from '../aws/stacks.ts';
import { isOpen, listRestores } from '../ledger/restores.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { failed } from '../outcome.ts';
import { meaningOf } from './meaning.ts';
import type { Provisioning } from './provision.ts';
import { untilAtRest } from './waiting.ts';
import { outputsOf } from './wanted.ts';

/**
 * What the stack of a pilot tells, whatever its state: to go back to a release, it is not touched. Only while it goes on replacing
 * the database, whoever began that, does it tell of one that is about to go.
 */
export async function readOutputs(
  whose: { pilot: string; environment: string },
  deadline: Date,
): Promise<Provisioning> {
  const name = derivedName('stack', whose);
  const stack = await findStack(name);
  if (!stack) return failed('STACK_MISSING', `there is no stack ${name}; a new deployment makes it`);
  const isMoving = meaningOf(stack.status) === 'under way';
  if (isMoving && (await listRestores(whose)).some(isOpen)) return untilAtRest(name, deadline);
  return {
    outcome: 'provisioned',
    outputs: outputsOf(stack.outputs),
    stack: 'unchanged',
    ...(isMoving && { isMoving }),
  };
}
