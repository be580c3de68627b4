import { HOURS, type Use } from '../../cost/cost.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { type Capacity, rangeOf, vcpusFor } from '../capacity.ts';
import { instanceHour } from '../machines.ts';
import { nameIn, type Resource, type Site } from '../model.ts';
import { alwaysPerHour, machinesPerHour, runningUses } from '../uses.ts';
import { machineFor, tasksOn } from './ecs-machines.ts';
import type { Task } from './ecs-task.ts';

type EcsSite = Site<ResolvedFor<'ecs'>>;

/** The instances that tasks run on, where Fargate does not run them. */
export interface Hosts {
  type: string;
  /** Types as large, which may stand in on spot. */
  alike: readonly string[];
  /** How many tasks one has room for. */
  each: number;
  /** Those that carry the load. */
  capacity: Capacity;
  /** As many as may ever be needed at once. */
  most: number;
}

/** GB that ECS's machine image wants: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-ami-storage-config.html */
export const DISK = 30;

/** While a release comes up: what serves, what comes, and what it takes the place of in its own colour. */
const AT_ONCE = 3;

/** As many whole instances as the tasks have room on; at least one. */
export function hostsFor({ manifest, load }: EcsSite, task: Task, tasks: Capacity): Hosts {
  const machine = machineFor(vcpusFor(load, manifest), task, tasks.max, manifest.ecs.architecture);
  const { type, alike } = machine;
  const each = Math.max(1, tasksOn(machine, task));
  const min = Math.max(1, Math.ceil(tasks.min / each));
  const max = Math.max(min, Math.ceil(tasks.max / each));
  const onSpot = (count: number) => (Math.max(0, count - manifest.capacity.base) * manifest.capacity.spot) / 100;
  const spot = { min: onSpot(min), beyond: onSpot(max) - onSpot(min) };
  const capacity: Capacity = { ...tasks, unit: 'instance', size: type, min, max, spot };
  const most = AT_ONCE * Math.max(max, Math.ceil(mostAtTimes(manifest) / each));
  return { type, alike, each, capacity, most };
}

/** Tasks that a schedule may ask for. */
const mostAtTimes = ({ scaling: { schedule = [] } }: EcsSite['manifest']): number =>
  Math.max(0, ...schedule.map(({ min, max = min }) => Math.max(min, max)));

export const hostResources = (site: EcsSite, { type, each, capacity: { min, max }, most }: Hosts): Resource[] => [
  {
    type: 'AWS::EC2::LaunchTemplate',
    name: nameIn(site, 'launch-template', 'hosts'),
    settings: { instance: type, disk: `${DISK} GB`, image: 'the newest of Amazon’s for ECS, at each start' },
  },
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    name: nameIn(site, 'scaling-group', 'hosts'),
    settings: {
      instances: rangeOf(min, max),
      'tasks on each': String(each),
      'while a release comes up': `at most ${most}`,
    },
  },
  {
    type: 'AWS::ECS::CapacityProvider',
    name: nameIn(site, 'capacity-provider', 'hosts'),
    settings: { scales: 'with the tasks; none runs without' },
  },
];

export const hostUses = ({ load }: EcsSite, { type, capacity }: Hosts): Use[] =>
  runningUses(capacity, load, [
    machinesPerHour(type, instanceHour(type)),
    alwaysPerHour('disks', 'ebs.gp3.gb-month', DISK / HOURS),
  ]);
