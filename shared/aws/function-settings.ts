import type { Architecture, FunctionConfiguration, FunctionCode as Request, Runtime } from '@aws-sdk/client-lambda';
import type { PinnedObject } from './objects.ts';

/** How a function runs, as far as Pilotage sets it. */
export interface FunctionSettings {
  role: string;
  /** ARN of the queue that gets asynchronous calls which failed to the last. */
  deadLetters: string;
  /** Name of the log group. */
  logs: string;
  variables: Record<string, string>;
  /** MiB. */
  memory: number;
  /** Seconds. */
  timeout: number;
  /** Where it runs in a network, and as part of which security groups; both sorted. */
  network?: { subnets: string[]; groups: string[] };
  /** With a zip. */
  runtime?: string;
  handler?: string;
  /** With an image: what it starts instead of its own entry point. */
  entryPoint?: string[];
}

export type FunctionCode = { zip: PinnedObject } | { bytes: Uint8Array } | { image: string };

export type Processor = 'arm64' | 'x86';

export const architecturesIn = (processor: Processor): Architecture[] => [processor === 'arm64' ? 'arm64' : 'x86_64'];

/** As Lambda asks for it, when a function is made and when its code is replaced. */
export function codeIn(code: FunctionCode): Request {
  if ('image' in code) return { ImageUri: code.image };
  if ('bytes' in code) return { ZipFile: code.bytes };
  const { bucket, key, version } = code.zip;
  return { S3Bucket: bucket, S3Key: key, ...(version && { S3ObjectVersion: version }) };
}

export const requestIn = (settings: FunctionSettings) => ({
  Role: settings.role,
  MemorySize: settings.memory,
  Timeout: settings.timeout,
  Environment: { Variables: settings.variables },
  DeadLetterConfig: { TargetArn: settings.deadLetters },
  LoggingConfig: { LogGroup: settings.logs },
  // Empty lists take it out of the network that it was in.
  VpcConfig: { SubnetIds: settings.network?.subnets ?? [], SecurityGroupIds: settings.network?.groups ?? [] },
  ...(settings.runtime
    ? { Runtime: settings.runtime as Runtime, Handler: settings.handler }
    : { ImageConfig: { EntryPoint: settings.entryPoint ?? [] } }),
});

/** What of a function's configuration Pilotage sets, to be compared with what it would set. */
export function settingsOf(has: FunctionConfiguration): FunctionSettings {
  const { SubnetIds: subnets = [], SecurityGroupIds: groups = [] } = has.VpcConfig ?? {};
  const entryPoint = has.ImageConfigResponse?.ImageConfig?.EntryPoint;
  return {
    role: has.Role ?? '',
    deadLetters: has.DeadLetterConfig?.TargetArn ?? '',
    logs: has.LoggingConfig?.LogGroup ?? '',
    variables: has.Environment?.Variables ?? {},
    memory: has.MemorySize ?? 0,
    timeout: has.Timeout ?? 0,
    ...(subnets.length > 0 && { network: { subnets: subnets.toSorted(), groups: groups.toSorted() } }),
    ...(has.Runtime && { runtime: has.Runtime, handler: has.Handler ?? '' }),
    ...(entryPoint && entryPoint.length > 0 && { entryPoint }),
  };
}
