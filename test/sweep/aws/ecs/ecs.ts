import { ACCOUNT, REGION } from '../../names.ts';
import type { Worker } from '../../worker.ts';
import { jsonError, jsonReply, type Operation, type Service as Port, type Reply, textOf } from '../call.ts';
import type { Around } from '../cloudformation.ts';
import { Refusal } from '../query.ts';
import { listedRuns, runShape, runsOf } from './runs.ts';
import { type Definition, type Ecs, isUp, noEcs, type Rollout, type Run, type Service, tasksOf } from './state.ts';
import { type Fate, schedulerOf } from './tasks.ts';

export interface Services extends Port {
  now: Ecs;
  /** What becomes of the tasks of an image. */
  fateOf: (image: string) => Fate;
  /** With which code a command ends that is run by itself. */
  exitOf: (run: Run) => number;
  /** Has so many tasks of a service wanted, as somebody else than Pilotage does. */
  scale: (service: Service, desired: number) => void;
  /** Called after each change of a service or a task. */
  watch: () => void;
  /** Called before fewer tasks of a service are wanted, and before a definition is given up. */
  watchRemoval: (definition: string, by: Worker) => void;
}

type Body = Record<string, unknown>;

/** Milliseconds that a read may be behind the last write. */
const BEHIND_MS = 5_000;
/** Milliseconds between two looks whether a service that is removed still has tasks. */
const LOOK_MS = 500;

