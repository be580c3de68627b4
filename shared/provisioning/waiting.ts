import type { Accepted } from '../aws/stack-updates.ts';
import { latestOperation, type StackNow } from '../aws/stacks.ts';
import { type Failed, failed, type Parked, parked } from '../outcome.ts';
import { brief, isBegunBy, progressOf } from './history.ts';
import type { Wanted } from './wanted.ts';

/** CloudFormation tells when an operation of a stack is over; how far it is has to be looked at. */
const LOOK_AGAIN_SECONDS = 60;
/** When a change set is ready it does not tell; that takes seconds. */
const SOON_SECONDS = 3;

/** Waits for an operation of the stack, with words for how far it is. */
export async function underWay(wanted: Wanted, stack: StackNow): Promise<Parked> {
  const events = await latestOperation(stack);
  const isOurs = [wanted.name, wanted.clearing, wanted.undoing].some((token) => isBegunBy(events, token));
  const whose = isOurs ? '' : ', which somebody else is changing';
  return later(wanted, `the stack ${wanted.stack}${whose}: ${progressOf(events, wanted.resources)}`);
}

/** Waits for the first signs of what was asked for. */
export const begun = (wanted: Wanted, answer: Accepted): Parked | Failed =>
  answer.state === 'refused'
    ? failed('STACK_REFUSED', brief(answer.reason))
    : later(wanted, `CloudFormation to begin with the stack ${wanted.stack}`);

/** Waits for what nobody tells. */
export const soon = (wanted: Wanted): Parked =>
  later(wanted, `CloudFormation to say what would change in the stack ${wanted.stack}`, SOON_SECONDS);

/** Waits for what somebody else has begun with a stack that is not to be changed. */
export const untilAtRest = (stack: string, deadline: Date): Parked =>
  later({ deadline }, `the stack ${stack}, which goes on replacing its database`);

const later = ({ deadline }: Pick<Wanted, 'deadline'>, awaits: string, seconds = LOOK_AGAIN_SECONDS): Parked =>
  parked(awaits, deadline, new Date(Date.now() + seconds * 1000));
