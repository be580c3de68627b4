import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { notPinned } from '../image.ts';

/** What a manifest may ask of a function, and what this version cannot do for it. */
export function refusalsOf({ components = {}, source }: ResolvedFor<'lambda'>): Problem[] {
  const problems: Problem[] = [];
  if (Object.keys(components).length > 0)
    problems.push({
      code: 'NOT_YET',
      message: 'components of target lambda: planned, and not deployed yet',
      expected: 'a pilot of its own for each, until a later version of Pilotage',
      hint: 'change components in the manifest',
    });
  return [...problems, ...notPinned(source.image)];
}