/**
 * ECS with services of rolling updates, as far as Pilotage uses it. AWS calls its reads eventually consistent.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export function ecsOf(around: Around, now: Ecs = noEcs()): Services {
  const { clock } = around;
  const scheduler = schedulerOf(
    around,
    now,
    (image) => port.fateOf(image),
    () => port.watch(),
  );
  const runs = runsOf(around, now, (run) => port.exitOf(run));
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;

  const serviceIn = (all: Ecs, name: unknown) => all.services.find((one) => one.name === name || one.arn === name);
  const active = (all: Ecs, family: unknown) =>
    all.definitions.filter((one) => one.status === 'ACTIVE' && one.family === family);
  const definitionOf = (arn: unknown): Definition => {
    const found = now.definitions.find((one) => one.arn === arn && one.status === 'ACTIVE');
    if (!found) throw new Refusal('ClientException', 'TaskDefinition is inactive');
    return found;
  };
  const clusterIn = ({ cluster }: Body): string => {
    if (!now.clusters.includes(String(cluster))) throw new Refusal('ClusterNotFoundException', 'Cluster not found.');
    return String(cluster);
  };

  function createService(body: Body): object {
    const cluster = clusterIn(body);
    const {
      serviceName: name,
      clientToken: token,
      desiredCount,
      taskDefinition,
      loadBalancers,
      tags = [],
    } = body as {
      serviceName: string;
      clientToken: string;
      desiredCount: number;
      taskDefinition: string;
      loadBalancers: { targetGroupArn: string }[];
      tags?: Definition['tags'];
    };
    const standing = serviceIn(now, name);
    if (standing && standing.token !== token)
      throw new Refusal('InvalidParameterException', 'Creation of service was not idempotent.');
    if (standing) return { service: shapeOf(standing) };
    const service: Service = {
      name,
      arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:service/${cluster}/${name}`,
      cluster,
      token,
      createdAt: clock.now(),
      desired: desiredCount,
      group: loadBalancers[0]?.targetGroupArn ?? '',
      tags,
      rollouts: [],
      tasks: [],
      events: [],
    };
    now.services.push(service);
    scheduler.rollOut(service, definitionOf(taskDefinition).arn);
    return { service: shapeOf(service) };
  }

  function updateService(body: Body, by: Worker): object {
    clusterIn(body);
    const service = serviceIn(now, body.service);
    if (!service) throw new Refusal('ServiceNotFoundException', 'Service not found.');
    const { definition = '' } = service.rollouts[0] ?? {};
    const desired = Number(body.desiredCount ?? service.desired);
    const next = body.taskDefinition === undefined ? definition : definitionOf(body.taskDefinition).arn;
    if (desired < service.desired || next !== definition) port.watchRemoval(definition, by);
    service.desired = desired;
    if (next !== definition || body.forceNewDeployment) scheduler.rollOut(service, next);
    else scheduler.reconcile(service);
    return { service: shapeOf(service) };
  }

  function registerTaskDefinition({ tags = [], ...content }: Body): object {
    const { family, containerDefinitions } = content as unknown as Definition & {
      containerDefinitions: { image: string }[];
    };
    const revision = now.definitions.filter((one) => one.family === family).length + 1;
    const definition: Definition = {
      arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${family}:${revision}`,
      family,
      image: containerDefinitions[0]?.image ?? '',
      status: 'ACTIVE',
      tags: tags as Definition['tags'],
      content,
    };
    now.definitions.push(definition);
    return { taskDefinition: { taskDefinitionArn: definition.arn, status: definition.status } };
  }

  /** A service that is removed is gone once none of its tasks is up. */
  function emptied(service: Service): void {
    if (service.tasks.some(isUp)) return void clock.after(LOOK_MS, () => emptied(service));
    now.services = now.services.filter((one) => one !== service);
    port.watch();
  }

  const reads: Record<string, (body: Body, all: Ecs) => object> = {
    DescribeServices(body, all) {
      clusterIn(body);
      const asked = body.services as string[];
      const found = asked.map((name) => serviceIn(all, name)).filter((one) => one !== undefined);
      const missing = asked.filter((name) => !serviceIn(all, name));
      return { services: found.map(shapeOf), failures: missing.map((arn) => ({ arn, reason: 'MISSING' })) };
    },
    DescribeTaskDefinition({ taskDefinition: family }, all) {
      const found = active(all, family).at(-1);
      if (!found) throw new Refusal('ClientException', 'Unable to describe task definition.');
      return { taskDefinition: { taskDefinitionArn: found.arn, status: found.status }, tags: found.tags };
    },
    ListTaskDefinitions: ({ familyPrefix, status = 'ACTIVE' }, all) => ({
      taskDefinitionArns: all.definitions
        .filter((one) => one.status === status && one.family === familyPrefix)
        .map(({ arn }) => arn),
    }),
    ListTaskDefinitionFamilies: ({ familyPrefix }, all) => {
      const families = all.definitions.filter((one) => one.status !== 'DELETED').map(({ family }) => family);
      return { families: [...new Set(families)].filter((family) => family.startsWith(String(familyPrefix))) };
    },
    ListTasks(body, all) {
      const { serviceName, desiredStatus, maxResults } = body;
      if (serviceName === undefined) return { taskArns: listedRuns(all, body) };
      const wanted = desiredStatus === 'STOPPED';
      const found = serviceIn(all, serviceName)?.tasks.filter(({ status }) => (status === 'STOPPED') === wanted) ?? [];
      return { taskArns: found.slice(-Number(maxResults ?? 100)).map(({ arn }) => arn) };
    },
    DescribeTasks({ tasks }, all) {
      const asked = tasks as string[];
      const found = all.services.flatMap((one) => one.tasks).filter(({ arn }) => asked.includes(arn));
      const alone = all.runs.filter(({ arn }) => asked.includes(arn));
      return { tasks: [...found.map(taskShape), ...alone.map(runShape)], failures: [] };
    },
  };
  const writes: Record<string, (body: Body, by: Worker) => object> = {
    CreateService: createService,
    UpdateService: updateService,
    RunTask: (body) => runs.run(clusterIn(body), definitionOf(body.taskDefinition).arn, body),
    StopTask: (body) => runs.stop(body),
    TagResource({ resourceArn, tags }) {
      const service = serviceIn(now, resourceArn);
      if (!service) throw new Refusal('InvalidParameterException', 'The resource was not found.');
      const added = tags as Definition['tags'];
      service.tags = [...service.tags.filter(({ key }) => !added.some((one) => one.key === key)), ...added];
      return {};
    },
    DeleteService(body) {
      clusterIn(body);
      const service = serviceIn(now, body.service);
      if (!service) throw new Refusal('ServiceNotFoundException', 'Service not found.');
      if (!body.force) throw new Error('a service that is not emptied first is not removed here');
      service.isGoing = true;
      service.desired = 0;
      scheduler.reconcile(service);
      emptied(service);
      return { service: shapeOf(service) };
    },
    DeleteTaskDefinitions({ taskDefinitions }) {
      const asked = now.definitions.filter(({ arn }) => (taskDefinitions as string[]).includes(arn));
      if (asked.some(({ status }) => status === 'ACTIVE'))
        throw new Refusal('ClientException', 'an active definition cannot be deleted');
      for (const one of asked) one.status = 'DELETED';
      return { taskDefinitions: [], failures: [] };
    },
    RegisterTaskDefinition: registerTaskDefinition,
    DeregisterTaskDefinition({ taskDefinition }, by) {
      const found = now.definitions.find(({ arn, status }) => arn === taskDefinition && status !== 'DELETED');
      if (!found) throw new Refusal('ClientException', 'Unable to describe task definition.');
      if (found.status === 'ACTIVE') port.watchRemoval(found.arn, by);
      found.status = 'INACTIVE';
      return { taskDefinition: { taskDefinitionArn: found.arn, status: found.status } };
    },
  };

  const port: Services = {
    name: 'ecs',
    now,
    fateOf: () => 'well',
    exitOf: () => 0,
    scale(service, desired) {
      service.desired = desired;
      scheduler.reconcile(service);
    },
    watch: () => undefined,
    watchRemoval: () => undefined,
    isAt: (hostname) => hostname.startsWith('ecs.'),
    error: jsonError(500, 'ServerException'),
    throttled: jsonError(400, 'ThrottlingException'),
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      const input = JSON.parse(textOf(body)) as Body;
      const [read, write] = [reads[name], writes[name]];
      if (!read && !write) throw new Error(`ECS's ${name} is not known here`);
      return {
        service: 'ecs',
        name,
        about: aboutOf(input),
        writes: write !== undefined,
        ...(read && { mayBeStale: true }),
        apply: (by, stale) =>
          answering(() => {
            if (read) return read(input, stale && clock.now() - changedAt < BEHIND_MS ? before : now);
            before = structuredClone(now);
            changedAt = clock.now();
            return write?.(input, by) ?? {};
          }),
      };
    },
  };
  return port;
}

