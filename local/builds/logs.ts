import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Credentials, clientOf, type Where } from './aws.ts';

/** What a build says, on its way to CloudWatch Logs. */
export interface Log {
  /** One line; secrets in it are not shown. */
  say(line: string): void;
  hide(secrets: readonly string[]): void;
  /** Once all is there. */
  close(): Promise<void>;
}

const PACE_MS = 200;
/** A call takes no more. */
const MOST = 1_000;
const HIDDEN = '***';

/**
 * Opens a stream as the build's role, and a group where it is missing.
 * @throws what CloudWatch Logs answered.
 */
export async function openLog(place: { group: string; stream: string }, where: Where, role: Credentials): Promise<Log> {
  const client = new CloudWatchLogsClient(clientOf(where, role));
  const named = { logGroupName: place.group, logStreamName: place.stream };
  const make = () => client.send(new CreateLogStreamCommand(named));
  await make().catch(async (error: Error) => {
    if (error.name !== 'ResourceNotFoundException') throw error;
    await client.send(new CreateLogGroupCommand({ logGroupName: place.group })).catch((other: Error) => {
      if (other.name !== 'ResourceAlreadyExistsException') throw other;
    });
    await make();
  });
  let waiting: { timestamp: number; message: string }[] = [];
  let hidden: string[] = [];
  let sending = Promise.resolve();
  const send = () => {
    if (waiting.length === 0) return;
    const [logEvents, rest] = [waiting.slice(0, MOST), waiting.slice(MOST)];
    waiting = rest;
    sending = sending
      .then(async () => void (await client.send(new PutLogEventsCommand({ ...named, logEvents }))))
      // What cannot be logged does not end a build.
      .catch(() => undefined);
  };
  const pace = setInterval(send, PACE_MS).unref();
  return {
    say(line) {
      const shown = hidden.reduce((text, secret) => text.replaceAll(secret, HIDDEN), line);
      waiting.push({ timestamp: Date.now(), message: `${shown}\n` });
    },
    hide(secrets) {
      hidden = [...hidden, ...secrets];
    },
    async close() {
      clearInterval(pace);
      while (waiting.length > 0) send();
      await sending;
      client.destroy();
    },
  };
}

/** Of a build whose logs nobody wants. */
export const NO_LOG: Log = { say: () => {}, hide: () => {}, close: async () => {} };
