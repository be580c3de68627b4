import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Emulator } from './emulator/start.ts';

/** A minute is long when somebody looks on; the emulator's own schedule ticks as on AWS besides. */
const EVERY_MS = 2_000;

/** Lets the stack's watchdog, or who else makes rounds, make them, one after the other, until it is stopped. */
export function tickWatchdog({ url, region, credentials }: Emulator, functionName: string): { stop(): void } {
  const lambda = new LambdaClient({ endpoint: url, region, credentials });
  let timer: NodeJS.Timeout;
  const round = async (): Promise<void> => {
    // A round that fails is in the function's own log, and the next one comes.
    await lambda.send(new InvokeCommand({ FunctionName: functionName })).catch(() => {});
    timer = setTimeout(round, EVERY_MS).unref();
  };
  timer = setTimeout(round, EVERY_MS).unref();
  return { stop: () => clearTimeout(timer) };
}
