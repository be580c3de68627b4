import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { Template } from '../../../templates/template.ts';
import type { Shape } from './wire.ts';

export const NAME = 'acme-shop-production';

export type Made = Pick<Template, 'Resources' | 'Outputs'>;

export interface Stack {
  id: string;
  status: StackStatus;
  template: Made;
  /** Of all resources that it has, or has begun to make. */
  types: Record<string, string>;
  createdAt: Date;
  changedAt?: Date;
  isProtected: boolean;
  policy?: string;
  role?: string;
  tags: Record<string, string>;
  /** The newest first. */
  events: Shape[];
  /** What is still to happen, one thing at each look. */
  coming: (() => void)[];
}

/** What happens to a resource, or to the stack itself, and why. */
export type Happening = [resource: string, status: ResourceStatus | StackStatus, reason?: string | undefined];

let made = 0;

export const freshStack = (status: StackStatus): Stack => ({
  id: `arn:aws:cloudformation:us-east-1:123456789012:stack/${NAME}/${made++}`,
  status,
  template: { Resources: {}, Outputs: {} },
  types: {},
  createdAt: new Date(),
  isProtected: false,
  tags: {},
  events: [],
  coming: [],
});

/** Writes an event of an operation down; one of the stack itself is its state from then on. */
export function tell(stack: Stack, [resource, status, reason]: Happening, token?: string): void {
  const isStack = resource === NAME;
  stack.events.unshift({
    StackId: stack.id,
    StackName: NAME,
    EventId: String(stack.events.length),
    LogicalResourceId: resource,
    PhysicalResourceId: isStack ? stack.id : resource.toLowerCase(),
    ResourceType: isStack ? 'AWS::CloudFormation::Stack' : stack.types[resource],
    Timestamp: new Date(),
    ResourceStatus: status,
    ResourceStatusReason: reason,
    ClientRequestToken: token,
  });
  if (isStack) stack.status = status as StackStatus;
}

/**
 * Begins an operation: its first event is there at once.
 * @param over what is true as soon as its last one is.
 */
export function begin(stack: Stack, token: string, happenings: Happening[], over?: () => void): void {
  stack.coming = happenings.map((one, index) => () => {
    tell(stack, one, token);
    if (index === happenings.length - 1) over?.();
  });
  stack.coming.shift()?.();
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export function doing(verb: 'CREATE' | 'UPDATE', names: string[]): Happening[] {
  return [
    [NAME, `${verb}_IN_PROGRESS`],
    ...names.map((name): Happening => [name, `${verb}_IN_PROGRESS`]),
    ...names.map((name): Happening => [name, `${verb}_COMPLETE`]),
    ...(verb === 'UPDATE' ? [[NAME, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'] as Happening] : []),
    [NAME, `${verb}_COMPLETE`],
  ];
}

/** The same, where one resource fails, and all is undone. */
export function failing(verb: 'CREATE' | 'UPDATE', names: string[], broken: string, reason?: string): Happening[] {
  const what = verb === 'CREATE' ? 'creation' : 'update';
  const others = names.filter((name) => name !== broken);
  return [
    [NAME, `${verb}_IN_PROGRESS`],
    ...names.map((name): Happening => [name, `${verb}_IN_PROGRESS`]),
    [broken, `${verb}_FAILED`, reason],
    ...others.map((name): Happening => [name, `${verb}_FAILED`, `Resource ${what} cancelled`]),
    [
      NAME,
      verb === 'CREATE' ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS',
      `The following resource(s) failed to ${verb.toLowerCase()}: [${names.join(', ')}].`,
    ],
  ];
}

/** The end of undoing an update. @param stubborn a resource that does not go back. */
export const undone = (stubborn?: string): Happening[] =>
  stubborn
    ? [
        [stubborn, 'UPDATE_FAILED', 'it is in use'],
        [NAME, 'UPDATE_ROLLBACK_FAILED', `The following resource(s) failed to update: [${stubborn}].`],
      ]
    : [[NAME, 'UPDATE_ROLLBACK_COMPLETE']];
