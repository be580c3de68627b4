import {
  AlreadyExistsException,
  type Change,
  ChangeSetNotFoundException,
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteStackCommand,
  ExecuteChangeSetCommand,
  InsufficientCapabilitiesException,
  InvalidChangeSetStatusException,
  LimitExceededException,
  SetStackPolicyCommand,
  TokenAlreadyExistsException,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { describe, NO_CHANGE, remove, TAKING_OVER, type Which } from './change-sets.ts';
import { clientConfig } from './config.ts';
import { handedOver } from './stack-templates.ts';
import { isAbsent, type StackNow } from './stacks.ts';

const client = new CloudFormationClient(clientConfig);

/** A stack as it is to be. */
export interface StackWanted {
  stack: string;
  /** Of the change set, and the token of what is done with it: who comes again brings the same. */
  name: string;
  /** For people. */
  description: string;
  /** JSON. */
  template: string;
  parameters: Record<string, string>;
  /** CloudFormation puts them on every resource: one that changes would touch them all. */
  tags: Record<string, string>;
  /** Of the role that CloudFormation works as. */
  role: string;
}

/**
 * What becomes of something that was asked for. `accepted`: it is done, or is under way, by this call or an
 * earlier one. `busy`: the stack is no longer as it was when it was looked at.
 */
export type Accepted = { state: 'accepted' } | { state: 'busy' } | { state: 'refused'; reason: string };

/**
 * Has a change set made; it is not ready when this returns.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
 */
export async function makeChangeSet(kind: 'CREATE' | 'UPDATE', wanted: StackWanted): Promise<Accepted> {
  const template = await handedOver(wanted.template);
  return asked(
    client.send(
      new CreateChangeSetCommand({
        ...named(wanted),
        ChangeSetType: kind,
        ClientToken: wanted.name,
        Description: wanted.description,
        ...template,
        Parameters: Object.entries(wanted.parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Tags: Object.entries(wanted.tags).map(([Key, Value]) => ({ Key, Value })),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        RoleARN: wanted.role,
        ...TAKING_OVER,
      }),
    ),
  );
}

/** `empty`: the stack is what its template says already. `obsolete`: the stack was changed since it was made. */
export type ChangeSetNow =
  | { state: 'ready'; changes: Change[] }
  | { state: 'failed'; reason: string }
  | { state: 'making' | 'empty' | 'executing' | 'executed' | 'obsolete' | 'absent' };

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html */
export async function readChangeSet(wanted: StackWanted): Promise<ChangeSetNow> {
  try {
    const { first, changes } = await describe(named(wanted));
    const { Status: status, StatusReason: reason = '', ExecutionStatus: execution } = first;
    if (status === 'FAILED') return NO_CHANGE.test(reason) ? { state: 'empty' } : { state: 'failed', reason };
    if (execution === 'AVAILABLE') return { state: 'ready', changes };
    if (execution === 'OBSOLETE') return { state: 'obsolete' };
    if (execution === 'EXECUTE_COMPLETE' || execution === 'EXECUTE_FAILED') return { state: 'executed' };
    return { state: execution === 'EXECUTE_IN_PROGRESS' ? 'executing' : 'making' };
  } catch (error) {
    if (error instanceof ChangeSetNotFoundException || isAbsent(error)) return { state: 'absent' };
    throw error;
  }
}

/**
 * Begins to do what the change set says.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
 */
export const executeChangeSet = (wanted: StackWanted): Promise<Accepted> =>
  asked(
    client.send(
      new ExecuteChangeSetCommand({
        ...named(wanted),
        ClientRequestToken: wanted.name,
        // A bucket that outlives a failed creation by its own policy would stand in the way of the next one.
        RetainExceptOnCreate: true,
      }),
    ),
  );

export const removeChangeSet = (wanted: StackWanted): Promise<void> => remove(named(wanted));

/** Begins to delete the stack: that very one, never a later one of its name. */
export const removeStack = ({ id }: StackNow, token: string, role: string): Promise<Accepted> =>
  asked(client.send(new DeleteStackCommand({ StackName: id, ClientRequestToken: token, RoleARN: role })));

/**
 * Has CloudFormation try again to undo a failed update.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
 */
export const continueRollback = ({ id }: StackNow, token: string, role: string): Promise<Accepted> =>
  asked(client.send(new ContinueUpdateRollbackCommand({ StackName: id, ClientRequestToken: token, RoleARN: role })));

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html */
export async function setPolicy(stack: string, policy: string): Promise<void> {
  await client.send(new SetStackPolicyCommand({ StackName: stack, StackPolicyBody: policy }));
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html */
export async function protectStack(stack: string): Promise<void> {
  await client.send(new UpdateTerminationProtectionCommand({ StackName: stack, EnableTerminationProtection: true }));
}

const named = ({ stack, name }: StackWanted): Which => ({ StackName: stack, ChangeSetName: name });

async function asked(call: Promise<unknown>): Promise<Accepted> {
  try {
    await call;
    return { state: 'accepted' };
  } catch (error) {
    if (isUnderWay(error)) return { state: 'accepted' };
    if (error instanceof ChangeSetNotFoundException || isAbsent(error) || isBusy(error)) return { state: 'busy' };
    if (isRefusal(error)) return { state: 'refused', reason: error.message };
    throw error;
  }
}

/** The call came before, and its answer was lost. */
const isUnderWay = (error: unknown): boolean =>
  error instanceof AlreadyExistsException ||
  error instanceof InvalidChangeSetStatusException ||
  error instanceof TokenAlreadyExistsException;

/** `Stack:arn:… is in UPDATE_IN_PROGRESS state and can not be updated.` */
const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'ValidationError' &&
  /\bis in \w+ (?:state|status)\b|current stack status/.test(error.message);

/** What is wrong with the template, with a parameter, with the role: asked again it would say the same. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof InsufficientCapabilitiesException ||
  error instanceof LimitExceededException ||
  (error instanceof Error && error.name === 'ValidationError');
