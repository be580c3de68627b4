import { findStack } from '../aws/stacks.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { failed } from '../outcome.ts';
import type { Provisioning } from './provision.ts';
import { outputsOf } from './wanted.ts';

/** What the stack of a pilot tells, whatever its state: to go back to a release, it is not touched. */
export async function readOutputs(pilot: string, environment: string): Promise<Provisioning> {
  const name = derivedName('stack', { pilot, environment });
  const stack = await findStack(name);
  if (!stack) return failed('STACK_MISSING', `there is no stack ${name}; a new deployment makes it`);
  return { outcome: 'provisioned', outputs: outputsOf(stack.outputs), stack: 'unchanged' };
}
