import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What becomes of the tasks of an image. */
export type Fate = 'well' | 'slow' | 'no image' | 'exits' | 'says no' | 'silent' | 'no addresses' | 'sick later';

interface Standing {
  definition: string;
  desired: number;
  group: string;
  fate: Fate;
  id: string;
  since: number;
  /** How often it was looked at since its roll-out began. */
  looks: number;
  failed: number;
}

/**
 * Stands between the SDK and moto, and lets tasks run, which moto does not. What
 * is asked of services, task definitions, rules and scaling goes to moto and is
 * answered by it; made up here, by what was asked before, are the counts and
 * roll-outs of DescribeServices, the stopped tasks of ListTasks and DescribeTasks,
 * and all of DescribeTargetHealth.
 */
export interface RunningTasks {
  url: string;
  /** `ecs DescribeServices`, in order. */
  calls: string[];
  /** By a part of the image's name; the others are well. */
  fates: Map<string, Fate>;
  /** Called, and waited for, before a call is passed on. */
  before: (call: string, body: string) => Promise<unknown> | undefined;
  /** What a service was last made or updated with. */
  asked: Map<string, Record<string, unknown>>;
  /** What the tasks of a target group were made from. */
  imageBehind(group: string): string | undefined;
  close(): Promise<void>;
}

const SERVICE: Record<string, string> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AnyScaleFrontendService: 'scaling',
};

export async function runTasksOn(moto: string): Promise<RunningTasks> {
  const services = new Map<string, Standing>();
  const images = new Map<string, string>();
  let count = 0;

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const [, prefix = '', operation = ''] = /^(\w+)\.(\w+)$/.exec(String(request.headers['x-amz-target'])) ?? [];
    const call = prefix
      ? `${SERVICE[prefix] ?? prefix} ${operation}`
      : `elb ${new URLSearchParams(body).get('Action')}`;
    tasks.calls.push(call);
    await tasks.before(call, body);
    const own = answerOf(call, body);
    if (own) {
      response.writeHead(200, { 'content-type': own.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.1' });
      response.end(own);
      return;
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(`${moto}${request.url}`, { method: 'POST', headers, body });
    const said = await answer.text();
    response.writeHead(answer.status, { 'content-type': String(answer.headers.get('content-type')) });
    response.end(answer.ok ? noted(call, body, said) : said);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));

  /** What moto cannot answer. */
  function answerOf(call: string, body: string): string | undefined {
    if (call === 'elb DescribeTargetHealth')
      return healthXml(targetsIn(new URLSearchParams(body).get('TargetGroupArn')));
    if (call === 'ecs ListTasks') {
      const { serviceName, desiredStatus } = JSON.parse(body);
      const standing = services.get(serviceName);
      const stopped = desiredStatus === 'STOPPED' ? (standing?.failed ?? 0) : 0;
      return JSON.stringify({ taskArns: Array.from({ length: stopped }, (_, n) => `${serviceName}/${n}`) });
    }
    if (call === 'ecs DescribeTasks') {
      const asked: string[] = JSON.parse(body).tasks;
      return JSON.stringify({ tasks: asked.map((arn) => stoppedTask(arn, services.get(arn.split('/')[0] ?? ''))) });
    }
    return undefined;
  }

  /** Takes note of what was done, and completes what moto says of it. */
  function noted(call: string, body: string, said: string): string {
    if (call === 'ecs RegisterTaskDefinition') {
      const { taskDefinition } = JSON.parse(said);
      images.set(taskDefinition.taskDefinitionArn, taskDefinition.containerDefinitions[0].image);
    }
    if (call === 'ecs CreateService' || call === 'ecs UpdateService') begin(JSON.parse(body));
    if (call === 'ecs DeleteService') services.delete(JSON.parse(body).service);
    if (call !== 'ecs DescribeServices') return said;
    const answer = JSON.parse(said);
    return JSON.stringify({ ...answer, services: answer.services.map(completed) });
  }

  function begin(asked: Record<string, never> & { serviceName?: string; service?: string }): void {
    const name = asked.serviceName ?? asked.service ?? '';
    tasks.asked.set(name, { ...tasks.asked.get(name), ...asked });
    const was = services.get(name);
    const definition = asked.taskDefinition ?? was?.definition ?? '';
    const isNew = !was || asked.forceNewDeployment || definition !== was.definition;
    const image = images.get(definition) ?? '';
    count += 1;
    services.set(name, {
      definition,
      desired: asked.desiredCount ?? was?.desired ?? 0,
      group: (asked.loadBalancers?.[0] as { targetGroupArn?: string } | undefined)?.targetGroupArn ?? was?.group ?? '',
      fate: [...tasks.fates].find(([part]) => image.includes(part))?.[1] ?? 'well',
      id: isNew ? `ecs-svc/${count}` : was.id,
      since: isNew ? Date.now() / 1000 - 1 : was.since,
      looks: isNew ? 0 : was.looks,
      failed: isNew ? 0 : was.failed,
    });
  }

  function completed(service: { serviceName: string; desiredCount: number }) {
    const standing = services.get(service.serviceName);
    if (!standing) return service;
    standing.looks += 1;
    const isFailing = ['no image', 'exits', 'says no', 'silent'].includes(standing.fate) && standing.desired > 0;
    if (isFailing) standing.failed = Math.min(3, standing.failed + 1);
    const running = runningOf(standing);
    const rolloutState = standing.failed >= 3 ? 'FAILED' : running === standing.desired ? 'COMPLETED' : 'IN_PROGRESS';
    const events =
      standing.fate === 'no addresses'
        ? [
            {
              id: '1',
              createdAt: Date.now() / 1000,
              message: `(service ${service.serviceName}) was unable to place a task. Reason: The subnet has insufficient free addresses: InsufficientFreeAddressesInSubnet.`,
            },
          ]
        : [];
    const primary = {
      id: standing.id,
      status: 'PRIMARY',
      taskDefinition: standing.definition,
      desiredCount: standing.desired,
      runningCount: running,
      pendingCount: standing.desired - running,
      failedTasks: standing.failed,
      rolloutState,
      rolloutStateReason: rolloutState === 'FAILED' ? 'ECS deployment circuit breaker: tasks failed to start.' : '',
      createdAt: standing.since,
      updatedAt: standing.since,
    };
    return {
      ...service,
      taskDefinition: standing.definition,
      desiredCount: standing.desired,
      runningCount: running,
      pendingCount: standing.desired - running,
      deployments: [primary],
      events,
    };
  }

  function targetsIn(group: string | null): [state: string, reason: string, words: string][] {
    const standing = [...services.values()].find((one) => one.group === group);
    if (!standing) return [];
    const state = stateOf(standing);
    return Array.from({ length: standing.fate === 'no image' ? 0 : standing.desired }, () => state);
  }

  const tasks: RunningTasks = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    fates: new Map(),
    before: () => undefined,
    asked: new Map(),
    imageBehind: (group) => images.get([...services.values()].find((one) => one.group === group)?.definition ?? ''),
    async close() {
      server.closeAllConnections();
      await new Promise((over) => server.close(over));
    },
  };
  return tasks;
}

