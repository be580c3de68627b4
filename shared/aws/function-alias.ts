import {
  type AliasConfiguration,
  CreateAliasCommand,
  GetAliasCommand,
  PreconditionFailedException,
  ResourceConflictException,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { lambda, orAbsent } from './function-versions.ts';

/** A name for one or two of a function's versions, which share its calls. */
export interface Alias {
  arn: string;
  /** Changes with each change of the alias. */
  revision: string;
  description: string;
  /** Gets what the second one does not. */
  version: string;
  second?: { version: string; percent: number };
}

export type AliasContent = Pick<Alias, 'description' | 'version' | 'second'>;

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html */
export async function readAlias(FunctionName: string, Name: string): Promise<Alias | undefined> {
  const found = await orAbsent(lambda.send(new GetAliasCommand({ FunctionName, Name })));
  return found && aliasOf(found);
}

/** @returns false when there is one already. */
export async function createAlias(FunctionName: string, Name: string, content: AliasContent): Promise<boolean> {
  try {
    await lambda.send(new CreateAliasCommand({ FunctionName, Name, ...requestOf(content) }));
    return true;
  } catch (error) {
    if (error instanceof ResourceConflictException) return false;
    throw error;
  }
}

/**
 * Moves an alias, all in one write.
 * @returns false when it was changed since `revision` was read.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
 */
export async function moveAlias(
  FunctionName: string,
  Name: string,
  revision: string,
  content: AliasContent,
): Promise<boolean> {
  try {
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name, RevisionId: revision, ...requestOf(content) }));
    return true;
  } catch (error) {
    if (error instanceof PreconditionFailedException) return false;
    throw error;
  }
}

const requestOf = ({ description, version, second }: AliasContent) => ({
  Description: description,
  FunctionVersion: version,
  RoutingConfig: { AdditionalVersionWeights: second ? { [second.version]: second.percent / 100 } : {} },
});

function aliasOf(found: AliasConfiguration): Alias {
  const [second] = Object.entries(found.RoutingConfig?.AdditionalVersionWeights ?? {});
  return {
    arn: found.AliasArn ?? '',
    revision: found.RevisionId ?? '',
    description: found.Description ?? '',
    version: found.FunctionVersion ?? '',
    ...(second && { second: { version: second[0], percent: Math.round(second[1] * 100) } }),
  };
}
