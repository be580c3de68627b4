import { findStack, type StackNow } from '../aws/stacks.ts';

const PROTECTION = 'DatabaseProtection';

/**
 * The parameters as they are right now. While a stack is only being made its database is not protected against
 * deletion: a stack that cannot be completed has to be cleared. Once it is complete, the next look protects it.
 */
export async function parametersNow(
  parameters: Record<string, string>,
  stack: string,
): Promise<Record<string, string>> {
  if (!(PROTECTION in parameters) || isMade(await findStack(stack))) return parameters;
  return { ...parameters, [PROTECTION]: 'false' };
}

/** Whether the stack was complete once. */
const isMade = (stack: StackNow | undefined): boolean =>
  stack !== undefined &&
  (stack.status === 'CREATE_COMPLETE' || !/^(?:CREATE|ROLLBACK|REVIEW|DELETE)_/.test(stack.status));
