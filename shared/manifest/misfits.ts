import { ARTIFACT_EXPECTED } from './artifact.ts';
import type { ManifestCode } from './codes.ts';
import { isSection, MEANT_FOR } from './complete.ts';
import { TARGETS, type TargetName } from './sections/index.ts';
import { IMAGE_EXPECTED } from './sections/source.ts';

/** Two parts of a manifest that do not fit together; each part alone is right. */
export interface Misfit {
  path: string[];
  message: string;
  expected: string;
  hint?: string;
  code?: ManifestCode;
}

/**
 * What no single key can say: how the parts of a manifest fit together.
 * @param value as it was written and completed; what in it is wrong by itself is passed over.
 */
export function misfits(value: unknown): Misfit[] {
  if (!isSection(value)) return [];
  const target = TARGETS.find((name) => name === value.target);
  return [
    ...sourceMisfits(value, target),
    ...(target ? sectionMisfits(value, target) : []),
    ...RULES.flatMap((rule) => rule(new Reader(value), target) ?? []),
  ];
}

/** Looks at what was written, whatever it is. */
class Reader {
  private readonly root: Record<string, unknown>;
  constructor(root: Record<string, unknown>) {
    this.root = root;
  }
  get(...path: string[]): unknown {
    return path.reduce<unknown>((here, key) => (isSection(here) ? here[key] : undefined), this.root);
  }
  has(...path: string[]): boolean {
    return this.get(...path) !== undefined;
  }
  number(...path: string[]): number | undefined {
    const value = this.get(...path);
    return typeof value === 'number' ? value : undefined;
  }
  /** Names of the entries of a section. */
  names(...path: string[]): string[] {
    const value = this.get(...path);
    return isSection(value) ? Object.keys(value) : [];
  }
}

function sectionMisfits(value: Record<string, unknown>, target: TargetName): Misfit[] {
  return Object.entries(MEANT_FOR).flatMap(([name, targets]) =>
    value[name] === undefined || targets.includes(target)
      ? []
      : [
          {
            path: [name],
            message: `the section ${name} means nothing for target ${target}`,
            expected: `target ${targets.join(', ')}`,
          },
        ],
  );
}

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

function sourceMisfits({ source }: Record<string, unknown>, target: TargetName = 'static'): Misfit[] {
  if (!isSection(source)) return [];
  const takes = TAKES[target];
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

type Rule = (of: Reader, target: TargetName | undefined) => Misfit | Misfit[] | undefined;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
const TASK_MEMORY: Record<number, readonly [least: number, most: number]> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16_384],
  4096: [8192, 30_720],
  8192: [16_384, 61_440],
  16384: [32_768, 122_880],
};

const RULES: readonly Rule[] = [
  (of) =>
    of.has('build') && !of.has('source', 'git')
      ? misfit(
          ['build'],
          'there is nothing to build',
          'source.git as well',
          'an artifact or image is deployed as it is',
        )
      : undefined,
  (of) =>
    of.has('migrations') && !of.has('database')
      ? misfit(['migrations'], 'there is no database to migrate', 'a section database as well')
      : undefined,
  (of) =>
    of.has('email') && !of.has('email', 'domain') && !of.has('domain')
      ? misfit(['email'], 'it is not said which domain sends', 'email.domain, or a section domain')
      : undefined,
  (of) =>
    of.get('beanstalk', 'tier') === 'worker'
      ? misfit(
          ['beanstalk', 'tier'],
          'a worker environment has no address, so nothing can be swapped',
          'web',
          'run workers as components of target ecs',
        )
      : undefined,
  (of, target) => {
    const steps = of.get('rollout', 'steps');
    return target === 'beanstalk' && Array.isArray(steps) && steps.length > 1
      ? misfit(['rollout', 'steps'], 'Elastic Beanstalk swaps an address, which moves all traffic at once', '[100]')
      : undefined;
  },
  (of, target) =>
    of.has('config', 'file') && (target === 'lambda' || target === 'beanstalk')
      ? misfit(
          ['config', 'file'],
          `target ${target} gets its configuration as environment variables`,
          'config.values alone',
        )
      : undefined,
  (of) => inOrder(of, ['scaling', 'min'], ['scaling', 'max']),
  (of) => inOrder(of, ['database', 'storage'], ['database', 'maxStorage']),
  (of) => inOrder(of, ['lambda', 'provisioned'], ['lambda', 'concurrency']),
  (of) =>
    of.has('database', 'url')
      ? ['class', 'storage', 'maxStorage', 'multiAz', 'replicas', 'password', 'parameters']
          .filter((name) => of.has('database', name))
          .map((name) =>
            misfit(['database', name], 'a database elsewhere is not created here', 'database.url without it'),
          )
      : undefined,
  (of) => {
    const [least, most] = TASK_MEMORY[of.number('ecs', 'cpu') ?? 0] ?? [];
    const memory = of.number('ecs', 'memory');
    if (least === undefined || most === undefined || memory === undefined || (memory >= least && memory <= most))
      return undefined;
    return misfit(
      ['ecs', 'memory'],
      `a task with ${of.number('ecs', 'cpu')} CPU units cannot have ${memory} MiB`,
      `${least} to ${most}`,
    );
  },
  (of, target) => of.names('components').flatMap((name) => componentMisfits(of, target, name)),
];

function componentMisfits(of: Reader, target: TargetName | undefined, name: string): Misfit[] {
  const path = ['components', name];
  const needs = target === 'lambda' ? 'handler' : 'command';
  const other = target === 'lambda' ? 'command' : 'handler';
  return [
    ...(of.has(...path, needs)
      ? []
      : [
          {
            ...misfit(
              [...path, needs],
              `components.${name}.${needs} is missing`,
              `what the component runs, as target ${target} needs it`,
            ),
            code: 'MANIFEST_MISSING',
          } as const,
        ]),
    ...(of.has(...path, other) ? [misfit([...path, other], `target ${target} has no use for ${other}`, needs)] : []),
  ];
}

function inOrder(of: Reader, less: string[], more: string[]): Misfit | undefined {
  const low = of.number(...less);
  const high = of.number(...more);
  if (low === undefined || high === undefined || low <= high) return undefined;
  return misfit(more, `${more.join('.')} is ${high}, less than ${less.join('.')}`, `at least ${low}`);
}

const misfit = (path: string[], message: string, expected: string, hint?: string): Misfit => ({
  path,
  message,
  expected,
  ...(hint && { hint }),
});
