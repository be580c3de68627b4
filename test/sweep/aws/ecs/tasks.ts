import { ACCOUNT, REGION } from '../../names.ts';
import type { Around } from '../cloudformation.ts';
import { type Ecs, isUp, type Rollout, type Service, type Task, tasksOf } from './state.ts';

/**
 * What becomes of a release's tasks. `well`: they run and answer. `exits`: the container ends. `says no`: its health
 * check never passes.
 */
export type Fate = 'well' | 'exits' | 'says no';

export interface Scheduler {
  /** Begins a roll-out, which becomes the primary one. */
  rollOut(service: Service, definition: string): void;
  /** Brings a service's tasks to what is wanted now. */
  reconcile(service: Service): void;
}

/** Milliseconds: until a task runs, until the load balancer has looked at it often enough, and until its last requests have ended. */
const STARTS_MS = [15_000, 25_000] as const;
const LOOKED_AT_MS = [20_000, 35_000] as const;
const EXITS_MS = [3_000, 6_000] as const;
const REPLACED_MS = 60_000;
const DRAINED_MS = 30_000;
/** What is stopped is told of for so long. */
const REMEMBERED_MS = 3_600_000;
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
const BREAKER = 3;

/**
 * The service scheduler, for rolling updates of services behind a load balancer.
 * @param changed called after each change of a task.
 * @param fateOf what becomes of the tasks of an image.
 */
export function schedulerOf(
  { clock, random, tell }: Around,
  ecs: Ecs,
  fateOf: (image: string) => Fate,
  changed: () => void,
): Scheduler {
  const say = (service: Service, message: string) => {
    service.events = [{ at: clock.now(), message: `(service ${service.name}) ${message}` }, ...service.events].slice(
      0,
      20,
    );
  };
  const put = (name: string, service: Service, detail: object) =>
    tell({
      bus: 'default',
      source: 'aws.ecs',
      'detail-type': name,
      resources: [service.arn],
      detail: { clusterArn: service.cluster, ...detail },
    });
  const rolled = (service: Service, eventName: string, { id, reason }: Rollout) =>
    put('ECS Deployment State Change', service, { eventName, deploymentId: id, reason });
  const told = (service: Service, task: Task) =>
    put('ECS Task State Change', service, {
      taskArn: task.arn,
      lastStatus: task.status,
      group: `service:${service.name}`,
    });
  /** Does something with a task later, if it is still up then. */
  const later = (ms: number, task: Task, work: () => void) =>
    clock.after(ms, () => {
      if (isUp(task)) work();
    });

  function start(service: Service, rollout: Rollout): void {
    ecs.count += 1;
    const task: Task = {
      arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task/${service.cluster}/${String(ecs.count).padStart(32, '0')}`,
      rollout: rollout.id,
      definition: rollout.definition,
      status: 'PENDING',
      health: 'none',
    };
    service.tasks.push(task);
    const image = ecs.definitions.find(({ arn }) => arn === rollout.definition)?.image ?? '';
    later(random.whole(...STARTS_MS), task, () => {
      task.status = 'RUNNING';
      task.health = 'initial';
      told(service, task);
      const fate = fateOf(image);
      const [least, most] = fate === 'exits' ? EXITS_MS : LOOKED_AT_MS;
      const ms = random.whole(least, most);
      later(ms, task, () => {
        if (fate === 'exits') return fail(service, task, EXITED);
        task.health = fate === 'well' ? 'healthy' : 'unhealthy';
        if (fate === 'says no') later(REPLACED_MS, task, () => fail(service, task, UNHEALTHY));
        reconcile(service);
      });
      changed();
    });
  }

  /** A task that is to go gets no new requests from now on. */
  function stop(service: Service, task: Task): void {
    const wasRegistered = task.health !== 'none';
    Object.assign(task, { status: 'STOPPED', stoppedAt: clock.now(), health: wasRegistered ? 'draining' : 'none' });
    if (wasRegistered)
      clock.after(DRAINED_MS, () => {
        task.health = 'none';
      });
    told(service, task);
  }

  function fail(service: Service, task: Task, failure: NonNullable<Task['failure']>): void {
    task.failure = failure;
    stop(service, task);
    const rollout = service.rollouts.find(({ id }) => id === task.rollout);
    if (rollout && rollout.state === 'IN_PROGRESS') {
      rollout.failed += 1;
      if (rollout.failed >= BREAKER) {
        Object.assign(rollout, { state: 'FAILED', reason: 'ECS deployment circuit breaker: tasks failed to start.' });
        say(service, `(deployment ${rollout.id}) deployment failed: tasks failed to start.`);
        rolled(service, 'SERVICE_DEPLOYMENT_FAILED', rollout);
      }
    }
    reconcile(service);
  }

  function reconcile(service: Service): void {
    service.tasks = service.tasks.filter(({ stoppedAt = clock.now() }) => clock.now() - stoppedAt < REMEMBERED_MS);
    const [primary, ...older] = service.rollouts;
    if (!primary) return;
    const own = tasksOf(service, primary);
    for (const task of own.slice(service.desired)) stop(service, task);
    if (primary.state !== 'FAILED') for (let n = own.length; n < service.desired; n += 1) start(service, primary);
    const healthy = own.filter(({ health }) => health === 'healthy').length;
    // At least as many as should run do, at most twice as many: the old ones go when the new ones are well.
    if (healthy >= service.desired) {
      for (const task of older.flatMap((one) => tasksOf(service, one))) stop(service, task);
      service.rollouts = [primary];
      if (primary.state === 'IN_PROGRESS' && tasksOf(service, primary).length === service.desired)
        complete(service, primary);
    }
    changed();
  }

  function complete(service: Service, rollout: Rollout): void {
    rollout.state = 'COMPLETED';
    say(service, 'has reached a steady state.');
    rolled(service, 'SERVICE_DEPLOYMENT_COMPLETED', rollout);
    put('ECS Service Action', service, { eventName: 'SERVICE_STEADY_STATE' });
  }

  return {
    reconcile,
    rollOut(service, definition) {
      ecs.count += 1;
      const rollout: Rollout = {
        id: `ecs-svc/${ecs.count}`,
        definition,
        createdAt: clock.now(),
        failed: 0,
        state: 'IN_PROGRESS',
        reason: '',
      };
      service.rollouts = [rollout, ...service.rollouts];
      reconcile(service);
    },
  };
}

const EXITED = {
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  exitCode: 3,
};
const UNHEALTHY = {
  stopCode: 'ServiceSchedulerInitiated',
  stoppedReason: 'Task failed ELB health checks in (target-group arn)',
  exitCode: 143,
};
