import {
  executeChangeSet,
  makeChangeSet,
  protectStack,
  readChangeSet,
  removeChangeSet,
  removeStack,
  setPolicy,
} from '../aws/stack-updates.ts';
import { findStack, type StackNow } from '../aws/stacks.ts';
import { type Failed, failed, type Parked, type Refused, refused } from '../outcome.ts';
import { changesFrom } from '../planning/stack-changes.ts';
import type { StackChange } from '../preview/stack.ts';
import { isOpen, losses, movesPolicy, problemOf, stillUsed } from './at-risk.ts';
import { databaseLoss, lockedOut, mayLose } from './database-at-risk.ts';
import { storageProblems } from './database-storage.ts';
import { meaningOf } from './meaning.ts';
import { isUnknownRole, under, unknown } from './service-role.ts';
import { failureOf, foreign, giveUp, overtaken, refusal, undo } from './trouble.ts';
import { begun, soon, underWay } from './waiting.ts';
import { DIGEST, isOf, outputsOf, type Wanted } from './wanted.ts';

/** The stack is what it is to be. */
export interface Provisioned {
  outcome: 'provisioned';
  outputs: Record<string, string>;
  /** What this deployment did to it. */
  stack: 'made' | 'changed' | 'unchanged';
  /** Something is being done to it, so that nothing may be done by what it tells. */
  isMoving?: boolean;
  /** What somebody has to know although it is so. */
  warning?: string;
}

export type Provisioning = Provisioned | Parked | Refused | Failed;

/** Told what a change set does right before it is executed; what is executed twice is told twice. */
export type Begins = (changes: readonly StackChange[]) => Promise<void>;

/**
 * One look at a stack, and the next thing that brings it to what is wanted.
 * Cut off anywhere, or begun twice, it goes on from what is there: what it
 * makes and begins is named after the deployment.
 */
export async function provision(wanted: Wanted, begins?: Begins): Promise<Provisioning> {
  const stack = await findStack(wanted.stack);
  if (!stack) return bring(wanted, undefined, begins);
  const meaning = meaningOf(stack.status);
  // One that was never made has nobody's tags yet.
  if (meaning !== 'absent' && !isOf(stack.tags, wanted)) return foreign(wanted);
  // What the database was made from is part of the template: of another one it would make an empty one.
  if (wanted.writtenFor && wanted.writtenFor.database !== stack.outputs.DatabaseId) return soon(wanted);
  const isAsWanted = stack.outputs[DIGEST] === wanted.digest;
  switch (meaning) {
    case 'absent':
      return bring(wanted, stack, begins);
    case 'whole':
      return isAsWanted ? finish(wanted, stack) : bring(wanted, stack, begins);
    case 'restored':
      if (isAsWanted) return finish(wanted, stack);
      return (await undone(wanted, stack)) ?? bring(wanted, stack, begins);
    case 'never made':
      return (await failureOf(wanted, stack, 'was not made')) ?? clear(wanted, stack);
    case 'under way':
      return underWay(wanted, stack);
    case 'stuck':
      return undo(wanted, stack);
    case 'broken':
      return giveUp(wanted, stack);
  }
}

/** What was executed failed, and all is as it was: the policy, too. */
async function undone(wanted: Wanted, stack: StackNow): Promise<Failed | undefined> {
  const failure = await failureOf(wanted, stack, 'is as it was before');
  if (failure && wanted.restoresDatabase) await setPolicy(wanted.stack, wanted.policy);
  return failure;
}

/** The next step of a change: its change set is made, then executed; after that the stack tells. */
async function bring(wanted: Wanted, stack: StackNow | undefined, begins?: Begins): Promise<Provisioning> {
  const kind = stack && meaningOf(stack.status) !== 'absent' ? 'UPDATE' : 'CREATE';
  const made = await under(wanted.serviceRole, stack, () => makeChangeSet(kind, wanted));
  if ('outcome' in made) return made;
  if (made.state !== 'accepted') return begun(wanted, made);
  const found = await readChangeSet(wanted);
  switch (found.state) {
    case 'ready':
      return execute(wanted, changesFrom(found.changes), kind, stack?.outputs, begins);
    case 'empty':
      await removeChangeSet(wanted);
      return kind === 'UPDATE' && stack ? finish(wanted, stack) : failed('STACK_REFUSED', 'the template makes nothing');
    case 'failed': {
      const told =
        (isUnknownRole(found.reason) && (await unknown(wanted.serviceRole))) || (await refusal(wanted, found.reason));
      await removeChangeSet(wanted);
      return told;
    }
    case 'obsolete':
      await removeChangeSet(wanted);
      return soon(wanted);
    case 'executed':
      return kind === 'UPDATE' && stack ? overtaken(wanted, stack) : soon(wanted);
    case 'making':
    case 'executing':
    case 'absent':
      return soon(wanted);
  }
}

async function execute(
  wanted: Wanted,
  changes: StackChange[],
  kind: 'CREATE' | 'UPDATE',
  outputs?: Record<string, string>,
  begins?: Begins,
): Promise<Provisioning> {
  const isOpened = mayLose(wanted.replacesDatabase, outputs);
  const problems = [
    ...losses(changes).flatMap((change) => {
      const ofDatabase = databaseLoss(change, outputs);
      if (ofDatabase) return isOpened || isRestored(change, wanted) ? [] : [ofDatabase];
      return [problemOf(change, wanted.stack)];
    }),
    ...stillUsed(changes, isOpened),
    ...lockedOut(changes),
    ...(await storageProblems(changes, wanted.template)),
  ];
  if (problems.length > 0) {
    await removeChangeSet(wanted);
    return refused(...problems);
  }
  // A stack that is only being made can have none yet.
  const isLosing = losses(changes).length > 0;
  if (kind === 'UPDATE' && (isLosing || isOpen(changes) || movesPolicy(changes)))
    await setPolicy(wanted.stack, isOpened || wanted.restoresDatabase ? wanted.openPolicy : wanted.policy);
  await begins?.(changes);
  return begun(wanted, await executeChangeSet(wanted));
}

/** Nothing is lost that somebody has not given up by name: in its place is what the snapshot holds. */
const isRestored = ({ action }: StackChange, { restoresDatabase }: Wanted): boolean =>
  action === 'replace' && restoresDatabase === true;

/** A stack that never was complete served nobody and holds nothing; once it is gone, another one is made. */
async function clear(wanted: Wanted, stack: StackNow): Promise<Provisioning> {
  const asked = await under(wanted.serviceRole, stack, () => removeStack(stack, wanted.clearing, wanted.role));
  return 'outcome' in asked ? asked : begun(wanted, asked);
}

/**
 * The protection against deletion comes last, and tells in production that the
 * policy is there. A change of what is there has set its policy before it began.
 */
async function finish(wanted: Wanted, stack: StackNow): Promise<Provisioned> {
  const isOurs = stack.changedAt >= wanted.since;
  const isBare = wanted.isProtected && !stack.isProtected;
  const isNew = isOurs && stack.status === 'CREATE_COMPLETE';
  const wasOpened = isOurs && (wanted.replacesDatabase || wanted.restoresDatabase);
  if (isNew || isBare || wasOpened) await setPolicy(wanted.stack, wanted.policy);
  if (isBare) await protectStack(wanted.stack);
  const did = stack.createdAt >= wanted.since ? 'made' : 'changed';
  return { outcome: 'provisioned', outputs: outputsOf(stack.outputs), stack: isOurs ? did : 'unchanged' };
}
