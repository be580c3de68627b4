import { setTimeout as after } from 'node:timers/promises';
import {
  type CloudFormationClient,
  paginateDescribeStackEvents,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';

/** How an operation on a stack ended; `reason` is that of the first resource that failed. */
export type StackEnd =
  | { ended: 'done' }
  | { ended: 'failed'; reason: string }
  | { ended: 'late'; waitingFor: string[] };

export interface Follow {
  /** Asked of events that came after this one; undefined for a new stack. */
  since: string | undefined;
  stackName: string;
  /** Milliseconds since the epoch. */
  deadline: number;
  /** One line for each resource that changed its state. */
  onProgress: (line: string) => void;
}

const PAUSE_MS = 200;

/** Reads a stack's events until it has settled, telling each as it comes. */
export async function followStack(client: CloudFormationClient, follow: Follow): Promise<StackEnd> {
  const seen = new Set<string>();
  const open = new Set<string>();
  let reason: string | undefined;
  while (Date.now() < follow.deadline) {
    for (const event of await eventsSince(client, follow)) {
      if (seen.has(event.EventId ?? '')) continue;
      seen.add(event.EventId ?? '');
      const { status, name, isStack } = read(event);
      reason ??= status.endsWith('_FAILED') && !isStack ? failure(event) : undefined;
      if (isStack && isFinal(status)) return succeeded(status) ? { ended: 'done' } : failed(reason ?? failure(event));
      if (status.endsWith('_IN_PROGRESS')) open.add(name);
      else open.delete(name);
      if (!isStack) follow.onProgress(`${event.ResourceType} ${name} ${status}`);
    }
    await after(PAUSE_MS);
  }
  return { ended: 'late', waitingFor: [...open].sort() };
}

/** The newest event's id, to follow only what comes after it; undefined for a stack without any. */
export async function newestEvent(client: CloudFormationClient, StackName: string): Promise<string | undefined> {
  for await (const page of paginateDescribeStackEvents({ client }, { StackName }))
    return page.StackEvents?.[0]?.EventId;
  return undefined;
}

/** Oldest first; AWS answers newest first. */
async function eventsSince(client: CloudFormationClient, { stackName, since }: Follow): Promise<StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const page of paginateDescribeStackEvents({ client }, { StackName: stackName })) {
    for (const event of page.StackEvents ?? []) {
      if (event.EventId === since) return events.reverse();
      events.push(event);
    }
  }
  return events.reverse();
}

const read = (event: StackEvent) => ({
  status: event.ResourceStatus ?? '',
  name: event.LogicalResourceId ?? '',
  isStack: event.PhysicalResourceId === event.StackId,
});
const isFinal = (status: string) => !status.endsWith('_IN_PROGRESS');
const succeeded = (status: string) => status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE';
const failed = (reason: string): StackEnd => ({ ended: 'failed', reason });
const failure = (event: StackEvent) =>
  `${event.LogicalResourceId} (${event.ResourceType}): ${event.ResourceStatusReason ?? event.ResourceStatus}`;
