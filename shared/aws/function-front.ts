import {
  AddPermissionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  RemovePermissionCommand,
  ResourceConflictException,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { lambda, orAbsent } from './function-versions.ts';

/** Who may call an alias, and by which way. */
export interface Permission {
  id: string;
  action: 'lambda:InvokeFunctionUrl' | 'lambda:InvokeFunction';
  /** A service, or `*`. */
  principal: string;
  sourceArn?: string;
  /** Only by the alias's URL: by one that asks for no signature, or by any. */
  byUrl?: 'everybody' | 'any';
}

/** Nobody has to sign a request. */
const OPEN = 'NONE';

/**
 * The alias's address on the internet, and whether it is for everybody.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 */
export async function readUrl(
  FunctionName: string,
  Qualifier: string,
): Promise<{ url: string; isOpen: boolean } | undefined> {
  const found = await orAbsent(lambda.send(new GetFunctionUrlConfigCommand({ FunctionName, Qualifier })));
  return found && { url: found.FunctionUrl ?? '', isOpen: found.AuthType === OPEN };
}

export async function createUrl(FunctionName: string, Qualifier: string): Promise<string> {
  const made = await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, Qualifier, AuthType: OPEN }));
  return made.FunctionUrl ?? '';
}

/** Opens an address that asked for signatures. */
export async function openUrl(FunctionName: string, Qualifier: string): Promise<void> {
  await lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, Qualifier, AuthType: OPEN }));
}

export async function deleteUrl(FunctionName: string, Qualifier: string): Promise<void> {
  await orAbsent(lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName, Qualifier })));
}

/** The ids of the permissions that an alias has. */
export async function listPermissions(FunctionName: string, Qualifier: string): Promise<string[]> {
  const found = await orAbsent(lambda.send(new GetPolicyCommand({ FunctionName, Qualifier })));
  if (!found?.Policy) return [];
  const { Statement } = JSON.parse(found.Policy) as { Statement: { Sid: string }[] };
  return Statement.map(({ Sid }) => Sid);
}

/**
 * Adds a permission; one that is there already is no error.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: a URL needs both actions.
 */
export async function addPermission(FunctionName: string, Qualifier: string, permission: Permission): Promise<void> {
  const { id, action, principal, sourceArn, byUrl } = permission;
  try {
    await lambda.send(
      new AddPermissionCommand({
        FunctionName,
        Qualifier,
        StatementId: id,
        Action: action,
        Principal: principal,
        ...(sourceArn && { SourceArn: sourceArn }),
        ...(byUrl === 'any' && { InvokedViaFunctionUrl: true }),
        ...(byUrl === 'everybody' && { FunctionUrlAuthType: OPEN }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceConflictException)) throw error;
  }
}

export async function removePermission(FunctionName: string, Qualifier: string, id: string): Promise<void> {
  await orAbsent(lambda.send(new RemovePermissionCommand({ FunctionName, Qualifier, StatementId: id })));
}
