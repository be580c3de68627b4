import { abilitiesOf } from './abilities.ts';
import { type Misfit, misfit, type Reader } from './misfit.ts';
import { shortened } from './name.ts';
import type { TargetName } from './sections/index.ts';

/** MiB that Fargate gives: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
const TASK_MEMORY: Record<number, readonly [least: number, most: number, step: number]> = {
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};
const LEAST_MEMORY = [512, 1024, 2048];

/** Where there are more, they are refused as too many and not looked at one by one. */
const COMPONENTS = 10;

/** Memory that does not fit the processor, of the task at a path. */
export function memoryMisfit(of: Reader, path: string[]): Misfit | undefined {
  const cpu = of.number(...path, 'cpu');
  const memory = of.number(...path, 'memory');
  if (cpu === undefined || memory === undefined || of.get('ecs', 'launch') === 'ec2') return undefined;
  const [least, most, step] = TASK_MEMORY[cpu] ?? [];
  const message = `a task with ${cpu} CPU units cannot have ${memory} MiB`;
  if (cpu === 256 && !LEAST_MEMORY.includes(memory)) return misfit([...path, 'memory'], message, '512, 1024 or 2048');
  if (least === undefined || most === undefined || step === undefined) return undefined;
  if (memory >= least && memory <= most && memory % step === 0) return undefined;
  return misfit([...path, 'memory'], message, `${least} to ${most}, in steps of ${step}`);
}

/** Components that lack what their target runs, or have what it does not. */
export function componentsMisfits(of: Reader, target: TargetName | undefined): Misfit[] {
  return of
    .names('components')
    .slice(0, COMPONENTS)
    .flatMap((name) => componentMisfits(of, target, name));
}

function componentMisfits(of: Reader, target: TargetName | undefined, name: string): Misfit[] {
  const path = ['components', name];
  const { runs: needs, taskSizes } = abilitiesOf(target);
  const other = needs === 'handler' ? 'command' : 'handler';
  const memory = taskSizes ? memoryMisfit(of, path) : undefined;
  return [
    ...(memory ? [memory] : []),
    ...(of.has(...path, needs)
      ? []
      : [
          {
            ...misfit(
              [...path, needs],
              `components.${shortened(name)}.${needs} is missing`,
              `what the component runs, as target ${target} needs it`,
            ),
            code: 'MANIFEST_MISSING',
          } as const,
        ]),
    ...(of.has(...path, other) ? [misfit([...path, other], `target ${target} has no use for ${other}`, needs)] : []),
  ];
}
