import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  EntityAlreadyExistsException,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { clientConfig } from './config.ts';

const client = new IAMClient(clientConfig);

/** A role as it is to be. */
export interface RoleWanted {
  name: string;
  /** Begins and ends with a slash. */
  path: string;
  description: string;
  /** Who may take it on, as a policy's text. */
  trust: string;
  /** The ARN of the policy that bounds it. */
  boundary: string;
  tags: Record<string, string>;
}

/** A role as it is. */
export interface RoleNow {
  arn: string;
  boundary?: string;
  tags: Record<string, string>;
  madeAt: Date;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export async function findRole(name: string): Promise<RoleNow | undefined> {
  try {
    const { Role: role } = await client.send(new GetRoleCommand({ RoleName: name }));
    if (!role?.Arn) return undefined;
    const boundary = role.PermissionsBoundary?.PermissionsBoundaryArn;
    return {
      arn: role.Arn,
      ...(boundary && { boundary }),
      tags: Object.fromEntries((role.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      madeAt: role.CreateDate ?? new Date(0),
    };
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}

/**
 * Makes a role; one that is there already is left as it is.
 * @returns whether it was made now.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export async function makeRole({ name, path, description, trust, boundary, tags }: RoleWanted): Promise<boolean> {
  try {
    await client.send(
      new CreateRoleCommand({
        RoleName: name,
        Path: path,
        Description: description,
        AssumeRolePolicyDocument: trust,
        PermissionsBoundary: boundary,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof EntityAlreadyExistsException) return false;
    throw error;
  }
}

/** The ARNs of the policies that a role has; of one that IAM has only just made it may not know yet. */
export async function policiesOf(name: string): Promise<string[]> {
  try {
    const { AttachedPolicies = [] } = await client.send(new ListAttachedRolePoliciesCommand({ RoleName: name }));
    return AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []);
  } catch (error) {
    if (error instanceof NoSuchEntityException) return [];
    throw error;
  }
}

/** Attached once more, a policy is attached as before. */
export async function attachPolicy(name: string, policy: string): Promise<void> {
  await client.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: policy }));
}

/**
 * Removes a role, which has to have no policies for that; one that is gone already is no error.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
 */
export async function removeRole(name: string): Promise<void> {
  for (const policy of await policiesOf(name))
    await orGone(client.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn: policy })));
  await orGone(client.send(new DeleteRoleCommand({ RoleName: name })));
}

async function orGone(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof NoSuchEntityException)) throw error;
  }
}
