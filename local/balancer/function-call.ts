import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Calls a function by its ARN. @returns what it answers; undefined where it fails, or is not there. */
export type CallFunction = (arn: string, event: object) => Promise<unknown>;

const IDLE_MS = 60_000;

/** Calls functions of the emulator. */
export function callerOf(emulatorUrl: string): { call: CallFunction; close(): void } {
  const client = new LambdaClient({
    endpoint: emulatorUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: IDLE_MS, httpAgent: { keepAlive: true, maxSockets: 256 } },
  });
  return {
    async call(FunctionName, event) {
      const { Payload, FunctionError } = await client.send(
        new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
      );
      return FunctionError ? undefined : JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
    },
    close: () => client.destroy(),
  };
}
