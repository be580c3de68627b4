import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig } from './config.ts';

/** What a call of a function gave: its answer, or how it failed; and the last lines that it wrote. */
export type Called = { answer: unknown; log: string } | { fault: unknown; log: string } | 'no answer';

const PAUSE_MS = 1_000;

/**
 * Calls one version and waits for its answer. It is called once: what is tried again would hide what goes wrong.
 * @param patience milliseconds that it may take.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function callVersion(name: string, version: string, event: object, patience: number): Promise<Called> {
  const client = new LambdaClient({
    ...clientConfig,
    maxAttempts: 1,
    requestHandler: { ...clientConfig.requestHandler, requestTimeout: patience + PAUSE_MS },
  });
  try {
    const { Payload, FunctionError, LogResult } = await client.send(
      new InvokeCommand({ FunctionName: name, Qualifier: version, LogType: 'Tail', Payload: JSON.stringify(event) }),
    );
    const log = Buffer.from(LogResult ?? '', 'base64').toString();
    const told = parsed(Buffer.from(Payload ?? []).toString());
    return FunctionError ? { fault: told, log } : { answer: told, log };
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return 'no answer';
    throw error;
  } finally {
    client.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