function answering(act: () => object): Reply {
  try {
    return jsonReply(200, act());
  } catch (error) {
    if (error instanceof Refusal) return jsonError(error.status, error.code, { message: error.message });
    throw error;
  }
}

function aboutOf(body: Body): string {
  const { serviceName, service, services, resourceArn, family, familyPrefix, taskDefinition } = body;
  const { desiredCount, tasks } = body;
  const which = serviceName ?? service ?? services ?? resourceArn ?? family ?? familyPrefix ?? taskDefinition;
  const [first = '', ...more] = [which ?? tasks].flat().map(String);
  const count = desiredCount === undefined ? '' : ` desired ${desiredCount}`;
  return `${first.split('/').at(-1)}${more.length > 0 ? ` and ${more.length} more` : ''}${count}`;
}

const seconds = (ms: number) => ms / 1000;

function shapeOf(service: Service): object {
  const count = (rollout: Rollout | undefined, status: 'RUNNING' | 'PENDING') =>
    tasksOf(service, rollout, status).length;
  const rollouts = service.rollouts.map((rollout, index) => ({
    id: rollout.id,
    status: index === 0 ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: rollout.definition,
    desiredCount: index === 0 ? service.desired : 0,
    runningCount: count(rollout, 'RUNNING'),
    pendingCount: count(rollout, 'PENDING'),
    failedTasks: rollout.failed,
    createdAt: seconds(rollout.createdAt),
    rolloutState: rollout.state,
    rolloutStateReason: rollout.reason,
  }));
  const sum = (of: 'runningCount' | 'pendingCount') => rollouts.reduce((all, one) => all + one[of], 0);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    tags: service.tags,
    status: service.isGoing ? 'DRAINING' : 'ACTIVE',
    createdAt: seconds(service.createdAt),
    desiredCount: service.desired,
    runningCount: sum('runningCount'),
    pendingCount: sum('pendingCount'),
    taskDefinition: service.rollouts[0]?.definition,
    deployments: rollouts,
    events: service.events.map(({ at, message }, index) => ({ id: String(index), createdAt: seconds(at), message })),
  };
}

const taskShape = ({ arn, rollout, status, failure }: Service['tasks'][number]) => ({
  taskArn: arn,
  lastStatus: status,
  startedBy: rollout,
  ...(failure && {
    stopCode: failure.stopCode,
    stoppedReason: failure.stoppedReason,
    containers: [{ name: 'app', lastStatus: status, exitCode: failure.exitCode }],
  }),
});
