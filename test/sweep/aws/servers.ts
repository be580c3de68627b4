import type { Version } from '../../../local/beanstalk/account.ts';
import { INSTALLED } from '../../../shared/targets/ec2/install-words.ts';
import { OLDER } from '../ranges.ts';
import { nameOfBundle, nameOfCode, nameOfImage, PILOT, type SiteName } from '../sites.ts';
import { firstRule } from '../viewer.ts';
import { type Alarms, type AlarmsPort, alarmsOf } from './alarms.ts';
import { type Alone, aloneOf, noneAlone } from './alone.ts';
import { loneActions } from './alone-instances.ts';
import { type Beanstalk, beanstalkOf, type Environments, noBeanstalk } from './beanstalk.ts';
import { type Builds, noBuilds } from './builds.ts';
import type { Service } from './call.ts';
import { type Around, type CloudFormation, cloudFormationOf } from './cloudformation.ts';
import { type BuildFate, type CodeBuild, codeBuildOf } from './codebuild.ts';
import { ec2Of, type Templates } from './ec2.ts';
import { type Ecr, ecrOf, type Repositories } from './ecr.ts';
import { ecsOf, type Services } from './ecs/ecs.ts';
import { type Ecs, noEcs } from './ecs/state.ts';
import type { Fate } from './ecs/tasks.ts';
import { listActions } from './edge/lists.ts';
import { type Published, type Publisher, publisherOf } from './edge/published.ts';
import { quotasOf } from './edge/quotas.ts';
import { ruleActions } from './edge/rules.ts';
import { type Edges, type EdgesPort, edgesOf, noEdges } from './edge/state.ts';
import { type Balancers, type LoadBalancers, loadBalancersOf, noBalancers } from './elb.ts';
import { type GitHostPort, gitHostOf, noRepository, type Repository } from './git-host.ts';
import { type GroupsPort, groupsOf } from './groups/groups.ts';
import { contentOf as installedBy, isFetchable, secondsToLive, versionIn } from './groups/release.ts';
import { type Groups, noGroups } from './groups/state.ts';
import { iamOf, type Roles } from './iam.ts';
import { type FunctionsPort, functionsOf } from './lambda/lambda.ts';
import { type Functions, noFunctions } from './lambda/state.ts';
import { logsOf } from './logs.ts';
import { type Databases, databasesOf, noDatabases, stackedDatabase } from './rds.ts';
import type { Buckets } from './s3.ts';
import { type Limits, type Scaling, scalingOf } from './scaling.ts';
import { secretsOf } from './secrets.ts';
import { ssmOf } from './ssm.ts';
import type { Stacks } from './stack.ts';
import { noVolumes, type Volumes, type VolumesPort, volumesOf } from './volumes.ts';

/** How often scaling looks. */
const SCALED_MS = 60_000;

/** What lasts of all that servers are made of. Plain data. */
export interface Kept {
  stacks: Stacks;
  ecs: Ecs;
  groups: Groups;
  templates: Templates;
  balancers: Balancers;
  limits: Limits;
  functions: Functions;
  roles: Roles;
  alarms: Alarms;
  beanstalk: Beanstalk;
  databases: Databases;
  alone: Alone;
  volumes: Volumes;
  edges: Edges;
  published: Published;
  builds: Builds;
  images: Repositories;
  repository: Repository;
}

export const NOTHING_KEPT: Kept = {
  stacks: new Map(),
  ecs: noEcs(),
  groups: noGroups(),
  templates: {},
  balancers: noBalancers(),
  limits: {},
  functions: noFunctions(),
  roles: {},
  alarms: {},
  beanstalk: noBeanstalk(),
  databases: noDatabases(),
  alone: noneAlone(),
  volumes: noVolumes(),
  edges: noEdges(),
  published: [{ at: 0, list: OLDER }],
  builds: noBuilds(),
  images: {},
  repository: noRepository(),
};

type Bundled = Pick<Version, 'bundle'>;

/** The services that servers' and functions' pilots are made of, and how they hang together. */
export interface Servers {
  stacks: CloudFormation;
  ecs: Services;
  groups: GroupsPort;
  balancers: LoadBalancers;
  scaling: Scaling;
  functions: FunctionsPort;
  alarms: AlarmsPort;
  beanstalk: Environments;
  volumes: VolumesPort;
  edges: EdgesPort;
  publisher: Publisher;
  codebuild: CodeBuild;
  ecr: Ecr;
  gitHost: GitHostPort;
  /** The content that an application version's bundle is. */
  contentOf: (version: Bundled) => SiteName | undefined;
  /** All ports, as the network knows them. */
  all: Service[];
  /** What becomes of tasks, or of calls, of a content; they are well where nothing is said. */
  fates: Map<SiteName, Fate>;
  /** What becomes of builds of a content's code; they go well where nothing is said. */
  builds: Map<SiteName, BuildFate>;
  /** With which code commands end that are run by themselves; 0 where nothing is said. */
  exits: Map<string, number>;
  /** From now on visitors need so many tasks in all, and scaling follows. */
  visitedBy(tasks: number): void;
  /** From now on no task and no instance of a content answers any more. */
  sicken(name: SiteName): void;
  /** What was made sick. */
  sick: Set<SiteName>;
  /** What all of them hold at this moment. */
  now: Kept;
}