/** A slow one needs one look to run, and another one to be found healthy. */
function runningOf({ fate, desired, looks }: Standing): number {
  if (fate === 'well' || fate === 'sick later') return desired;
  if (fate === 'slow') return looks < 2 ? Math.floor(desired / 2) : desired;
  return fate === 'says no' || fate === 'silent' ? desired : 0;
}

function stateOf({ fate, looks }: Standing): [string, string, string] {
  if (fate === 'says no')
    return ['unhealthy', 'Target.ResponseCodeMismatch', 'Health checks failed with these codes: [500]'];
  if (fate === 'silent') return ['unhealthy', 'Target.Timeout', 'Request timed out'];
  if (fate === 'slow' && looks < 3) return ['initial', 'Elb.RegistrationInProgress', 'Registration is in progress'];
  if (fate === 'sick later' && looks > 1) return ['unhealthy', 'Target.ResponseCodeMismatch', 'codes: [500]'];
  return ['healthy', '', ''];
}

const STOPPED: Partial<Record<Fate, object>> = {
  'no image': {
    stopCode: 'TaskFailedToStart',
    stoppedReason:
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/acme/shop: not found',
    containers: [{ name: 'app', lastStatus: 'STOPPED' }],
  },
  exits: {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'app', lastStatus: 'STOPPED', exitCode: 3 }],
  },
  'says no': failingHealth(),
  silent: failingHealth(),
};

function failingHealth(): object {
  return {
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: 'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:…)',
    containers: [{ name: 'app', lastStatus: 'STOPPED', exitCode: 143 }],
  };
}

const stoppedTask = (arn: string, standing: Standing | undefined) => ({
  taskArn: `arn:aws:ecs:eu-central-1:123456789012:task/cluster/${arn.replace('/', '-')}`,
  lastStatus: 'STOPPED',
  startedBy: standing?.id,
  ...(standing && STOPPED[standing.fate]),
});

const healthXml = (targets: [state: string, reason: string, words: string][]): string =>
  `<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetHealthResult><TargetHealthDescriptions>${targets
    .map(
      ([state, reason, words], index) =>
        `<member><Target><Id>10.0.0.${index + 1}</Id><Port>8080</Port></Target><TargetHealth><State>${state}</State>${
          reason ? `<Reason>${reason}</Reason><Description>${words}</Description>` : ''
        }</TargetHealth></member>`,
    )
    .join('')}</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`;
