import { ARTIFACT_EXPECTED } from './artifact.ts';
import { isSection } from './complete.ts';
import type { Misfit } from './misfit.ts';
import type { TargetName } from './sections/index.ts';
import { IMAGE_EXPECTED } from './sections/source.ts';

const KINDS = { artifact: ARTIFACT_EXPECTED, image: IMAGE_EXPECTED, git: 'a section with repository' };
type Kind = keyof typeof KINDS;

/** The first is what a missing one is called. */
const TAKES: Record<TargetName, readonly [Kind, ...Kind[]]> = {
  static: ['artifact', 'git'],
  ecs: ['image', 'git'],
  ec2: ['artifact', 'git'],
  beanstalk: ['artifact', 'git'],
  lambda: ['artifact', 'image', 'git'],
};

/** Of a target that is unknown nothing is known. */
const ANY: readonly [Kind, ...Kind[]] = ['artifact', 'image', 'git'];

/** A source that is missing, that the target does not take, or that is one too many. */
export function sourceMisfits({ source }: Record<string, unknown>, target: TargetName | undefined): Misfit[] {
  if (!isSection(source)) return [];
  const takes = target ? TAKES[target] : ANY;
  const given = (Object.keys(KINDS) as Kind[]).filter((kind) => source[kind] !== undefined);
  const [first, second] = given;
  if (first === undefined) {
    const [usual] = takes;
    const others = takes.slice(1).map((kind) => `source.${kind}`);
    const hint = Object.keys(source).some((name) => name !== 'commit')
      ? {}
      : { hint: `or give ${others.join(' or ')}` };
    return [
      {
        code: 'MANIFEST_MISSING',
        path: ['source', usual],
        message: `source.${usual} is missing`,
        expected: KINDS[usual],
        ...hint,
      },
    ];
  }
  const foreign = given.filter((kind) => !takes.includes(kind));
  if (foreign[0])
    return foreign.map((kind) => ({
      path: ['source', kind],
      message: `target ${target} does not take source.${kind}`,
      expected: `source.${takes.join(' or source.')}`,
    }));
  return second
    ? [
        {
          path: ['source', second],
          message: `source has ${given.join(' and ')}`,
          expected: `one of ${given.join(', ')}`,
        },
      ]
    : [];
}