export function serversFrom(
  around: Around,
  buckets: Buckets,
  invokeLater: (name: string, payload: object) => void,
  from: Kept,
): Servers {
  const {
    stacks: made,
    ecs: known,
    groups: knownGroups,
    templates,
    balancers: rules,
    limits,
    functions: fns,
    roles,
    alarms: bells,
    beanstalk: pairs,
    databases,
    alone: lone,
    volumes: mounted,
    edges: doors,
    published,
    builds: built,
    images,
    repository,
  } = structuredClone(from);
  const stacks = cloudFormationOf(around, made);
  const ecs = ecsOf(around, known);
  const groups = groupsOf(around, knownGroups);
  const alone = aloneOf(around, lone);
  const edges = edgesOf(around, doors);
  const publisher = publisherOf(around.clock, published);
  const ec2 = ec2Of(around, templates, {
    ...loneActions(alone),
    ...ruleActions(edges),
    ...listActions(around, edges),
  });
  const balancers = loadBalancersOf(rules);
  const scaling = scalingOf(limits);
  const functions = functionsOf(around, buckets, invokeLater, fns);
  const iam = iamOf(around.clock.now, roles);
  const alarms = alarmsOf(around, bells);
  const beanstalk = beanstalkOf(around, pairs);
  const volumes = volumesOf(around, mounted);
  const codebuild = codeBuildOf(around, buckets, built);
  const ecr = ecrOf(around.clock.now, images);
  const gitHost = gitHostOf(around.clock.now, repository);
  const contentOf = ({ bundle }: Bundled) => nameOfBundle(buckets.newest(`${bundle.bucket}/${bundle.key}`)?.body);
  const fates: Servers['fates'] = new Map();
  const exits: Servers['exits'] = new Map();
  const builds: Servers['builds'] = new Map();
  const fateOf = (name: SiteName | undefined) => (name && fates.get(name)) ?? 'well';

  stacks.whenMade = (outputs, made, parameters) => {
    const { Cluster, Listener, BlueTargets, GreenTargets, LaunchTemplate, LiveHost, DatabaseId } = outputs;
    const { Resources } = made;
    const { DatabaseProtection } = parameters;
    edges.stacked(PILOT, outputs, made, parameters);
    const from = Resources.Database?.Properties?.DBSnapshotIdentifier as string | undefined;
    if (DatabaseId) stackedDatabase(databases, DatabaseId, from, DatabaseProtection === 'true', around.clock.now());
    for (const { Properties } of Object.values(Resources))
      if (Properties?.AlarmName) bells[String(Properties.AlarmName)] ??= { state: 'OK', since: around.clock.now() };
    if (LaunchTemplate) templates[LaunchTemplate] ??= { last: 1, versions: [] };
    if (LiveHost) pairs.host = LiveHost;
    if (Cluster && !known.clusters.includes(Cluster)) known.clusters.push(Cluster);
    if (Listener && !rules.listeners.includes(Listener)) rules.listeners.push(Listener);
    for (const group of [BlueTargets, GreenTargets])
      if (group && !rules.groups.includes(group)) rules.groups.push(group);
  };
  stacks.whatKeeps = ({ Cluster }) =>
    known.services.some(({ cluster }) => cluster === Cluster) ? 'the cluster has services' : undefined;
  stacks.whenGone = ({ Cluster, Listener, BlueTargets, GreenTargets }) => {
    const gone = [Cluster, Listener, BlueTargets, GreenTargets];
    known.clusters = known.clusters.filter((one) => !gone.includes(one));
    rules.listeners = rules.listeners.filter((one) => !gone.includes(one));
    rules.groups = rules.groups.filter((one) => !gone.includes(one));
    rules.rules = rules.rules.filter(({ listener }) => !gone.includes(listener));
  };
  stacks.isKnown = iam.isKnown;
  codebuild.isKnown = iam.isKnown;
  codebuild.pushImage = ecr.push;
  codebuild.fateOf = (name) => builds.get(name) ?? 'well';
  ecs.fateOf = (image) => fateOf(nameOfImage(image));
  groups.ofEnvironments = beanstalk.groups;
  groups.isVersion = (template, number) => versionIn(templates, template, number) !== undefined;
  ecs.exitOf = ({ command }) => exits.get(command.join(' ')) ?? 0;
  functions.exitOf = ecs.exitOf;
  alone.exitOf = ecs.exitOf;
  alone.isInstallable = (template, number) => groups.fateOf(template, number) !== 'exits';
  alone.livesFor = (template, number) => secondsToLive(versionIn(templates, template, number));
  groups.fateOf = (template, number) => {
    const version = versionIn(templates, template, number);
    return version && isFetchable(version, buckets) ? fateOf(installedBy(version)) : 'exits';
  };
  balancers.healthIn = (group) =>
    [
      ...known.services.filter((one) => one.group === group).flatMap(({ tasks }) => tasks),
      ...knownGroups.all.filter(({ targets }) => targets === group).flatMap(({ instances }) => instances),
    ]
      .map(({ health }) => health)
      .filter((health) => health !== 'none');
  beanstalk.bundleOf = ({ bundle }) => buckets.newest(`${bundle.bucket}/${bundle.key}`)?.body;
  beanstalk.exitOf = ecs.exitOf;
  beanstalk.isWell = (version) => fateOf(contentOf(version)) === 'well';
  functions.writeSettings = volumes.write;
  functions.answerOf = (code) => (fateOf(nameOfCode(code)) === 'well' ? 200 : 500);

  const shareOf = (group: string) => {
    const [listener = ''] = rules.listeners;
    return (firstRule(rules, listener)?.weights[group] ?? 0) / 100;
  };
  /** Follows the load: up at once, and down when that lasts. A scaling of AWS takes longer for it, which only helps. */
  function follow(tasks: number, before: Record<string, number>): void {
    const wanted: typeof before = {};
    for (const service of known.services) {
      const limit = limits[`service/${service.cluster}/${service.name}`];
      if (!limit) continue;
      const needed = Math.ceil(tasks * shareOf(service.group));
      const now = Math.min(limit.max, Math.max(limit.min, needed));
      wanted[service.name] = now;
      const lasting = Math.max(now, before[service.name] ?? service.desired);
      if (service.desired < now) ecs.scale(service, now);
      else if (service.desired > lasting) ecs.scale(service, lasting);
    }
    around.clock.after(SCALED_MS, () => follow(tasks, wanted));
  }

  const sick: Servers['sick'] = new Set();
  function sicken(name: SiteName): void {
    sick.add(name);
    fates.set(name, 'says no');
    const isIts = (definition: string) =>
      nameOfImage(known.definitions.find(({ arn }) => arn === definition)?.image ?? '') === name;
    for (const { tasks } of known.services)
      for (const task of tasks) if (task.health === 'healthy' && isIts(task.definition)) task.health = 'unhealthy';
    ecs.watch();
    groups.sicken((template, version) => installedBy(versionIn(templates, template, version)) === name);
    beanstalk.sicken((version) => contentOf(version) === name);
  }

  return {
    visitedBy: (tasks) => follow(tasks, {}),
    sick,
    sicken,
    stacks,
    ecs,
    groups,
    balancers,
    scaling,
    functions,
    alarms,
    beanstalk,
    volumes,
    edges,
    publisher,
    codebuild,
    ecr,
    gitHost,
    contentOf,
    all: [
      stacks,
      ecs,
      balancers,
      scaling,
      functions,
      iam,
      alarms,
      logsOf((stream) => installedIn(lone, stream), pairs.led),
      groups,
      ec2,
      ssmOf(alone),
      beanstalk,
      databasesOf(around, databases),
      volumes,
      quotasOf(doors),
      publisher,
      codebuild,
      ecr,
      gitHost,
      secretsOf(),
    ],
    fates,
    exits,
    builds,
    now: {
      stacks: made,
      ecs: known,
      groups: knownGroups,
      templates,
      balancers: rules,
      limits,
      functions: fns,
      roles,
      alarms: bells,
      beanstalk: pairs,
      databases,
      alone: lone,
      volumes: mounted,
      edges: doors,
      published,
      builds: built,
      images,
      repository,
    },
  };
}

/** The last line of an instance's installation. */
function installedIn({ instances }: Alone, stream: string): string | undefined {
  const { installed } = instances.find(({ id }) => stream.endsWith(`/install/${id}`)) ?? {};
  if (installed === undefined) return undefined;
  return installed === 'well' ? INSTALLED : 'pilotage: FAILED ARTIFACT_NOT_READ: the artifact could not be fetched';
}
