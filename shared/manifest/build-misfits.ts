import { abilitiesOf } from './abilities.ts';
import { type Misfit, misfit, type Reader } from './misfit.ts';
import type { TargetName } from './sections/index.ts';

/** What of `build` means nothing for a target, or beside a buildspec of the repository’s own. */
export function buildMisfits(of: Reader, target: TargetName | undefined): Misfit[] {
  const { images } = abilitiesOf(target);
  if (of.has('build', 'buildspec')) {
    return ['commands', 'output', ...(images === 'as well' ? [] : ['dockerfile'])]
      .filter((key) => of.has('build', key) && !isNone(of.get('build', key)))
      .map((key) => misfit(['build', key], 'build.buildspec says what is built', `build without ${key}`));
  }
  const isImage = images === 'only' || (images === 'as well' && of.has('build', 'dockerfile'));
  if (isImage && of.has('build', 'output'))
    return [misfit(['build', 'output'], 'an image is built, which no folder becomes', 'build without output')];
  if (of.has('build', 'dockerfile') && target !== undefined && !isImage)
    return [misfit(['build', 'dockerfile'], `target ${target} runs no image`, 'build.output, or target ecs or lambda')];
  return [];
}

/** What a manifest says that was written out with every default. */
const isNone = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
