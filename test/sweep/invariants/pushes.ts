import type { Build } from '../aws/builds.ts';
import { REGISTRY } from '../aws/ecr.ts';
import type { Case, Evidence } from '../evidence.ts';
import { hasSucceeded } from '../evidence.ts';
import type { Invariant } from './invariant.ts';

const STATES: Record<string, string> = {
  DeploymentSucceeded: 'success',
  DeploymentFailed: 'failure',
  Rejected: 'error',
  Superseded: 'error',
};

/** What is true of pushes, and of what is built of them. */
export const PUSHES: Invariant[] = [
  {
    name: 'each push that was accepted comes to a deployment, or is told not to',
    broken: ({ stage, cases, world }) =>
      stage.accepted.flatMap(({ push }) => {
        const told = world.bus.events.filter(
          (event) => event['detail-type'] === 'PushRead' && event.detail.push === push,
        );
        if (told.length === 0) return [`nothing was told of ${push}`];
        return told
          .flatMap(({ detail }) => (detail.outcome as { deployments?: string[] }).deployments ?? [])
          .filter((id) => !cases.some((one) => one.id === id && one.execution))
          .map((id) => `${push} was told to be ${id}, which never ran`);
      }),
  },
  {
    name: 'what was pushed last is deployed, whether its webhook came or not',
    broken: ({ stage, cases }) => {
      const last = stage.triggers.findLast(({ commit }) => commit !== undefined);
      return last && !cases.some((one) => one.trigger === last && one.execution) ? [`${last.commit} is not`] : [];
    },
  },
  {
    name: 'a push is recorded once, and nothing waits to be read in the end',
    broken: ({ stage, world }) => {
      const waiting = [...(world.table.rows.get('PENDING_PUSHES')?.keys() ?? [])].map((id) => `${id} waits`);
      const twice = stage.accepted.filter((one, index) =>
        stage.accepted.some((other, at) => at < index && other.commit === one.commit && other.push !== one.push),
      );
      return [...waiting, ...twice.map(({ push }) => `${push} is of a commit that was recorded before`)];
    },
  },
  {
    name: 'no push gives way to an older one',
    broken: ({ cases }) =>
      cases.flatMap(({ id, trigger, order, ends }) =>
        ends.flatMap(({ detail }) => {
          const other = cases.find((one) => one.id === detail.by);
          const isOlder = trigger?.commit && other?.trigger?.commit && other.order < order;
          return isOlder ? [`${id} gave way to ${other.id}`] : [];
        }),
      ),
  },
  {
    name: 'what is built is paid for once, unless it was given up',
    broken: (evidence) => {
      const { all } = evidence.world.servers.now.builds;
      return all.flatMap((build, index) => paidAgain(build, all.slice(0, index), evidence));
    },
  },
  {
    name: 'what goes live of a push is what was built of its commit, byte by byte',
    broken: ({ cases, world }) =>
      cases.filter(hasSucceeded).flatMap((one) => misbuilt(one, world.servers.now.builds.all)),
  },
  {
    name: 'the image of a release that is there is never removed',
    broken: ({ world }) => {
      const { ecs, images } = world.servers.now;
      return ecs.definitions
        .filter(({ status, image }) => status === 'ACTIVE' && image.startsWith(`${REGISTRY}/`))
        .filter(({ image }) => {
          const [repository = '', digest] = image.slice(REGISTRY.length + 1).split('@');
          return !images[repository]?.some((one) => one.digest === digest);
        })
        .map(({ arn, image }) => `${arn} has ${image}, which is gone`);
    },
  },
  {
    name: 'no build goes on for a deployment that has ended',
    broken: (evidence) => evidence.world.servers.now.builds.all.flatMap((build) => wentOn(build, evidence)),
  },
  {
    name: 'a commit shows in the end how its deployment ended',
    broken: (evidence) => evidence.cases.flatMap((one) => shownWrong(one, evidence)),
  },
];

/** The marker tells what is built, and which attempt at it. */
function paidAgain({ id, marker, startedAt }: Build, before: Build[], { cases }: Evidence): string[] {
  const [key] = marker.split('#');
  return before
    .filter((other) => {
      if (other.marker === marker) return true;
      if (other.marker.split('#')[0] !== key || other.status !== 'SUCCEEDED') return false;
      const owner = cases.find((one) => one.id === other.by);
      return !owner?.ends.some(({ at }) => at <= startedAt);
    })
    .map((other) => `${id} builds what ${other.id} had built: ${marker}`);
}

function misbuilt({ id, trigger, ends }: Case, builds: readonly Build[]): string[] {
  const { commit } = trigger ?? {};
  if (commit === undefined) return [];
  return ends.flatMap(({ detail }) => {
    const { build, digest } = detail.facts as { build?: string; digest?: string };
    const made = builds.find((one) => one.id === build);
    if (detail.commit !== commit) return [`${id} was told to be ${detail.commit}, and is of ${commit}`];
    if (made?.commit !== commit) return [`${id} is of ${commit}, and was built of ${made?.commit}`];
    return made.digest === digest ? [] : [`${id} has ${digest}, and ${made.digest} was built`];
  });
}

/** One that CodeBuild began only afterwards, or could not be made to stop, ends by itself. */
function wentOn({ id, by, startedAt, endedAt }: Build, { cases, world }: Evidence): string[] {
  const [end] = cases.find((one) => one.id === by)?.ends ?? [];
  if (!end || startedAt >= end.at || (endedAt ?? world.clock.now()) <= end.at) return [];
  const stops = world.journal.filter(({ name, about }) => name === 'StopBuild' && about === id);
  if (stops.length > 0 && stops.every(({ fault }) => fault !== undefined)) return [];
  return [`${id} went on for ${((endedAt ?? world.clock.now()) - end.at) / 1000} s after ${by} had ended`];
}

/** A provider cannot tell a status that comes late, or twice, from a new one. */
function shownWrong({ id, trigger, ends, order }: Case, { world, cases }: Evidence): string[] {
  const { commit } = trigger ?? {};
  const [end] = ends;
  const isLast = !cases.some((other) => other.trigger?.commit === commit && other.order > order);
  if (commit === undefined || !end || !isLast) return [];
  const isUnclear = world.journal.some(
    ({ name, fault }) => name === 'POST statuses' && (fault === 'late' || fault === 'duplicated'),
  );
  const last = world.servers.now.repository.notes.findLast((note) => note.commit === commit)?.state;
  const wanted = STATES[end['detail-type']];
  return last === wanted || isUnclear ? [] : [`${commit} shows ${last} of ${id}, which is ${wanted}`];
}
