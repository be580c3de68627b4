import { setTimeout as after } from 'node:timers/promises';
import {
  type CommandInvocationStatus,
  GetCommandInvocationCommand,
  InvalidInstanceId,
  InvocationDoesNotExist,
  SendCommandCommand,
  SSMClient,
  SSMServiceException,
} from '@aws-sdk/client-ssm';
import { clientConfig } from './config.ts';

const client = new SSMClient(clientConfig);
// What is sent twice runs twice, and there is no token that would tell: after a lost answer nothing is sent again.
const sender = new SSMClient({ ...clientConfig, maxAttempts: 1 });

/** Seconds within which an instance has to have begun; afterwards the command never runs there. */
export const BEGIN_WITHIN = 60;

/** Characters of each stream that Systems Manager keeps: the first ones. */
const KEPT = { stdout: 24_000, stderr: 8_000 };
/** What the agent writes behind what it has cut. */
const CUT = /-{2,}(?:output|error) truncated-{2,}\s*$/i;

/** Lines for `/bin/sh`, run as root. */
export interface Script {
  instance: string;
  lines: string[];
  /** Where they are run. */
  folder: string;
  /** They are ended after so many. */
  seconds: number;
  /** The log group that the output is written to as well. */
  logs: string;
  /** At most 100 characters, for those who look at Systems Manager. */
  comment: string;
}

/** `unknown`: the answer was lost, and it may run. */
export type Sent =
  | { outcome: 'sent'; command: string }
  | { outcome: 'refused'; isUnreachable: boolean; reason: string }
  | { outcome: 'unknown'; reason: string };

/** What was refused with these words was not taken, and may be tried again. */
const THROTTLED = /^(?:Throttling|TooManyRequests)/;
const TRIES = 4;
const PAUSE_MS = 500;

/**
 * Sends lines to one instance, once.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
export async function sendScript(script: Script): Promise<Sent> {
  for (let tried = 1; ; tried += 1) {
    const sent = await trySending(script);
    if (sent.outcome !== 'refused' || tried === TRIES || !THROTTLED.test(sent.reason)) return sent;
    await after(PAUSE_MS * 2 ** tried);
  }
}

async function trySending({ instance, lines, folder, seconds, logs, comment }: Script): Promise<Sent> {
  const sending = new SendCommandCommand({
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [instance],
    Comment: comment,
    TimeoutSeconds: BEGIN_WITHIN,
    Parameters: { commands: lines, workingDirectory: [folder], executionTimeout: [String(seconds)] },
    CloudWatchOutputConfig: { CloudWatchOutputEnabled: true, CloudWatchLogGroupName: logs },
  });
  try {
    const { Command } = await sender.send(sending);
    if (!Command?.CommandId) throw new Error('Systems Manager took a command and told no id');
    return { outcome: 'sent', command: Command.CommandId };
  } catch (error) {
    const { name, message } = error as Error;
    const reason = `${name}: ${message}`;
    if (!(error instanceof SSMServiceException) || error.$fault !== 'client') return { outcome: 'unknown', reason };
    return { outcome: 'refused', isUnreachable: error instanceof InvalidInstanceId, reason };
  }
}

/** How a command fares on an instance. */
export interface Invocation {
  status: CommandInvocationStatus | 'Pending';
  /** The same in more words, such as `DeliveryTimedOut`. */
  details: string;
  /** When (ISO) it began to run; absent before. */
  begun?: string;
  /** Absent until the command has ended by itself. */
  exitCode?: number;
  /** The beginning where it was cut. */
  stdout: string;
  stderr: string;
  /** Which of them have more than is told here. */
  cut: ('stdout' | 'stderr')[];
}

/**
 * How a command fares; undefined where nobody knows it, which is so for a moment after it was sent.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
 */
export async function findInvocation(command: string, instance: string): Promise<Invocation | undefined> {
  try {
    const found = await client.send(new GetCommandInvocationCommand({ CommandId: command, InstanceId: instance }));
    const {
      Status = 'Pending',
      StatusDetails,
      ResponseCode = -1,
      ExecutionStartDateTime: begun,
      StandardOutputContent = '',
      StandardErrorContent = '',
    } = found;
    const hasExited = Status === 'Success' || Status === 'Failed';
    const streams = { stdout: StandardOutputContent, stderr: StandardErrorContent };
    return {
      status: Status,
      details: StatusDetails ?? Status,
      ...(begun && { begun: new Date(begun).toISOString() }),
      // -1: it never began.
      ...(hasExited && ResponseCode >= 0 && { exitCode: ResponseCode }),
      ...streams,
      cut: (['stdout', 'stderr'] as const).filter(
        (name) => streams[name].length >= KEPT[name] || CUT.test(streams[name]),
      ),
    };
  } catch (error) {
    if (error instanceof InvocationDoesNotExist) return undefined;
    throw error;
  }
}

/**
 * The log stream that the agent writes an output to.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-rc-setting-up-cwlogs.html
 */
export const outputStream = (command: string, instance: string, name: 'stdout' | 'stderr'): string =>
  `${command}/${instance}/aws-runShellScript/${name}`;
