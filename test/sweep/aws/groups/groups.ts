import { ACCOUNT, REGION } from '../../names.ts';
import type { Worker } from '../../worker.ts';
import type { Service } from '../call.ts';
import type { Around } from '../cloudformation.ts';
import type { Fate } from '../ecs/tasks.ts';
import { type Action, membersOf, queryService, Refusal, type Shape } from '../query.ts';
import { keeperOf } from './instances.ts';
import { activityShape, groupShape } from './shapes.ts';
import { type Group, type Groups, noGroups } from './state.ts';

export interface GroupsPort extends Service {
  now: Groups;
  /** What becomes of instances of a version of a launch template. */
  fateOf: (template: string, version: string) => Fate;
  /** Whether there is such a version. */
  isVersion: (template: string, version: string) => boolean;
  /** Lets the load balancer find those ill that run such a version and are well. */
  sicken: (isIts: (template: string, version: string) => boolean) => void;
  /** Called after each change of an instance. */
  watch: () => void;
  /** Called before a group is to have fewer instances, or others. */
  watchRemoval: (group: Group, by: Worker) => void;
  /** The groups of environments, which Elastic Beanstalk keeps. */
  ofEnvironments: { find(ids: string[], stale: boolean): Shape[]; size(name: string, desired: number): boolean };
}

/** Milliseconds that a read may be behind the last write. */
const BEHIND_MS = 5_000;

/** What a group is made or changed with: some is understood, and the rest makes no difference here. */
const KNOWN =
  /^(?:Action|Version|AutoScalingGroupName|MinSize|MaxSize|DesiredCapacity|MixedInstancesPolicy|TargetGroupARNs|LifecycleHookSpecificationList|Tags|VPCZoneIdentifier|HealthCheckType|HealthCheckGracePeriod|TerminationPolicies|CapacityRebalance)(?:\.|$)/;
const TEMPLATE = 'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification';
const ON_DEMAND = 'MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity';

type Wanted = Pick<Group, 'template' | 'version' | 'onDemand' | 'min' | 'desired' | 'max'>;
const NOTHING: Wanted = { template: '', version: '', onDemand: '100', min: 0, desired: 0, max: 0 };

const invalid = (message: string) => new Refusal('ValidationError', message);
const nameIn = (input: URLSearchParams) => input.get('AutoScalingGroupName') ?? '';

function groupIn({ all }: Groups, name: string): Group {
  const found = all.find((one) => one.name === name);
  if (!found) throw invalid(`AutoScalingGroup name not found - AutoScalingGroup: ${name} not found`);
  return found;
}

