import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AlreadyExistsException,
  type Change,
  ChangeSetNotFoundException,
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  InvalidChangeSetStatusException,
} from '@aws-sdk/client-cloudformation';
import { canonicalJson } from '../manifest/digest.ts';
import { clientConfig } from './config.ts';
import { handedOver } from './stack-templates.ts';
import { isAbsent } from './stacks.ts';

const client = new CloudFormationClient(clientConfig);

/** A stack as it would be after an update. */
export interface Proposal {
  stack: string;
  /** JSON. */
  template: string;
  /** Undefined: as it is now. */
  parameters: Record<string, string | undefined>;
  /** Made once by whoever asks and kept over retries, so that two who ask at the same time do not share a change set. */
  request: string;
}

/**
 * What an earlier stack has left by its own policy, logs and copies of files, is taken over again by name: it would stand
 * in the way for ever.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html
 */
export const TAKING_OVER = { ImportExistingResources: true };

/** `failed`: CloudFormation refused the template. `late`: it has not answered in time. */
export type StackReading =
  | { state: 'read'; changes: Change[] }
  | { state: 'absent' }
  | { state: 'failed'; reason: string }
  | { state: 'late' };

/** What CloudFormation says of a template that would change nothing. */
export const NO_CHANGE = /didn't contain changes|No updates are to be performed/;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * What an update of a stack would change. A change set is made, read and
 * removed again; nothing is executed. Cut off anywhere it may be asked again:
 * the change set is named by what it is made of, so one that is there is the same.
 * @param patience milliseconds that CloudFormation may take.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
 */
export async function readChanges(proposal: Proposal, patience: number): Promise<StackReading> {
  const which = { StackName: proposal.stack, ChangeSetName: nameOf(proposal) };
  if (!(await create(proposal, which))) return { state: 'absent' };
  try {
    return await wait(which, Date.now() + patience);
  } finally {
    await remove(which);
  }
}

/** A change set of a stack, as every call names it. */
export type Which = { StackName: string; ChangeSetName: string };

const nameOf = ({ parameters, ...proposal }: Proposal): string =>
  `pilotage-plan-${createHash('sha256')
    .update(
      canonicalJson({
        ...proposal,
        parameters: Object.entries(parameters).map(([key, value]) => [key, value ?? null]),
      }),
    )
    .digest('hex')
    .slice(0, 20)}`;

/** @returns false when there is no such stack. */
async function create({ template, parameters }: Proposal, which: Which): Promise<boolean> {
  try {
    await client.send(
      new CreateChangeSetCommand({
        ...which,
        ChangeSetType: 'UPDATE',
        ClientToken: which.ChangeSetName,
        ...(await handedOver(template)),
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ...(ParameterValue === undefined ? { UsePreviousValue: true } : { ParameterValue }),
        })),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        ...TAKING_OVER,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof AlreadyExistsException) return true;
    if (isAbsent(error)) return false;
    throw error;
  }
}

async function wait(which: Which, deadline: number): Promise<StackReading> {
  for (let time = FIRST_PAUSE_MS; ; time = Math.min(time * 2, LONGEST_PAUSE_MS)) {
    const { first, changes } = await describe(which);
    const { Status: status = '', StatusReason: reason = '' } = first;
    if (status === 'CREATE_COMPLETE') return { state: 'read', changes };
    if (status === 'FAILED')
      return NO_CHANGE.test(reason) ? { state: 'read', changes: [] } : { state: 'failed', reason };
    if (Date.now() + time > deadline) return { state: 'late' };
    await pause(time);
  }
}

/** All pages of it. */
export async function describe(which: Which): Promise<{ first: DescribeChangeSetCommandOutput; changes: Change[] }> {
  const first = await client.send(new DescribeChangeSetCommand(which));
  const changes = [...(first.Changes ?? [])];
  for (let next = first.NextToken; next; ) {
    const page = await client.send(new DescribeChangeSetCommand({ ...which, NextToken: next }));
    changes.push(...(page.Changes ?? []));
    next = page.NextToken;
  }
  return { first, changes };
}

/** One that is still being made cannot be removed; it does nothing by itself. */
export async function remove(which: Which): Promise<void> {
  try {
    await client.send(new DeleteChangeSetCommand(which));
  } catch (error) {
    if (error instanceof ChangeSetNotFoundException || error instanceof InvalidChangeSetStatusException) return;
    throw error;
  }
}
