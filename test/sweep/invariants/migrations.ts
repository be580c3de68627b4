import type { Run } from '../aws/ecs/state.ts';
import type { Evidence } from '../evidence.ts';
import type { Invariant } from './invariant.ts';

/** All commands that really ran, or were about to: in tasks, by calls, on instances, and as leader commands. */
export const runsIn = ({ servers: { now } }: Evidence['world']): Run[] => [
  ...now.ecs.runs,
  ...now.functions.runs,
  ...now.alone.commands,
  ...now.beanstalk.led,
];

/** What is true of the commands that change a database, judged by what really ran. */
export const MIGRATIONS: Invariant[] = [
  {
    name: 'a release’s migration is started at most once in a database, unless it was taken back since',
    broken: ({ world }) => {
      const runs = runsIn(world);
      const { replacedAt } = world.servers.now.databases;
      return [...new Set(runs.map(releaseOf))].flatMap((release) => repeated(release, runs, replacedAt));
    },
  },
  {
    name: 'a version of the schema is taken back once, and not while a release has traffic that brought it or found it there',
    broken: (evidence) => {
      const runs = runsIn(evidence.world);
      return [...new Set(runs.map(versionOf))].flatMap((version) => [
        ...takenTwice(version, runs),
        ...takenFrom(version, runs, evidence),
      ]);
    },
  },
  {
    name: 'no migration starts without a complete snapshot, where there is something to lose',
    broken: ({ world }) => {
      if (world.blue.live === undefined) return [];
      const { databases } = world.servers.now;
      const complete = (at: number) =>
        databases.snapshots.some(({ completeAt = at, at: asked }) => asked >= world.start && completeAt < at);
      return runsIn(world)
        .filter((run) => isUp(run) && run.at >= world.start && !complete(run.at))
        .map((run) => `${releaseOf(run)} was migrated without one`);
    },
  },
  {
    name: 'no release gets traffic before its migration is done, and none has any while that is taken back',
    broken: (evidence) => [...tooEarly(evidence), ...takenAway(evidence)],
  },
  {
    name: 'no instance is ended while its command runs in time',
    broken: ({ world }) =>
      [
        ...world.servers.now.alone.commands,
        ...world.servers.now.beanstalk.led.map((run) => ({ ...run, instance: run.arn })),
      ].flatMap(({ instance, cutOff }) => (cutOff ? [`${instance} was ended`] : [])),
  },
];

const isUp = ({ command }: Run): boolean => command.at(1) === 'upgrade';
const versionOf = ({ command }: Run): string => command.at(2) ?? 'unknown';
const releaseOf = ({ definition }: Run): string => /--(\w{20}):\d+$/.exec(definition)?.[1] ?? 'unknown';

/** @param replacedAt when a snapshot took the place of the database: what ran before is not known to be in it. */
function repeated(release: string, runs: readonly Run[], replacedAt: readonly number[]): string[] {
  const versions = runs.filter((run) => releaseOf(run) === release).map(versionOf);
  const about = inOrder(
    runs.filter((run) => (isUp(run) ? releaseOf(run) === release : versions.includes(versionOf(run)))),
  );
  let isMigrated = false;
  return about.flatMap((run, index) => {
    const last = about[index - 1]?.at ?? run.at;
    if (replacedAt.some((at) => last < at && at <= run.at)) isMigrated = false;
    const before = isMigrated;
    if (isUp(run)) isMigrated = true;
    else if (run.exitCode === 0) isMigrated = false;
    if (isUp(run)) return before ? [`${release} was migrated again`] : [];
    return before || releaseOf(run) !== release ? [] : [`${release} was taken back, and was not migrated`];
  });
}

const inOrder = (runs: readonly Run[]): Run[] => [...runs].sort((a, b) => a.at - b.at);

function takenTwice(version: string, runs: readonly Run[]): string[] {
  let isThere = false;
  return inOrder(runs.filter((run) => versionOf(run) === version)).flatMap((run) => {
    const before = isThere;
    isThere = isUp(run);
    return isUp(run) || before ? [] : [`${version} was taken back, and was not there`];
  });
}

function takenFrom(version: string, runs: readonly Run[], { world, seenAt }: Evidence): string[] {
  const alike = runs.filter((run) => versionOf(run) === version);
  const releases = [...new Set(alike.map(releaseOf))];
  return alike
    .filter((run) => !isUp(run) && run.at >= world.start)
    .flatMap((run) => {
      const until = run.stoppedAt ?? run.at;
      const seen = [
        seenAt(run.at),
        ...world.pointers.filter(({ at }) => at > run.at && at <= until).map((one) => one.seen),
      ];
      return releases
        .filter((release) => seen.some(({ shares }) => (shares[release] ?? 0) > 0))
        .map((release) => `${release} had traffic while ${version} was taken back`);
    });
}

/** Of releases that have a migration at all. */
function tooEarly({ world }: Evidence): string[] {
  const runs = runsIn(world);
  return world.pointers.flatMap(({ at, seen }) =>
    Object.keys(seen.shares).flatMap((release) => {
      const ups = runs.filter((run) => isUp(run) && releaseOf(run) === release);
      const isDone = ups.some(({ stoppedAt, exitCode }) => exitCode === 0 && (stoppedAt ?? at) < at);
      return ups.length === 0 || isDone ? [] : [`${release} got traffic before its migration was done`];
    }),
  );
}

function takenAway({ world, seenAt }: Evidence): string[] {
  return runsIn(world)
    .filter((run) => !isUp(run) && run.at >= world.start && (seenAt(run.at).shares[releaseOf(run)] ?? 0) > 0)
    .map((run) => `${releaseOf(run)} had traffic while its migration was taken back`);
}
