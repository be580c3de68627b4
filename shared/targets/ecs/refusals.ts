import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';

/** What a manifest may ask of a service, and what this version cannot do for it. */
export function refusalsOf({ components = {}, source }: ResolvedFor<'ecs'>): Problem[] {
  const problems: Problem[] = [];
  if (Object.keys(components).length > 0)
    problems.push({
      code: 'NOT_YET',
      message: 'components of target ecs: planned, and not deployed yet',
      expected: 'a pilot of its own for each, until a later version of Pilotage',
      hint: 'change components in the manifest',
    });
  if (source.image !== undefined && !source.image.includes('@sha256:'))
    problems.push({
      code: 'IMAGE_NOT_PINNED',
      message: `source.image ${source.image} is named by a tag, which may be another image tomorrow`,
      expected: 'the image by its digest',
      hint: `write ${source.image.replace(/:[^:/]*$/, '')}@sha256:…; docker buildx imagetools inspect tells the digest`,
    });
  return problems;
}
