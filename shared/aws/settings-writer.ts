import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig } from './config.ts';

/** What the function of a pilot's stack can be asked (templates/parts/settings-writer.cjs). Each may be asked again. */
export type WriterRequest =
  /** Writes a file of a release; without `text` it is only looked at. */
  | { release: string; name: string; text?: string }
  /** Removes all of these releases' files. */
  | { remove: string[] };

/** `sha256`: of the file as it was read back, in hex; absent where there is none. */
export type WriterAnswer = { answer: { sha256?: string } } | { fault: string } | { notReady: string };

/** The function ends after half a minute; twice so long, and Configure, with two minutes, still says what it waits for. */
const PATIENCE_MS = 40_000;
const TRIES = 2;

/**
 * The function or its volume is on the way, or had been put to rest for want of calls, and wakes up by one.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
 */
const NOT_READY = [
  'EC2ThrottledException',
  'EFSIOException',
  'EFSMountConnectivityException',
  'EFSMountTimeoutException',
  'ResourceConflictException',
  'ResourceNotReadyException',
  'TimeoutError',
];

/**
 * Asks the function that writes a pilot's settings onto its volume.
 * @param name of the function.
 * @throws what is neither its answer nor a matter of time.
 */
export async function askWriter(name: string, request: WriterRequest): Promise<WriterAnswer> {
  const client = new LambdaClient({
    ...clientConfig,
    maxAttempts: TRIES,
    requestHandler: { ...clientConfig.requestHandler, requestTimeout: PATIENCE_MS },
  });
  try {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(request) }),
    );
    const told = JSON.parse(Buffer.from(Payload ?? []).toString() || '{}');
    return FunctionError ? { fault: String(told.errorMessage ?? FunctionError).slice(0, 300) } : { answer: told };
  } catch (error) {
    if (error instanceof Error && NOT_READY.includes(error.name)) return { notReady: error.name };
    throw error;
  } finally {
    client.destroy();
  }
}
