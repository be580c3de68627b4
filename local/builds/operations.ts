import type { Project, StartBuildInput } from '@aws-sdk/client-codebuild';
import { type Build, told } from './build.ts';
import { invalid, notFound } from './refusal.ts';
import { type Place, type Run, runBuild } from './run.ts';
import { newBuild, orderOf, tokensFor } from './start.ts';

/** The builds of this machine. */
export interface Builds {
  /** Each takes and gives what the API's model says. */
  operations: Record<string, (asked: Values, caller: Caller) => unknown>;
  /** Ends all that run. */
  stop(): Promise<void>;
}

export type Values = Record<string, unknown>;

/** Who asks: what was asked has been allowed. */
export interface Caller {
  initiator: string;
  /** The project that is named, as the emulator has it. */
  project: Project | undefined;
}

const MOST_IDS = 100;

export function openBuilds(place: Place): Builds {
  const all = new Map<string, { build: Build; run: Run }>();
  const numbers = new Map<string, number>();
  const tokens = tokensFor(place.minute);
  const { region } = place.where;
  const find = (id: unknown) => all.get(String(id).replace(/^arn:.*:build\//, ''));
  const show = (build: Build) => told(build, region);

  return {
    operations: {
      StartBuild(values, { project, initiator }) {
        const asked = values as unknown as StartBuildInput;
        const before = tokens.find(asked);
        if (before) return { build: show(before) };
        if (!project) throw notFound(`Project cannot be found: ${asked.projectName}`);
        const order = orderOf(project, asked, place.where);
        const number = (numbers.get(order.project) ?? 0) + 1;
        numbers.set(order.project, number);
        const build = newBuild(order, number, place.where, initiator);
        tokens.keep(asked, build);
        const accepted = show(build);
        all.set(build.id, { build, run: runBuild(build, place) });
        return { build: accepted };
      },
      BatchGetBuilds({ ids }) {
        const wanted = ids as string[];
        if (wanted.length === 0 || wanted.length > MOST_IDS)
          throw invalid(`ids must have from 1 to ${MOST_IDS} members`);
        return {
          builds: wanted.flatMap((id) => find(id)?.build ?? []).map(show),
          buildsNotFound: wanted.filter((id) => !find(id)),
        };
      },
      StopBuild({ id }) {
        const found = find(id);
        if (!found) throw notFound(`Build ${id} cannot be found`);
        found.run.interrupt('STOPPED');
        return { build: show(found.build) };
      },
      ListBuildsForProject({ projectName, sortOrder = 'DESCENDING' }, { project }) {
        if (!project) throw notFound(`Project cannot be found: ${projectName}`);
        const ids = [...all.values()]
          .filter(({ build }) => build.order.project === projectName)
          .map(({ build }) => build.id);
        return { ids: sortOrder === 'DESCENDING' ? ids.reverse() : ids };
      },
      ListBuilds({ sortOrder = 'DESCENDING' }) {
        const ids = [...all.keys()];
        return { ids: sortOrder === 'DESCENDING' ? ids.reverse() : ids };
      },
    },
    async stop() {
      const running = [...all.values()];
      for (const { run } of running) run.interrupt('STOPPED');
      await Promise.all(running.map(({ run }) => run.ended));
    },
  };
}
