import {
  CloudFormationClient,
  DescribeEventsCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type OperationEvent,
  type StackEvent,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { clientConfig } from './config.ts';
import { isDenied, type Presence } from './presence.ts';

const client = new CloudFormationClient(clientConfig);

/**
 * The names of a stack's outputs; their values are left where they are.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export async function outputsOf(stack: string): Promise<string[] | Exclude<Presence, 'there' | 'deleted'>> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return (Stacks?.[0]?.Outputs ?? []).flatMap(({ OutputKey }) => OutputKey ?? []);
  } catch (error) {
    if (isAbsent(error)) return 'missing';
    if (isDenied(error)) return 'denied';
    throw error;
  }
}

/** A stack as it is now. */
export interface StackNow {
  id: string;
  status: StackStatus;
  outputs: Record<string, string>;
  /** Names of what its template takes. */
  parameters: string[];
  tags: Record<string, string>;
  /** The ARN of the role that CloudFormation works as, where it was given one. */
  role?: string;
  createdAt: Date;
  /** When a change of it began last; its creation is one. */
  changedAt: Date;
  /** It cannot be deleted before somebody allows that. */
  isProtected: boolean;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
export async function findStack(name: string): Promise<StackNow | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (!stack?.StackStatus || !stack.CreationTime) return undefined;
    return {
      id: stack.StackId ?? name,
      status: stack.StackStatus,
      outputs: Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
      parameters: (stack.Parameters ?? []).flatMap(({ ParameterKey }) => ParameterKey ?? []),
      tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      ...(stack.RoleARN && { role: stack.RoleARN }),
      createdAt: stack.CreationTime,
      changedAt: stack.LastUpdatedTime ?? stack.CreationTime,
      isProtected: stack.EnableTerminationProtection ?? false,
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** What begins an operation of a stack; to roll back is a part of the one that failed. */
const BEGINNINGS: readonly (string | undefined)[] = [
  'CREATE_IN_PROGRESS',
  'UPDATE_IN_PROGRESS',
  'DELETE_IN_PROGRESS',
  'IMPORT_IN_PROGRESS',
] satisfies StackStatus[];

/** What happened in a stack's latest operation, the oldest first. */
export async function latestOperation({ id }: StackNow): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  for (let token: string | undefined; ; ) {
    const input = { StackName: id, ...(token && { NextToken: token }) };
    const { StackEvents = [], NextToken } = await client.send(new DescribeStackEventsCommand(input));
    for (const event of StackEvents) {
      events.push(event);
      const isOfStack = event.PhysicalResourceId === event.StackId;
      if (isOfStack && BEGINNINGS.includes(event.ResourceStatus)) return events.reverse();
    }
    if (!NextToken) return events.reverse();
    token = NextToken;
  }
}

/**
 * What CloudFormation found wrong with a stack, or with a change set of it, before it changed anything.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
 */
export async function flawsOf(stack: string, changeSet?: string): Promise<OperationEvent[]> {
  const { OperationEvents: events = [] } = await client.send(
    new DescribeEventsCommand({
      StackName: stack,
      ...(changeSet && { ChangeSetName: changeSet }),
      Filters: { FailedEvents: true },
    }),
  );
  const latest = events[0]?.OperationId;
  return events.filter(({ EventType, OperationId }) => EventType === 'VALIDATION_ERROR' && OperationId === latest);
}

/** The service has no error of its own for a stack that is not there. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
