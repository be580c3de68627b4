import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';

/** What a manifest may ask of a function, and what this version cannot do for it. */
export function refusalsOf({ components = {}, source }: ResolvedFor<'lambda'>): Problem[] {
  const problems: Problem[] = [];
  if (Object.keys(components).length > 0)
    problems.push(notYet('components', 'components of target lambda', 'a pilot of its own for each'));
  if (source.image !== undefined && !source.image.includes('@sha256:'))
    problems.push({
      code: 'IMAGE_NOT_PINNED',
      message: `source.image ${source.image} is named by a tag, which may be another image tomorrow`,
      expected: 'the image by its digest: …@sha256:…',
    });
  return problems;
}

const notYet = (path: string, what: string, instead: string): Problem => ({
  code: 'NOT_YET',
  message: `${what}: planned, and not deployed yet`,
  expected: `${instead}, until a later version of Pilotage`,
  hint: `change ${path} in the manifest`,
});
