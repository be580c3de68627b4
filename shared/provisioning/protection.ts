import type { Template } from '../../templates/template.ts';
import { findStack } from '../aws/stacks.ts';

const PROTECTION = 'DatabaseProtection';

/**
 * The parameters as they are right now. While a database is only being made it is not protected against deletion: a stack, or
 * an update, that cannot be completed has to be cleared of it. Once the stack tells of it, the next look protects it.
 */
export async function parametersNow(
  parameters: Record<string, string>,
  stack: string,
  { Resources }: Pick<Template, 'Resources'>,
): Promise<Record<string, string>> {
  if (!(PROTECTION in parameters)) return parameters;
  const { DatabaseId: made } = (await findStack(stack))?.outputs ?? {};
  const isMade = made !== undefined && made === Resources.Database?.Properties?.DBInstanceIdentifier;
  return isMade ? parameters : { ...parameters, [PROTECTION]: 'false' };
}
