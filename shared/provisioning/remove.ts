import { removeStack } from '../aws/stack-updates.ts';
import { findStack, latestOperation, type StackNow } from '../aws/stacks.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { ownerTags } from '../manifest/owner-tags.ts';
import { type Done, done, type Failed, failed, type Parked, parked } from '../outcome.ts';
import { brief, causeOf, progressOf, triesOf } from './history.ts';
import { meaningOf } from './meaning.ts';
import { serviceRoleOf, under } from './service-role.ts';
import { isOf } from './wanted.ts';

interface Asked {
  /** The id of the deployment that removes it. */
  deployment: string;
  pilot: string;
  environment: string;
  deadline: Date;
}

/** CloudFormation tells when it is over; how far it is has to be looked at. */
const LOOK_AGAIN_SECONDS = 60;
/** Each time twice as long as before: what is in the way may go by itself, as a network does whose functions are gone. */
const FIRST_PAUSE_SECONDS = 60;
const TRIES = 7;

/**
 * One look at the stack of an environment that is to go, and the next thing that makes it go. Cut off anywhere, or begun twice,
 * it goes on from what is there. A stack of that name which Pilotage did not make stays.
 */
export async function removeStackOf(asked: Asked): Promise<Done | Parked | Failed> {
  const name = derivedName('stack', asked);
  const stack = await findStack(name);
  if (!stack || stack.status === 'DELETE_COMPLETE') return done();
  const meaning = meaningOf(stack.status);
  if (stack.status === 'DELETE_IN_PROGRESS') return underWay(asked, name, stack);
  // One that was never made has nobody's tags yet.
  if (meaning !== 'absent' && !isOf(stack.tags, { tags: ownerTags(asked) })) return done();
  if (meaning === 'under way') return underWay(asked, name, stack);
  if (stack.status === 'DELETE_FAILED') return again(asked, name, stack);
  return remove(asked, name, stack, 1);
}

async function underWay(asked: Asked, name: string, stack: StackNow): Promise<Parked> {
  const events = await latestOperation(stack);
  return later(asked, `the stack ${name}: ${progressOf(events, 0)}`);
}

/** Deletes once more what could not be deleted, after a pause. */
async function again(asked: Asked, name: string, stack: StackNow): Promise<Parked | Failed> {
  const events = await latestOperation(stack);
  const tries = triesOf(events, tokenOf(asked));
  const cause = causeOf(events);
  if (tries >= TRIES)
    return failed('STACK_STUCK', `the stack ${name} could not be deleted in ${TRIES} tries: ${cause}`);
  const failedAt = events.at(-1)?.Timestamp?.getTime() ?? 0;
  const next = tries === 0 ? 0 : failedAt + FIRST_PAUSE_SECONDS * 1000 * 2 ** (tries - 1);
  if (next <= Date.now()) return remove(asked, name, stack, tries + 1);
  return parked(`the next try to delete the stack ${name}: ${cause}`, asked.deadline, new Date(next));
}

async function remove(asked: Asked, name: string, stack: StackNow, attempt: number): Promise<Parked | Failed> {
  const role = serviceRoleOf(asked.pilot, asked.environment);
  const answer = await under(role, stack, () => removeStack(stack, `${tokenOf(asked)}-${attempt}`, role.arn));
  if ('outcome' in answer) return answer;
  if (answer.state === 'refused') return failed('STACK_REFUSED', brief(answer.reason));
  return later(asked, `CloudFormation to begin to delete the stack ${name}`);
}

/** Begins the tokens of all tries. */
const tokenOf = ({ deployment }: Asked): string => `pilotage-remove-${deployment.replaceAll('_', '--')}`;

const later = ({ deadline }: Asked, awaits: string): Parked =>
  parked(awaits, deadline, new Date(Date.now() + LOOK_AGAIN_SECONDS * 1000));
