import { abilitiesOf } from './abilities.ts';
import { backupMisfit } from './backup-misfits.ts';
import { buildMisfits } from './build-misfits.ts';
import { isSection, MEANT_FOR } from './complete.ts';
import { configMisfits } from './config-misfits.ts';
import { databaseMisfits } from './database-misfits.ts';
import { joinPath } from './finding.ts';
import { domainMisfits, edgeMisfit, gatewayMisfit, healthMisfits, roleMisfit } from './front-misfits.ts';
import { migrationMisfits } from './migration-misfits.ts';
import { inOrder, type Misfit, misfit, Reader } from './misfit.ts';
import { referenceMisfits } from './reference-misfits.ts';
import { TARGETS, type TargetName } from './sections/index.ts';
import { sourceMisfits } from './source-misfits.ts';
import { componentsMisfits, memoryMisfit } from './task-misfits.ts';

export type { Misfit };

/**
 * What no single key can say: how the parts of a manifest fit together.
 * @param value as it was written and completed; what in it is wrong by itself is passed over.
 */
export function misfits(value: unknown): Misfit[] {
  if (!isSection(value)) return [];
  const target = TARGETS.find((name) => name === value.target);
  const reader = new Reader(value);
  return [
    ...sourceMisfits(value, target),
    ...(target ? sectionMisfits(value, target) : []),
    ...RULES.flatMap((rule) => rule(reader, target) ?? []),
  ];
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

type Rule = (of: Reader, target: TargetName | undefined) => Misfit | Misfit[] | undefined;

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
  buildMisfits,
  migrationMisfits,
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
    return !abilitiesOf(target).parts && Array.isArray(steps) && steps.length > 1
      ? misfit(['rollout', 'steps'], 'Elastic Beanstalk swaps an address, which moves all traffic at once', '[100]')
      : undefined;
  },
  configMisfits,
  (of) =>
    of.has('config', 'file')
      ? undefined
      : of
          .names('secrets')
          .filter((name) => of.has('config', 'values', name))
          .map((name) => misfit(['secrets', name], `${name} is in config.values as well`, 'each variable once')),
  domainMisfits,
  healthMisfits,
  gatewayMisfit,
  edgeMisfit,
  roleMisfit,
  referenceMisfits,
  (of) => inOrder(of, ['scaling', 'min'], ['scaling', 'max']),
  (of) => inOrder(of, ['lambda', 'provisioned'], ['lambda', 'concurrency']),
  databaseMisfits,
  backupMisfit,
  (of) => memoryMisfit(of, ['ecs']),
  scheduleMisfits,
  componentsMisfits,
];

function scheduleMisfits(of: Reader): Misfit[] {
  const times = of.get('scaling', 'schedule');
  if (!Array.isArray(times)) return [];
  return times.flatMap((time, index) => {
    const { min, max } = isSection(time) ? time : {};
    if (typeof min !== 'number' || typeof max !== 'number' || min <= max) return [];
    const path = ['scaling', 'schedule', index, 'max'];
    return [misfit(path, `${joinPath(path)} is ${max}, less than its min`, `at least ${min}`)];
  });
}
