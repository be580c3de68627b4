import {
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  ProvisionedConcurrencyConfigNotFoundException,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { lambda, orAbsent } from './function-versions.ts';

/** Environments of a version that are kept warm: how many were asked for, and whether they are there. */
export interface Warm {
  wanted: number;
  available: number;
  state: 'ready' | 'starting' | 'failed';
  reason?: string;
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html */
export async function readWarm(FunctionName: string, Qualifier: string): Promise<Warm | undefined> {
  try {
    const found = await lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));
    return {
      wanted: found.RequestedProvisionedConcurrentExecutions ?? 0,
      available: found.AvailableProvisionedConcurrentExecutions ?? 0,
      state: found.Status === 'READY' ? 'ready' : found.Status === 'FAILED' ? 'failed' : 'starting',
      ...(found.StatusReason && { reason: found.StatusReason }),
    };
  } catch (error) {
    const isNone = error instanceof ProvisionedConcurrencyConfigNotFoundException;
    if (isNone || error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Keeps `count` environments of a version warm, above 0. They are there only after a while. */
export async function keepWarm(FunctionName: string, Qualifier: string, count: number): Promise<void> {
  await lambda.send(
    new PutProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier, ProvisionedConcurrentExecutions: count }),
  );
}

export async function letCool(FunctionName: string, Qualifier: string): Promise<void> {
  await orAbsent(lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier })));
}

/**
 * How many calls of all versions together run at the same time, at most; undefined: as many as the account may.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export async function reserve(FunctionName: string, count: number | undefined): Promise<void> {
  await (count === undefined
    ? lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
    : lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: count })));
}