/**
 * EC2 Auto Scaling: groups from a launch template, behind a target group, with a hook that new instances wait for.
 * It does not promise that a read sees the last change.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
export function groupsOf(around: Around, now: Groups = noGroups()): GroupsPort {
  const { clock } = around;
  const keeper = keeperOf(
    around,
    now,
    (template, version) => port.fateOf(template, version),
    () => port.watch(),
  );
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;

  /** What a request makes of a group. Without a wanted size of its own, the size follows the limits. */
  function wantedOf(input: URLSearchParams, group: Wanted): Wanted {
    for (const key of input.keys()) if (!KNOWN.test(key)) throw new Error(`a group's ${key} is not known here`);
    const template = input.get(`${TEMPLATE}.LaunchTemplateId`) ?? group.template;
    const version = input.get(`${TEMPLATE}.Version`) ?? group.version;
    if (!port.isVersion(template, version)) throw invalid(`there is no version ${version} of ${template}`);
    const [min, max] = [Number(input.get('MinSize') ?? group.min), Number(input.get('MaxSize') ?? group.max)];
    if (min > max) throw invalid('Max bound must be greater than or equal to min bound');
    const desired = Number(input.get('DesiredCapacity') ?? Math.min(max, Math.max(min, group.desired)));
    if (desired < min || desired > max) throw invalid(`Desired capacity:${desired} must be between ${min} and ${max}`);
    return { template, version, onDemand: input.get(ON_DEMAND) ?? group.onDemand, min, desired, max };
  }

  function create(input: URLSearchParams): Shape {
    const name = nameIn(input);
    if (now.all.some((one) => one.name === name))
      throw new Refusal('AlreadyExists', `AutoScalingGroup by this name already exists - ${name}`);
    const [hook] = membersOf(input, 'LifecycleHookSpecificationList');
    if (!hook?.LifecycleHookName) throw new Error('a group without a hook is not known here');
    now.count += 1;
    const group: Group = {
      name,
      arn: `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:${now.count}:autoScalingGroupName/${name}`,
      createdAt: clock.now(),
      targets: membersOf(input, 'TargetGroupARNs')[0]?.[''] ?? '',
      hook: hook.LifecycleHookName,
      tags: Object.fromEntries(membersOf(input, 'Tags').map(({ Key = '', Value = '' }) => [Key, Value])),
      policies: [],
      times: [],
      instances: [],
      activities: [],
      ...wantedOf(input, NOTHING),
    };
    now.all.push(group);
    keeper.see(group);
    return {};
  }

  function update(input: URLSearchParams, by: Worker): Shape {
    const group = groupIn(now, nameIn(input));
    const wanted = wantedOf(input, group);
    const isOther = wanted.version !== group.version && group.desired > 0;
    if (wanted.desired < group.desired || isOther) port.watchRemoval(group, by);
    Object.assign(group, wanted);
    keeper.see(group);
    port.watch();
    return {};
  }

  /** Sets, or takes away, a name among those of what scales a group. */
  const naming = (list: 'policies' | 'times', key: string, isThere: boolean): Action => ({
    writes: true,
    about: (input) => `${nameIn(input)} ${input.get(key)}`,
    act(input) {
      const group = groupIn(now, nameIn(input));
      const name = input.get(key) ?? '';
      if (!isThere && !group[list].includes(name)) throw invalid(`${key} ${name} not found`);
      group[list] = [...group[list].filter((one) => one !== name), ...(isThere ? [name] : [])];
      return {};
    },
  });
  const names = (list: 'policies' | 'times', answer: string, key: string): Action => ({
    mayBeStale: true,
    about: nameIn,
    act: (input, _, stale) => ({
      [answer]: groupIn(seenBy(stale), nameIn(input))[list].map((name) => ({ [key]: name })),
    }),
  });

  const seenBy = (stale: boolean) => (stale && clock.now() - changedAt < BEHIND_MS ? before : now);
  const actions: Record<string, Action> = {
    DescribeAutoScalingGroups: {
      mayBeStale: true,
      about: (input) => namesIn(input).join(', '),
      act: (input, _, stale) => {
        const ids = idsIn(input);
        if (ids.length > 0) return { AutoScalingGroups: port.ofEnvironments.find(ids, stale) };
        const found = seenBy(stale).all.filter(({ name }) => namesIn(input).includes(name));
        return { AutoScalingGroups: found.map(groupShape) };
      },
    },
    SetDesiredCapacity: {
      writes: true,
      about: (input) => `${nameIn(input)} desired ${input.get('DesiredCapacity')}`,
      act(input) {
        const [name, desired] = [nameIn(input), Number(input.get('DesiredCapacity'))];
        if (!port.ofEnvironments.size(name, desired)) throw invalid(`AutoScalingGroup ${name} cannot have ${desired}`);
        return {};
      },
    },
    DescribeScalingActivities: {
      mayBeStale: true,
      about: nameIn,
      act: (input, _, stale) => ({ Activities: groupIn(seenBy(stale), nameIn(input)).activities.map(activityShape) }),
    },
    DescribePolicies: names('policies', 'ScalingPolicies', 'PolicyName'),
    DescribeScheduledActions: names('times', 'ScheduledUpdateGroupActions', 'ScheduledActionName'),
    CreateAutoScalingGroup: { writes: true, about, act: create },
    UpdateAutoScalingGroup: { writes: true, about, act: update },
    PutLifecycleHook: {
      writes: true,
      about: nameIn,
      act(input) {
        groupIn(now, nameIn(input)).hook = input.get('LifecycleHookName') ?? '';
        return {};
      },
    },
    CreateOrUpdateTags: {
      writes: true,
      about: (input) => membersOf(input, 'Tags').map(({ ResourceId, Key }) => `${ResourceId} ${Key}`)[0] ?? '',
      act(input) {
        for (const { ResourceId = '', Key = '', Value = '' } of membersOf(input, 'Tags'))
          groupIn(now, ResourceId).tags[Key] = Value;
        return {};
      },
    },
    PutScalingPolicy: naming('policies', 'PolicyName', true),
    DeletePolicy: naming('policies', 'PolicyName', false),
    PutScheduledUpdateGroupAction: naming('times', 'ScheduledActionName', true),
    DeleteScheduledAction: naming('times', 'ScheduledActionName', false),
  };
  for (const action of Object.values(actions)) if (action.writes) noting(action);

  /** Keeps what was before a change, for reads that are behind. */
  function noting(action: Action): void {
    const { act } = action;
    action.act = (input, by, stale) => {
      before = structuredClone(now);
      changedAt = clock.now();
      return act(input, by, stale);
    };
  }

  const port: GroupsPort = {
    ...queryService('autoscaling', 'autoscaling', actions),
    now,
    fateOf: () => 'well',
    isVersion: () => true,
    sicken(isIts) {
      for (const group of now.all)
        for (const one of group.instances)
          if (one.health === 'healthy' && isIts(group.template, one.version)) keeper.sicken(group, one);
      port.watch();
    },
    watch: () => undefined,
    watchRemoval: () => undefined,
    ofEnvironments: { find: () => [], size: () => false },
  };
  return port;
}

const namesIn = (input: URLSearchParams) => membersOf(input, 'AutoScalingGroupNames').map((one) => one[''] ?? '');

/** Which environments’ groups are looked for. */
function idsIn(input: URLSearchParams): string[] {
  const [filter = {}] = membersOf(input, 'Filters');
  if (filter.Name !== undefined && filter.Name !== 'tag:elasticbeanstalk:environment-id')
    throw new Error(`groups by ${filter.Name} are not known here`);
  return Object.entries(filter).flatMap(([field, value]) => (field.startsWith('Values.') ? [value] : []));
}

function about(input: URLSearchParams): string {
  const [version, min, desired] = [`${TEMPLATE}.Version`, 'MinSize', 'DesiredCapacity'].map((key) => input.get(key));
  const said = [version && `version ${version}`, min && `min ${min}`, desired && `desired ${desired}`];
  return [nameIn(input), ...said.filter(Boolean)].join(' ');
}
