import { HOURS, type Use } from '../../cost/cost.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { type Capacity, rangeOf, vcpusFor } from '../capacity.ts';
import { instanceFor } from '../instance.ts';
import { instanceHour } from '../machines.ts';
import { nameIn, type Resource, type Site } from '../model.ts';
import { alwaysPerHour, machinesPerHour, runningUses } from '../uses.ts';
import type { Task } from './ecs-task.ts';

type EcsSite = Site<ResolvedFor<'ecs'>>;

/** The instances that tasks run on, where Fargate does not run them. */
export interface Hosts {
  type: string;
  capacity: Capacity;
}

/** GB that ECS's machine image wants: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-ami-storage-config.html */
const DISK = 30;

/** As many whole instances as the tasks need vCPUs; at least one. */
export function hostsFor({ manifest, load }: EcsSite, { cpu }: Task, tasks: Capacity): Hosts {
  const needed = Math.max(vcpusFor(load, manifest), cpu / 1024);
  const { type, vcpus } = instanceFor(undefined, needed, manifest.ecs.architecture);
  const onEach = Math.max(1, Math.floor(vcpus / (cpu / 1024)));
  const min = Math.max(1, Math.ceil(tasks.min / onEach));
  const max = Math.max(min, Math.ceil(tasks.max / onEach));
  const onSpot = (count: number) => (Math.max(0, count - manifest.capacity.base) * manifest.capacity.spot) / 100;
  const spot = { min: onSpot(min), beyond: onSpot(max) - onSpot(min) };
  return { type, capacity: { ...tasks, unit: 'instance', size: type, min, max, spot } };
}

export const hostResources = (site: EcsSite, { type, capacity: { min, max } }: Hosts): Resource[] => [
  {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    name: nameIn(site, 'scaling-group', 'hosts'),
    settings: { instance: type, instances: rangeOf(min, max) },
  },
];

export const hostUses = ({ load }: EcsSite, { type, capacity }: Hosts): Use[] =>
  runningUses(capacity, load, [
    machinesPerHour(type, instanceHour(type)),
    alwaysPerHour('disks', 'ebs.gp3.gb-month', DISK / HOURS),
  ]);
