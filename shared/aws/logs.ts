import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
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

/** Pages that are read at most: each has 10,000 lines or 1 MB, or less where CloudWatch has looked through much for it. */
const PAGES = 20;
/** Lines that a page may have. */
const PAGE = 10_000;

/** The latest lines of a log group, oldest first. */
export interface Latest {
  lines: LogLine[];
  /** Whether there may be earlier ones in that time. */
  earlier: boolean;
}

/**
 * The latest lines of a log group: CloudWatch is asked for them from the end, so a group that is written to a lot costs no more.
 * @param from lines before it (milliseconds since 1970) are left out; not before 2024, which cannot be read from the end.
 * @param most so many are kept, the latest.
 * @returns undefined where there is no such group.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export async function readLog(group: string, from: number, most: number): Promise<Latest | undefined> {
  const found: LogLine[] = [];
  let nextToken: string | undefined;
  try {
    for (let page = 0; page < PAGES && found.length < most; page += 1) {
      const { events = [], nextToken: next } = await client.send(
        new FilterLogEventsCommand({
          logGroupName: group,
          startTime: from,
          startFromHead: false,
          limit: Math.min(most, PAGE),
          nextToken,
        }),
      );
      found.push(...events.map(lineOf));
      nextToken = next;
      if (!nextToken) break;
    }
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
  return { lines: found.slice(0, most).reverse(), earlier: Boolean(nextToken) || found.length > most };
}

const lineOf = ({ eventId = '', timestamp = 0, logStreamName = '', message = '' }: FilteredLogEvent): LogLine => ({
  id: eventId,
  at: new Date(timestamp).toISOString(),
  stream: logStreamName,
  text: message.trimEnd(),
});

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
