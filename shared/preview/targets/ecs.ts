import type { PriceId } from '../../cost/catalogue.ts';
import { HOURS } from '../../cost/cost.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { counted } from '../../notify/quantities.ts';
import { type Capacity, capacityOf, rangeOf } from '../capacity.ts';
import { type Component, nameIn, type Resource, type Site } from '../model.ts';
import { givenSettings, linksOf, requestsFrom, sentence } from '../parts/links.ts';
import { monthly, type PerHour, runningUses } from '../uses.ts';
import { type Hosts, hostResources, hostsFor, hostUses } from './ecs-hosts.ts';
import { SMALLEST, type Task, taskFor, taskInWords, taskOf } from './ecs-task.ts';
import { doorOfServer } from './server.ts';
import type { TargetPlan } from './target.ts';

type EcsSite = Site<ResolvedFor<'ecs'>>;
type Part = NonNullable<EcsSite['manifest']['components']>[string];

/** Hours a month that a scheduled component runs: ten minutes a day, a guess. */
const SCHEDULED_HOURS = 5;

const ENDPOINTS = ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'ssm', 'ssmmessages'];
/** What the agent on an instance calls besides: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html */
const HOST_ENDPOINTS = [...ENDPOINTS, 'ecs', 'ecs-agent', 'ecs-telemetry'];

/** Two services on ECS, blue and green, behind one load balancer. */
export function ecsPlan(site: EcsSite): TargetPlan {
  const { manifest } = site;
  const task = taskFor(site);
  const capacity = tasksIn(site, task);
  const hosts = hostsIn(site);
  const door = doorOfServer(manifest, hosts ? HOST_ENDPOINTS : ENDPOINTS);
  return {
    capacity,
    door,
    components: [
      {
        name: 'service',
        function: 'Answers requests, in containers',
        fits: sentence([requestsFrom(door), linksOf(manifest)]),
        resources: [
          { type: 'AWS::ECS::Cluster', name: nameIn(site, 'cluster'), settings: { 'runs on': runsOn(manifest) } },
          ...(['blue', 'green'] as const).map((colour) => serviceIn(site, task, capacity, colour)),
          ...(hosts ? hostResources(site, hosts) : []),
        ],
        uses: hosts ? hostUses(site, hosts) : runningUses(capacity, site.load, fargate(site, task)),
      },
      ...Object.entries(manifest.components ?? {}).map(([name, part]) => componentOf(site, name, part)),
    ],
    rollout: {
      prepare: 'Start the idle colour’s tasks from the new image and wait until the load balancer finds them well',
      migrate: 'as a task that is started for it alone',
      pointer: 'the weights of the load balancer’s rule',
      retire: 'The old colour’s tasks stop once nothing is connected to them',
      back: 'the old colour’s tasks until they are retired, then its task definition, which starts them again',
    },
  };
}

const tasksIn = ({ manifest, load }: EcsSite, task: Task): Capacity =>
  capacityOf(manifest, load, 'task', { size: taskInWords(task), vcpus: task.cpu / 1024 });

/** The instances of its own; undefined where Fargate runs the tasks. */
export function hostsIn(site: EcsSite): Hosts | undefined {
  const task = taskFor(site);
  return site.manifest.ecs.launch === 'ec2' ? hostsFor(site, task, tasksIn(site, task)) : undefined;
}

const runsOn = ({ ecs, capacity: { spot, base } }: EcsSite['manifest']): string => {
  const who = ecs.launch === 'fargate' ? 'Fargate' : 'instances of its own';
  return spot > 0 ? `${who}: ${base} on demand, ${spot} % of the rest on spot` : `${who}, on demand`;
};

function serviceIn(site: EcsSite, task: Task, { min, max }: Capacity, colour: string): Resource {
  const { ecs, scaling, source } = site.manifest;
  return {
    type: 'AWS::ECS::Service',
    name: nameIn(site, 'service', colour),
    settings: {
      image: source.image ?? 'built from the repository',
      task: taskInWords(task),
      tasks: `${rangeOf(min, max)}, aiming at ${scaling.cpu} % CPU`,
      port: String(ecs.port),
      processor: ecs.architecture,
      ...(ecs.command && { command: ecs.command.join(' ') }),
      ...(ecs.mount && { volume: ecs.mount }),
      'runs as': `user ${ecs.user}${ecs.readOnly ? ', read-only' : ''}`,
      ...givenSettings(site.manifest),
    },
  };
}

function fargate({ manifest }: EcsSite, { cpu, memory }: Task): PerHour[] {
  const kind = manifest.ecs.architecture === 'x86' ? '.x86' : '';
  const per = (unit: 'vcpu-hour' | 'gb-hour', each: number, about: string): PerHour => ({
    about,
    price: `fargate${kind}.${unit}` as PriceId,
    each,
    spot: { price: `fargate-spot${kind}.${unit}` as PriceId, each },
  });
  return [per('vcpu-hour', cpu / 1024, 'processors'), per('gb-hour', memory / 1024, 'memory')];
}

/** A worker that runs always, or a task that runs at its times and ends; on Fargate in any case. */
function componentOf(site: EcsSite, name: string, part: Part): Component {
  const task = taskOf(part.cpu ?? SMALLEST, part.memory);
  const count = part.count ?? 1;
  const hours = part.schedule ? SCHEDULED_HOURS : HOURS;
  return {
    name,
    function: part.about,
    fits: part.schedule
      ? `starts by ${part.schedule} from the release’s image, and ends`
      : 'runs beside the service, from the same image',
    resources: [
      {
        type: part.schedule ? 'AWS::Scheduler::Schedule' : 'AWS::ECS::Service',
        name: nameIn(site, part.schedule ? 'schedule' : 'service', 'part', name),
        settings: {
          command: part.command?.join(' ') ?? '',
          task: taskInWords(task),
          tasks: String(count),
          ...(part.schedule && { when: part.schedule }),
        },
      },
    ],
    uses: fargate(site, task).map(({ price, each, about }) =>
      monthly(
        price,
        each * count * hours,
        `${about}: ${part.schedule ? `taken as ${counted(hours, 'hour')} a month` : 'all month'}`,
      ),
    ),
  };
}
