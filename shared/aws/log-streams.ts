import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  PutLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { clientConfig } from './config.ts';

const client = new CloudWatchLogsClient(clientConfig);

/**
 * The last lines of one stream, oldest first; undefined where there is no such stream.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export async function findLines(group: string, stream: string, most: number): Promise<string[] | undefined> {
  try {
    const { events = [] } = await client.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: most, startFromHead: false }),
    );
    return events.map(({ message = '' }) => message.trimEnd()).filter(Boolean);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/**
 * Adds a line to a stream that is there.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
export async function addLine(group: string, stream: string, message: string): Promise<void> {
  const logEvents = [{ timestamp: Date.now(), message }];
  await client.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: stream, logEvents }));
}
