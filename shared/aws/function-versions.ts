import {
  DeleteFunctionCommand,
  type FunctionConfiguration,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  ResourceConflictException,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { clientConfig } from './config.ts';

/** The client of all ports that speak to Lambda about a pilot's functions. */
export const lambda = new LambdaClient(clientConfig);

/** A published version: code and settings that never change again. */
export interface Version {
  version: string;
  description: string;
  state: 'active' | 'pending' | 'failed';
  reason?: string;
  /** Of its environment. */
  variables?: Record<string, string>;
}

/** The published versions, oldest first; none where there is no function. */
export async function listVersions(name: string): Promise<Version[]> {
  const versions: Version[] = [];
  let from: string | undefined;
  do {
    const page = await orAbsent(
      lambda.send(new ListVersionsByFunctionCommand({ FunctionName: name, ...(from && { Marker: from }) })),
    );
    versions.push(...(page?.Versions ?? []).filter(({ Version }) => Version !== '$LATEST').map(versionOf));
    from = page?.NextMarker;
  } while (from);
  return versions;
}

/**
 * Publishes the function as it is at `revision`. Where nothing has changed since the last version, AWS publishes
 * none and answers with that one, whatever the description.
 * @param codeSha256 published only when the code is this.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
 */
export async function publishVersion(
  name: string,
  revision: string,
  description: string,
  codeSha256?: string,
): Promise<Version> {
  return versionOf(
    await lambda.send(
      new PublishVersionCommand({
        FunctionName: name,
        RevisionId: revision,
        Description: description,
        ...(codeSha256 && { CodeSha256: codeSha256 }),
      }),
    ),
  );
}

/**
 * Deletes one version; one that is gone already is no error.
 * @returns false when an alias names it.
 * @throws when `version` is no number: without one, AWS would delete the whole function.
 */
export async function deleteVersion(name: string, version: string): Promise<boolean> {
  if (!/^\d+$/.test(version)) throw new TypeError(`${version} is no published version`);
  try {
    await orAbsent(lambda.send(new DeleteFunctionCommand({ FunctionName: name, Qualifier: version })));
    return true;
  } catch (error) {
    if (error instanceof ResourceConflictException) return false;
    throw error;
  }
}

/**
 * Deletes a function with its versions and aliases; one that is gone already is no error.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
 */
export async function deleteFunction(name: string): Promise<void> {
  await orAbsent(lambda.send(new DeleteFunctionCommand({ FunctionName: name })));
}

/** What is asked for, or undefined when AWS does not know it. */
export async function orAbsent<Output>(asked: Promise<Output>): Promise<Output | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

const versionOf = ({
  Version = '',
  Description = '',
  State,
  StateReason,
  Environment,
}: FunctionConfiguration): Version => ({
  version: Version,
  description: Description,
  ...(Environment?.Variables && { variables: Environment.Variables }),
  state: State === 'Pending' ? 'pending' : State === 'Failed' ? 'failed' : 'active',
  ...(StateReason && { reason: StateReason }),
});
