import type { OperationEvent, StackEvent } from '@aws-sdk/client-cloudformation';

/** Whether an operation was begun with this token: all its events carry it. */
export const isBegunBy = (events: readonly StackEvent[], token: string): boolean =>
  events.some(({ ClientRequestToken }) => ClientRequestToken === token);

/** Which try an operation is, by its token: `<prefix>-3` is the third; 0 where somebody else began it. */
export function triesOf(events: readonly StackEvent[], prefix: string): number {
  const token = events.find(({ ClientRequestToken }) => ClientRequestToken)?.ClientRequestToken ?? '';
  return token.startsWith(`${prefix}-`) ? Number(token.slice(prefix.length + 1)) : 0;
}

/** The stack itself is the first among its resources. */
const isOfStack = ({ PhysicalResourceId, StackId }: StackEvent): boolean => PhysicalResourceId === StackId;

/** What was given up because something else had failed. */
const CANCELLED = /\bcancel+ed\b/i;

/**
 * What made an operation fail, in words: the first resource that failed by itself.
 * @param events oldest first.
 */
export function causeOf(events: readonly StackEvent[]): string {
  const failed = events.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'));
  const first = failed.find(
    (event) => !isOfStack(event) && !CANCELLED.test(event.ResourceStatusReason ?? 'no reason was given'),
  );
  if (first) return `${first.LogicalResourceId} (${first.ResourceType}): ${reasonOf(first)}`;
  const told = events.find((event) => isOfStack(event) && isBad(event) && event.ResourceStatusReason);
  return told ? reasonOf(told) : 'CloudFormation tells no cause';
}

const isBad = ({ ResourceStatus }: StackEvent): boolean => /FAILED$|ROLLBACK/.test(ResourceStatus ?? '');

const reasonOf = ({ ResourceStatusReason: reason = 'no reason was given' }: StackEvent): string => brief(reason);

/** A reason may repeat the whole template. */
const LONGEST = 600;

/** Without the stop at its end, so that a sentence can go on. */
export const brief = (reason: string): string => reason.trim().replace(/\.$/, '').slice(0, LONGEST);

/** Whether what CloudFormation says is only where it says more. */
export const tellsMore = (reason: string): boolean => /\bDescribeEvents\b/.test(reason);

/** The first of what was found wrong before anything was changed. */
export function flawIn([flaw]: readonly OperationEvent[]): string | undefined {
  if (!flaw?.ValidationStatusReason) return undefined;
  return `${flaw.LogicalResourceId} (${flaw.ResourceType}): ${brief(flaw.ValidationStatusReason)}`;
}

/** What happened since the update began to be undone the last time. */
export function undoing(events: readonly StackEvent[]): StackEvent[] {
  const began = events.findLastIndex(
    (event) => isOfStack(event) && event.ResourceStatus === 'UPDATE_ROLLBACK_IN_PROGRESS',
  );
  return events.slice(began + 1);
}

/** As many are named. */
const NAMED = 3;

/**
 * How far an operation is, in words: `7 of 23 made, now Balancer, Cluster`.
 * @param events oldest first.
 * @param total resources of the template.
 */
export function progressOf(events: readonly StackEvent[], total: number): string {
  const states = new Map<string, string>();
  for (const event of events)
    if (!isOfStack(event)) states.set(event.LogicalResourceId ?? '', event.ResourceStatus ?? '');
  const ending = (end: string) => [...states].filter(([, state]) => state.endsWith(end)).map(([name]) => name);
  const stack = events.findLast(isOfStack)?.ResourceStatus ?? '';
  return `${doneSoFar(stack, ending('_COMPLETE').length, total, events)}${now(ending('_IN_PROGRESS'))}`;
}

function doneSoFar(stack: string, count: number, total: number, events: readonly StackEvent[]): string {
  if (stack.includes('ROLLBACK')) return `undoing it all: ${causeOf(events)}`;
  if (stack.includes('CLEANUP')) return 'removing what was replaced';
  if (stack === 'CREATE_IN_PROGRESS') return `${count} of ${total} made`;
  return `${count} ${stack === 'DELETE_IN_PROGRESS' ? 'removed' : 'changed'}`;
}

function now(names: string[]): string {
  if (names.length === 0) return '';
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `, now ${names.slice(0, NAMED).join(', ')}${more}`;
}
