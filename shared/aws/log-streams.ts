import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
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

/**
 * Makes a group whose lines go after so many days. One that is there is told so as well: whoever made it may have been cut off
 * before it was.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 */
export async function makeGroup(group: string, days: number): Promise<void> {
  try {
    await client.send(new CreateLogGroupCommand({ logGroupName: group }));
  } catch (error) {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  }
  await client.send(new PutRetentionPolicyCommand({ logGroupName: group, retentionInDays: days }));
}
