import { addLine, findLines } from '../../aws/log-streams.ts';
import { taskLogGroup } from '../../preview/targets/beanstalk.ts';
import type { Plan } from '../target.ts';
import { taskName } from './names.ts';

/** Where an instance tells of the run of a command. */
export const taskStreams = (plan: Plan, task: string) => ({
  group: taskLogGroup(taskName(plan)),
  /** What it says of the run itself; that this stream is there means that the run is claimed. */
  words: task,
  /** What the command writes. */
  output: `${task}-output`,
});

/** What is known of a run; nothing where no instance has claimed it. */
export interface Told {
  /** When (ISO) the command began. */
  begun?: string;
  exitCode?: number;
  /** Pilotage has ended its environment since. */
  isStopped: boolean;
}

const STOPPED = 'stopped';
/** There are three words at most. */
const WORDS = 20;

export async function toldOf(plan: Plan, task: string): Promise<Told | undefined> {
  const { group, words } = taskStreams(plan, task);
  const lines = await findLines(group, words, WORDS);
  if (!lines) return undefined;
  const begun = lines.map((line) => /^begun (\S+)$/.exec(line)?.[1]).find(Boolean);
  const code = lines.map((line) => /^exit code (\d{1,3})$/.exec(line)?.[1]).find(Boolean);
  return {
    ...(begun && { begun }),
    ...(code !== undefined && { exitCode: Number(code) }),
    isStopped: lines.includes(STOPPED),
  };
}

/** Notes that the environment of a run that has begun is about to be ended. */
export async function tellStopped(plan: Plan, task: string): Promise<void> {
  const { group, words } = taskStreams(plan, task);
  await addLine(group, words, STOPPED);
}

const LINES = 20;

export async function lastOutput(plan: Plan, task: string): Promise<string[]> {
  const { group, output } = taskStreams(plan, task);
  const lines = (await findLines(group, output, LINES)) ?? [];
  return lines.filter((line) => line.trim() !== '');
}
