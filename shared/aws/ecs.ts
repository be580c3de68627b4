import {
  CreateServiceCommand,
  type CreateServiceCommandInput,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  InvalidParameterException,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  TagResourceCommand,
  type Task,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { clientConfig } from './config.ts';

const client = new ECSClient(clientConfig);

/** A registered task definition. */
export interface Registered {
  arn: string;
  tags: Record<string, string>;
}

/**
 * The newest active revision of a family.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
 */
export async function findTaskDefinition(family: string): Promise<Registered | undefined> {
  try {
    const found = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: family, include: ['TAGS'] }));
    const { taskDefinitionArn: arn, status } = found.taskDefinition ?? {};
    if (!arn || status !== 'ACTIVE') return undefined;
    return { arn, tags: Object.fromEntries((found.tags ?? []).map(({ key = '', value = '' }) => [key, value])) };
  } catch (error) {
    if (isUnknownDefinition(error)) return undefined;
    throw error;
  }
}

/** The service has no error of its own for a family that is not there. */
const isUnknownDefinition = (error: unknown): boolean =>
  error instanceof Error && /^Unable to describe task definition|^The specified task definition/.test(error.message);

/** @returns the ARN of the new revision. */
export async function registerTaskDefinition(input: RegisterTaskDefinitionCommandInput): Promise<string> {
  const { taskDefinition } = await client.send(new RegisterTaskDefinitionCommand(input));
  if (!taskDefinition?.taskDefinitionArn) throw new Error(`ECS registered ${input.family} and told no ARN`);
  return taskDefinition.taskDefinitionArn;
}

/** The ARNs of a family's active revisions. */
export async function listRevisions(family: string): Promise<string[]> {
  const { taskDefinitionArns = [] } = await client.send(
    new ListTaskDefinitionsCommand({ familyPrefix: family, status: 'ACTIVE' }),
  );
  return taskDefinitionArns;
}

/** Tasks and services that use it go on; nothing new can be started from it. */
export async function deregisterTaskDefinition(arn: string): Promise<void> {
  await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: arn }));
}

/** The services of these names that are there; one that was deleted is not, though AWS goes on telling of it for a while. */
export async function findServices(cluster: string, services: readonly string[]): Promise<Service[]> {
  const found = await client.send(new DescribeServicesCommand({ cluster, services: [...services], include: ['TAGS'] }));
  return (found.services ?? []).filter(({ status }) => status !== 'INACTIVE');
}

/** Sets tags; others stay. */
export async function tagService(arn: string, tags: Record<string, string>): Promise<void> {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  await client.send(new TagResourceCommand({ resourceArn: arn, tags: list }));
}

/**
 * @returns `exists` when there is a service of that name, perhaps one that is being deleted.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
 */
export async function createService(input: CreateServiceCommandInput): Promise<'made' | 'exists'> {
  try {
    await client.send(new CreateServiceCommand(input));
    return 'made';
  } catch (error) {
    if (error instanceof InvalidParameterException && /not idempotent|Draining/i.test(error.message)) return 'exists';
    throw error;
  }
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html */
export async function updateService(input: UpdateServiceCommandInput): Promise<void> {
  await client.send(new UpdateServiceCommand(input));
}

/** Tasks of a service that have stopped within the last hour; AWS forgets older ones. */
export async function stoppedTasks(cluster: string, serviceName: string): Promise<Task[]> {
  const { taskArns = [] } = await client.send(
    new ListTasksCommand({ cluster, serviceName, desiredStatus: 'STOPPED', maxResults: 20 }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks;
}

/** The id of a task of a service that runs; undefined when none does. */
export async function runningTask(cluster: string, serviceName: string): Promise<string | undefined> {
  const { taskArns = [] } = await client.send(
    new ListTasksCommand({ cluster, serviceName, desiredStatus: 'RUNNING', maxResults: 1 }),
  );
  return taskArns[0]?.split('/').at(-1);
}
