import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { clientConfig } from './config.ts';

/** Step Functions: starting executions, asking after them, answering their tokens. */
const client = new SFNClient(clientConfig);

/**
 * Starts an execution; a second start of the same name is no error.
 * @returns whether this name was new (or is still running with the same input).
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export async function startExecution(machine: string, name: string, input: object): Promise<boolean> {
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn: machine, name, input: JSON.stringify(input) }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE'
  | 'ABSENT';

export const executionStatus = async (machine: string, name: string): Promise<ExecutionStatus> =>
  (await executionEnd(machine, name)).status;

/**
 * How an execution fares, and what it gave when it succeeded.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
 */
export async function executionEnd(
  machine: string,
  name: string,
): Promise<{ status: ExecutionStatus; output?: unknown }> {
  const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
  try {
    const { status = 'ABSENT', output } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return { status, ...(output !== undefined && { output: JSON.parse(output) as unknown }) };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return { status: 'ABSENT' };
    throw error;
  }
}

/** Lets the state go on. A token that was answered already, or timed out, is nobody's loss. */
export const answerSuccess = (token: string, output: object) =>
  unlessGone(() => client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) })));

/** Fails the state with an error's name, on which the machine's Retry and Catch decide. */
export const answerFailure = (token: string, error: string, cause: object) =>
  unlessGone(() => client.send(new SendTaskFailureCommand({ taskToken: token, error, cause: JSON.stringify(cause) })));

async function unlessGone(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken) return;
    throw error;
  }
}
