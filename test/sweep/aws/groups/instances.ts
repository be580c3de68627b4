import type { Around } from '../cloudformation.ts';
import type { Fate } from '../ecs/tasks.ts';
import { type Activity, type Group, type Groups, type Instance, isStaying } from './state.ts';

export interface Keeper {
  /** Brings a group's instances to what is wanted, as soon as it gets to it. */
  see(group: Group): void;
  /** Lets the load balancer find an instance ill from now on: after a while the group replaces it. */
  sicken(group: Group, instance: Instance): void;
}

/** Milliseconds: until a group gets to it, until an instance's user data runs, and until that has told the hook how it went. */
const SEEN_MS = [1_000, 4_000] as const;
const BOOTS_MS = [8_000, 15_000] as const;
const INSTALLED_MS = [30_000, 50_000] as const;
const PROCEEDS_MS = [500, 2_000] as const;
const LOOKED_AT_MS = [20_000, 35_000] as const;
const REPLACED_MS = 90_000;
const DRAINED_MS = 30_000;
const ENDS_MS = [10_000, 20_000] as const;
/** More are not asked for. */
const REMEMBERED = 50;

/**
 * Keeps groups as large as they should be: instances wait for their hook, which their own user data completes, then
 * join the target group.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
 * @param fateOf what becomes of instances of a version. `exits`: it cannot be installed, and the instance is abandoned.
 * @param changed called after each change of an instance.
 */
export function keeperOf(
  { clock, random, tell }: Around,
  groups: Groups,
  fateOf: (template: string, version: string) => Fate,
  changed: () => void,
): Keeper {
  const put = (name: string, { name: group, arn }: Group, { id }: Instance) =>
    tell({
      bus: 'default',
      source: 'aws.autoscaling',
      'detail-type': name,
      resources: [arn],
      detail: { AutoScalingGroupName: group, EC2InstanceId: id },
    });
  const next = () => {
    groups.count += 1;
    return String(groups.count).padStart(17, '0');
  };
  const begin = (group: Group, description: string, cause: string): Activity => {
    const id = next();
    const activity: Activity = { id, at: clock.now(), status: 'InProgress', description, cause };
    group.activities = [activity, ...group.activities].slice(0, REMEMBERED);
    return activity;
  };
  const end = (activity: Activity, status: Activity['status'], message?: string) =>
    Object.assign(activity, { status, endedAt: clock.now(), ...(message && { message }) });
  const see = (group: Group) => void clock.after(random.whole(...SEEN_MS), () => reconcile(group));

  function launch(group: Group): void {
    const instance: Instance = { id: `i-${next()}`, version: group.version, state: 'Pending', health: 'none' };
    group.instances.push(instance);
    const activity = begin(group, `Launching a new EC2 instance: ${instance.id}`, SMALLER);
    /** Does something later, if the instance is not ended by then. */
    const later = (ms: readonly [number, number], work: () => void) =>
      clock.after(random.whole(...ms), () => {
        if (isStaying(instance)) work();
        else if (activity.status === 'InProgress') end(activity, 'Cancelled');
        changed();
      });
    const fate = fateOf(group.template, instance.version);
    later(BOOTS_MS, () => {
      instance.state = 'Pending:Wait';
      later(INSTALLED_MS, () => {
        if (fate === 'exits') {
          end(activity, 'Failed', ABANDONED);
          put('EC2 Instance Launch Unsuccessful', group, instance);
          return terminate(group, instance, ABANDONED);
        }
        instance.state = 'Pending:Proceed';
        later(PROCEEDS_MS, () => {
          Object.assign(instance, { state: 'InService', health: 'initial' });
          end(activity, 'Successful');
          put('EC2 Instance Launch Successful', group, instance);
          later(LOOKED_AT_MS, () => {
            if (fate === 'well') instance.health = 'healthy';
            else sicken(group, instance);
          });
        });
      });
    });
  }

  function sicken(group: Group, instance: Instance): void {
    instance.health = 'unhealthy';
    clock.after(REPLACED_MS, () => {
      if (isStaying(instance)) terminate(group, instance, ILL);
      changed();
    });
  }

  /** An instance that is to go gets no new requests from now on. */
  function terminate(group: Group, instance: Instance, cause: string): void {
    const wasRegistered = instance.health !== 'none';
    Object.assign(instance, { state: 'Terminating', health: wasRegistered ? 'draining' : 'none' });
    const activity = begin(group, `Terminating EC2 instance: ${instance.id}`, cause);
    clock.after((wasRegistered ? DRAINED_MS : 0) + random.whole(...ENDS_MS), () => {
      group.instances = group.instances.filter((one) => one !== instance);
      end(activity, 'Successful');
      put('EC2 Instance Terminate Successful', group, instance);
      changed();
    });
    see(group);
  }

  function reconcile(group: Group): void {
    const staying = group.instances.filter(isStaying);
    // Those of an older version go first.
    const first = staying.toSorted((a, b) => Number(a.version === group.version) - Number(b.version === group.version));
    for (const instance of first.slice(0, Math.max(0, staying.length - group.desired)))
      terminate(group, instance, LARGER);
    for (let n = staying.length; n < group.desired; n += 1) launch(group);
    changed();
  }

  return { see, sicken };
}

const SMALLER = 'an instance was started in response to a difference between desired and actual capacity.';
const LARGER = 'an instance was taken out of service in response to a difference between desired and actual capacity.';
const ILL = 'an instance was taken out of service in response to an ELB system health check failure.';
const ABANDONED = 'Lifecycle Action with token 0 was abandoned: Lifecycle Action Completed with ABANDON Result';
