import { continueRollback } from '../aws/stack-updates.ts';
import { flawsOf, latestOperation, type StackNow } from '../aws/stacks.ts';
import { type Failed, failed, type Parked } from '../outcome.ts';
import { brief, causeOf, flawIn, isBegunBy, tellsMore, undoing } from './history.ts';
import { wayOut } from './meaning.ts';
import { under } from './service-role.ts';
import { begun, soon } from './waiting.ts';
import type { Wanted } from './wanted.ts';

/**
 * What went wrong with what this deployment executed.
 * @param end what became of the stack.
 * @returns undefined where it was another one that failed.
 */
export async function failureOf(wanted: Wanted, stack: StackNow, end: string): Promise<Failed | undefined> {
  const events = await latestOperation(stack);
  if (!isBegunBy(events, wanted.name)) return undefined;
  const told = causeOf(events);
  const cause = (tellsMore(told) && flawIn(await flawsOf(stack.id))) || told;
  return failed('STACK_FAILED', `${cause}; the stack ${wanted.stack} ${end}`);
}

/** CloudFormation made no change set of what it was given. */
export async function refusal({ stack, name }: Wanted, reason: string): Promise<Failed> {
  const flaw = tellsMore(reason) && flawIn(await flawsOf(stack, name));
  return failed('STACK_REFUSED', flaw || inTheWay(reason) || brief(reason));
}

/** What is there by a name of the template and cannot be taken over, since no stack of Pilotage's would have left it. */
function inTheWay(reason: string): string | undefined {
  const [, which] = /\balready exist.*\baffected resources are (.+)$/s.exec(reason) ?? [];
  return (
    which && `${brief(which)} is there already, and of no stack of Pilotage’s; it has to be removed or renamed first`
  );
}

/** Somebody else's stack has the name: whatever its state, nothing is done to it. */
export const foreign = ({ stack }: Wanted): Failed =>
  failed(
    'STACK_FOREIGN',
    `there is a stack ${stack} that Pilotage did not make for this pilot; it has to be removed, or to be renamed, first`,
  );

/** What was executed is over, and the stack is not what it was to be. */
export async function overtaken(wanted: Wanted, stack: StackNow): Promise<Parked | Failed> {
  // It had been looked at just before its end.
  if (isBegunBy(await latestOperation(stack), wanted.name)) return soon(wanted);
  return failed('STACK_OVERTAKEN', `somebody else changed the stack ${wanted.stack} after this deployment did`);
}

/** Undoes a failed update once more, whoever began it: what stood in its way may be gone. */
export async function undo(wanted: Wanted, stack: StackNow): Promise<Parked | Failed> {
  const events = await latestOperation(stack);
  if (isBegunBy(events, wanted.undoing)) return stuck(wanted, stack, causeOf(undoing(events)));
  const asked = await under(wanted.serviceRole, stack, () => continueRollback(stack, wanted.undoing, wanted.role));
  return 'outcome' in asked ? asked : begun(wanted, asked);
}

export const giveUp = async (wanted: Wanted, stack: StackNow): Promise<Failed> =>
  stuck(wanted, stack, causeOf(await latestOperation(stack)));

const stuck = ({ stack }: Wanted, { status }: StackNow, cause: string): Failed =>
  failed('STACK_STUCK', `the stack ${stack} is ${status} (${cause}); ${wayOut(stack, status)}`);
