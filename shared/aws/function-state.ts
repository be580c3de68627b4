import {
  CodeSigningConfigNotFoundException,
  CreateFunctionCommand,
  DeleteFunctionCodeSigningConfigCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  PutFunctionCodeSigningConfigCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  architecturesIn,
  codeIn,
  type FunctionCode,
  type FunctionSettings,
  type Processor,
  requestIn,
  settingsOf,
} from './function-settings.ts';
import { lambda, orAbsent } from './function-versions.ts';

/** A function as it is now: its unpublished state, `$LATEST`. */
export interface FunctionState {
  arn: string;
  /** Changes with each change of settings or code. */
  revision: string;
  description: string;
  settings: FunctionSettings;
  /** Base64; of a zip the SHA-256 of its bytes. */
  codeSha256: string;
  image?: string;
  processor: Processor;
  /** `changing`: a change is still on its way. `failed`: the last one was not carried out. */
  status: 'ready' | 'changing' | 'failed';
  /** Why it failed, in AWS's words. */
  reason?: string;
  changedAt: Date;
  /** Calls at the same time that are kept for it, and that it may not exceed. */
  reserved?: number;
  tags: Record<string, string>;
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html */
export async function readFunction(name: string): Promise<FunctionState | undefined> {
  const found = await orAbsent(lambda.send(new GetFunctionCommand({ FunctionName: name })));
  const { Configuration: has, Code, Concurrency, Tags = {} } = found ?? {};
  if (!has) return undefined;
  const reason = [has.StateReason, has.LastUpdateStatusReason].filter(Boolean).join('; ');
  return {
    arn: has.FunctionArn ?? '',
    revision: has.RevisionId ?? '',
    description: has.Description ?? '',
    settings: settingsOf(has),
    codeSha256: has.CodeSha256 ?? '',
    ...(Code?.ImageUri && { image: Code.ImageUri }),
    processor: has.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86',
    status: statusOf(has),
    ...(reason && { reason }),
    changedAt: new Date(has.LastModified ?? 0),
    ...(Concurrency?.ReservedConcurrentExecutions !== undefined && {
      reserved: Concurrency.ReservedConcurrentExecutions,
    }),
    tags: Tags,
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export async function createFunction(
  name: string,
  made: {
    code: FunctionCode;
    settings: FunctionSettings;
    processor: Processor;
    description: string;
    tags: Record<string, string>;
  },
): Promise<void> {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Code: codeIn(made.code),
      PackageType: 'image' in made.code ? 'Image' : 'Zip',
      Architectures: architecturesIn(made.processor),
      Description: made.description,
      Tags: made.tags,
      ...requestIn(made.settings),
    }),
  );
}

/**
 * Changes how the unpublished function runs; its versions stay as they are.
 * @throws PreconditionFailedException when it is no longer at `revision`.
 */
export async function configureFunction(
  name: string,
  revision: string,
  settings: FunctionSettings,
  description: string,
): Promise<void> {
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: name,
      RevisionId: revision,
      Description: description,
      ...requestIn(settings),
    }),
  );
}

/** Changes the code of the unpublished function. @throws PreconditionFailedException when it is no longer at `revision`. */
export async function replaceCode(
  name: string,
  revision: string,
  code: FunctionCode,
  processor: Processor,
): Promise<void> {
  await lambda.send(
    new UpdateFunctionCodeCommand({
      FunctionName: name,
      RevisionId: revision,
      Architectures: architecturesIn(processor),
      ...codeIn(code),
    }),
  );
}

/**
 * Takes only code that is signed under this configuration from now on; without one, any code. Images are not signed so.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
 */
export async function setSigning(name: string, configuration: string | undefined): Promise<void> {
  const FunctionName = name;
  if (configuration) {
    await lambda.send(new PutFunctionCodeSigningConfigCommand({ FunctionName, CodeSigningConfigArn: configuration }));
    return;
  }
  try {
    await lambda.send(new DeleteFunctionCodeSigningConfigCommand({ FunctionName }));
  } catch (error) {
    if (!(error instanceof CodeSigningConfigNotFoundException)) throw error;
  }
}

export async function tagFunction(arn: string, tags: Record<string, string>): Promise<void> {
  await lambda.send(new TagResourceCommand({ Resource: arn, Tags: tags }));
}

/** https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html; one that rests is ready too. */
function statusOf({ State, LastUpdateStatus }: FunctionConfiguration): FunctionState['status'] {
  if (State === 'Pending' || LastUpdateStatus === 'InProgress') return 'changing';
  return State === 'Failed' || LastUpdateStatus === 'Failed' ? 'failed' : 'ready';
}
