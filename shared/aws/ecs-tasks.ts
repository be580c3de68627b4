import {
  ClientException,
  DescribeTasksCommand,
  ECSClient,
  InvalidParameterException,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  StopTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { clientConfig } from './config.ts';

const client = new ECSClient(clientConfig);

/** Errors by which ECS says that a task was not started, and would not be if it were asked again. */
const REFUSALS = [
  'AccessDeniedException',
  'BlockedException',
  'ClientException',
  'ClusterNotFoundException',
  'InvalidParameterException',
  'PlatformTaskDefinitionIncompatibilityException',
  'PlatformUnknownException',
  'UnsupportedFeatureException',
];

/**
 * Starts one task. The same token is the same task, in one cluster, for as long as ECS keeps it: hours.
 * @returns its ARN, or why it was not started.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
export async function runTask(
  input: RunTaskCommandInput & { clientToken: string },
): Promise<string | { refused: string }> {
  try {
    const { tasks: [task] = [], failures: [failure] = [] } = await client.send(new RunTaskCommand(input));
    if (task?.taskArn) return task.taskArn;
    return { refused: [failure?.reason, failure?.detail].filter(Boolean).join(': ') || 'ECS started nothing' };
  } catch (error) {
    if (error instanceof Error && REFUSALS.includes(error.name)) return { refused: error.message };
    throw error;
  }
}

/** @returns undefined where ECS does not know it: not yet, or, an hour after its end, no more. */
export async function findTask(cluster: string, arn: string): Promise<Task | undefined> {
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
  return tasks[0];
}

/** The task that was started by this name, whether it still runs or has stopped within the last hour. */
export async function taskStartedBy(cluster: string, startedBy: string, family: string): Promise<string | undefined> {
  // By this name alone, ECS lists only what runs: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
  const { taskArns: [runs] = [] } = await client.send(new ListTasksCommand({ cluster, startedBy }));
  if (runs) return runs;
  const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster, family, desiredStatus: 'STOPPED' }));
  if (taskArns.length === 0) return undefined;
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks.find((task) => task.startedBy === startedBy)?.taskArn;
}

/** Sends SIGTERM, then SIGKILL; a task that has stopped, or is gone, is no error. */
export async function stopTask(cluster: string, task: string, reason: string): Promise<void> {
  try {
    await client.send(new StopTaskCommand({ cluster, task, reason }));
  } catch (error) {
    if (!(error instanceof InvalidParameterException || error instanceof ClientException)) throw error;
  }
}
