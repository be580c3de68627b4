import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { clientConfig } from './config.ts';

const client = new CloudWatchLogsClient(clientConfig);

/** A line that somebody logged. */
export interface LogLine {
  /** Distinguishes lines of one millisecond. */
  id: string;
  /** When it was logged (ISO). */
  at: string;
  /** Where it comes from: one task, or one environment of a function. */
  stream: string;
  text: string;
}

/** Pages that are read at most: each has 10,000 lines or 1 MB. */
const PAGES = 20;

/**
 * The latest lines of a log group, oldest first.
 * @param from lines before it (milliseconds since 1970) are left out.
 * @param most so many are kept, the latest.
 * @returns undefined where there is no such group.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export async function readLog(group: string, from: number, most: number): Promise<LogLine[] | undefined> {
  let lines: LogLine[] = [];
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < PAGES; page += 1) {
      const found = await client.send(new FilterLogEventsCommand({ logGroupName: group, startTime: from, nextToken }));
      const more = (found.events ?? []).map(({ eventId = '', timestamp = 0, logStreamName = '', message = '' }) => ({
        id: eventId,
        at: new Date(timestamp).toISOString(),
        stream: logStreamName,
        text: message.trimEnd(),
      }));
      lines = [...lines, ...more].slice(-most);
      nextToken = found.nextToken;
      if (!nextToken) break;
    }
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
  return lines;
}

/**
 * The last lines of one stream, oldest first.
 * @param most so many at most.
 * @throws where there is no such stream.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 */
export async function lastLines(group: string, stream: string, most: number): Promise<string[]> {
  const { events = [] } = await client.send(
    new GetLogEventsCommand({ logGroupName: group, logStreamName: stream, limit: most, startFromHead: false }),
  );
  return events.map(({ message = '' }) => message.trim()).filter(Boolean);
}
