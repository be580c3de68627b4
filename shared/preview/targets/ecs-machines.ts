import type { Architecture } from '../instance.ts';
import type { Task } from './ecs-task.ts';

/** An instance that tasks may run on: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html */
export interface Machine {
  type: string;
  /** As large, with as many network interfaces: what is taken on spot where the first cannot be had. */
  alike: readonly string[];
  vcpus: number;
  /** GiB */
  memory: number;
  /** Network interfaces. */
  interfaces: number;
}

const sizes = (type: string, alike: string): readonly Machine[] =>
  (
    [
      ['large', 2, 8, 3],
      ['xlarge', 4, 16, 4],
      ['2xlarge', 8, 32, 4],
      ['4xlarge', 16, 64, 8],
      ['8xlarge', 32, 128, 8],
    ] as const
  ).map(([size, vcpus, memory, interfaces]) => ({
    type: `${type}.${size}`,
    alike: [`${alike}.${size}`],
    vcpus,
    memory,
    interfaces,
  }));

const small = (type: string, ...alike: string[]): Machine => ({ type, alike, vcpus: 2, memory: 4, interfaces: 3 });

/** The small ones are burstable: they carry a peak, not a load that stays. */
const MACHINES: Record<Architecture, { small: Machine; steady: readonly Machine[] }> = {
  arm64: { small: small('t4g.medium', 'c7g.large', 'c6g.large'), steady: sizes('m7g', 'm6g') },
  x86: { small: small('t3.medium', 'c7i.large', 'c6i.large'), steady: sizes('m7i', 'm6i') },
};

/** Types as large as one that is chosen here. */
export const alikeTo = (type: string): readonly string[] =>
  Object.values(MACHINES)
    .flatMap(({ small: burstable, steady }) => [burstable, ...steady])
    .find((machine) => machine.type === type)?.alike ?? [];

/** A larger one is taken rather than more than so many. */
const MOST = 20;

/**
 * The smallest machine that a task fits on and that carries the load.
 * @param needed vCPUs that the load asks for.
 * @param tasks at most so many.
 */
export function machineFor(needed: number, task: Task, tasks: number, architecture: Architecture): Machine {
  const { small: burstable, steady } = MACHINES[architecture];
  if (needed <= burstable.vcpus && tasksOn(burstable, task) > 0) return burstable;
  const fitting = steady.filter((machine) => tasksOn(machine, task) > 0);
  return fitting.find((machine) => tasks / tasksOn(machine, task) <= MOST) ?? fitting.at(-1) ?? burstable;
}

/**
 * How many tasks a machine has room for. Each has a network interface of its own, of which the machine keeps one:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
 */
export function tasksOn({ vcpus, memory, interfaces }: Machine, { cpu, memory: each }: Task): number {
  return Math.min(Math.floor((vcpus * 1024) / cpu), Math.floor(roomIn(memory) / each), interfaces - 1);
}

/** MiB that tasks get; the rest is the kernel’s: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html */
const roomIn = (memory: number): number => memory * 1024 * 0.97 - 200;
