import { ACCOUNT, REGION } from '../../names.ts';
import type { Around } from '../cloudformation.ts';
import { Refusal } from '../query.ts';
import type { Ecs, Run } from './state.ts';

type Body = Record<string, unknown>;

/** Milliseconds until a task runs, and for which its command does. */
const STARTS_MS = [15_000, 25_000] as const;
const RUNS_MS = [10_000, 40_000] as const;

/**
 * Tasks that run a command by themselves. The same token is the same task.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 * @param exitOf with which code a command ends.
 */
export function runsOf({ clock, random, tell }: Around, ecs: Ecs, exitOf: (run: Run) => number) {
  const told = (run: Run) =>
    tell({
      bus: 'default',
      source: 'aws.ecs',
      'detail-type': 'ECS Task State Change',
      resources: [run.arn],
      detail: { taskArn: run.arn, taskDefinitionArn: run.definition, lastStatus: statusOf(run) },
    });

  function end(run: Run, exitCode: number): void {
    if (run.stoppedAt !== undefined) return;
    Object.assign(run, { stoppedAt: clock.now(), ...(run.startedAt !== undefined && { exitCode }) });
    told(run);
  }

  return {
    run(cluster: string, definition: string, { clientToken, startedBy, overrides }: Body): object {
      const token = String(clientToken);
      const standing = ecs.runs.find((one) => one.token === token);
      if (standing) return { tasks: [runShape(standing)], failures: [] };
      ecs.count += 1;
      const { containerOverrides = [] } = overrides as { containerOverrides?: { command: string[] }[] };
      const run: Run = {
        arn: `arn:aws:ecs:${REGION}:${ACCOUNT}:task/${cluster}/${String(ecs.count).padStart(32, '0')}`,
        token,
        startedBy: String(startedBy),
        definition,
        command: containerOverrides[0]?.command ?? [],
        at: clock.now(),
      };
      ecs.runs.push(run);
      clock.after(random.whole(...STARTS_MS), () => {
        if (run.stoppedAt !== undefined) return;
        run.startedAt = clock.now();
        told(run);
        clock.after(random.whole(...RUNS_MS), () => end(run, exitOf(run)));
      });
      return { tasks: [runShape(run)], failures: [] };
    },
    stop({ task }: Body): object {
      const run = ecs.runs.find(({ arn }) => arn === task);
      if (!run) throw new Refusal('InvalidParameterException', 'The referenced task was not found.');
      end(run, 143);
      return { task: runShape(run) };
    },
  };
}

const statusOf = ({ startedAt, stoppedAt }: Run): string =>
  stoppedAt !== undefined ? 'STOPPED' : startedAt === undefined ? 'PENDING' : 'RUNNING';

export const runShape = (run: Run): object => ({
  taskArn: run.arn,
  taskDefinitionArn: run.definition,
  lastStatus: statusOf(run),
  startedBy: run.startedBy,
  ...(run.startedAt !== undefined && { startedAt: run.startedAt / 1000 }),
  ...(run.stoppedAt !== undefined && {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [{ name: 'app', lastStatus: 'STOPPED', ...(run.exitCode !== undefined && { exitCode: run.exitCode }) }],
  }),
});

/** ARNs of those that are meant: by who started them what runs, by their family also what has stopped. */
export function listedRuns({ runs }: Ecs, { startedBy, family, desiredStatus }: Body): string[] {
  const wanted = desiredStatus === 'STOPPED';
  return runs
    .filter(({ stoppedAt }) => (stoppedAt !== undefined) === wanted)
    .filter((run) => (startedBy === undefined ? run.definition.includes(`/${family}:`) : run.startedBy === startedBy))
    .map(({ arn }) => arn);
}
