import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig } from './config.ts';

/** What one run of the function of a pilot's stack has done (templates/parts/file-copier.cjs). */
export interface Copied {
  copied: number;
  bytes: number;
  removed: number;
  /** Files and folders that could not be read, or are too large; one of them, and why. */
  left: number;
  example?: string;
  /** How far it got; absent once it is through. */
  after?: string;
}

export type CopierAnswer = { answer: Copied } | { fault: string } | { notReady: string };

/** Seconds that it may take to start, and to end what it is at. */
const GRACE = 60;
const NOT_READY = [
  'EC2ThrottledException',
  'EFSIOException',
  'EFSMountConnectivityException',
  'EFSMountTimeoutException',
  'ResourceConflictException',
  'ResourceNotReadyException',
  'TooManyRequestsException',
];

/**
 * Lets the function copy files for so many seconds. The same again is no harm: it goes through them again from there.
 * @param after how far an earlier run got.
 * @throws what is neither its answer nor a matter of time.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function copyFiles(name: string, seconds: number, after?: string): Promise<CopierAnswer> {
  const client = new LambdaClient({
    ...clientConfig,
    // Sent once: a second one would run beside the first.
    maxAttempts: 1,
    requestHandler: { ...clientConfig.requestHandler, requestTimeout: (seconds + GRACE) * 1_000 },
  });
  try {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify({ seconds, ...(after && { after }) }) }),
    );
    const told = JSON.parse(Buffer.from(Payload ?? []).toString() || '{}');
    if (FunctionError) return { fault: String(told.errorMessage ?? FunctionError).slice(0, 300) };
    const { closed: _, ...answer } = told;
    return { answer };
  } catch (error) {
    if (error instanceof Error && NOT_READY.includes(error.name)) return { notReady: error.name };
    if (error instanceof Error && error.name === 'ResourceNotFoundException')
      return { fault: `the function ${name} is gone` };
    throw error;
  } finally {
    client.destroy();
  }
}
