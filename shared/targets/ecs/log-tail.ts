import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { clientConfig } from '../../aws/config.ts';
import type { Plan } from '../target.ts';
import { CONTAINER } from './names.ts';
import { stackOf } from './stack.ts';

const client = new CloudWatchLogsClient(clientConfig);

const LINES = 5;
const LINE = 200;

/** The last lines that a task wrote; empty where there are none, or they cannot be had: why it failed is known without them. */
export async function logTail(plan: Plan, task: string): Promise<string[]> {
  const logStreamName = `${plan.release}/${CONTAINER}/${task}`;
  try {
    const { events = [] } = await client.send(
      new GetLogEventsCommand({ logGroupName: stackOf(plan).logs, logStreamName, limit: LINES, startFromHead: false }),
    );
    return events.map(({ message = '' }) => message.trim().slice(0, LINE)).filter(Boolean);
  } catch {
    return [];
  }
}
