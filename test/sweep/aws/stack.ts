import type { Template } from '../../../templates/template.ts';
import type { Shape } from './query.ts';

export type Made = Pick<Template, 'Resources' | 'Outputs'>;

export interface ChangeSet {
  kind: string;
  token: string;
  template: Made;
  parameters: Record<string, string>;
  tags: Record<string, string>;
  /** Resources that it changes. */
  names: string[];
  status: 'CREATE_PENDING' | 'CREATE_COMPLETE' | 'FAILED';
  execution: 'UNAVAILABLE' | 'AVAILABLE' | 'EXECUTE_IN_PROGRESS' | 'EXECUTE_COMPLETE' | 'OBSOLETE';
  reason?: string;
}

export interface Happened {
  at: number;
  resource: string;
  type: string;
  status: string;
  token: string;
}

export interface Stack {
  name: string;
  id: string;
  status: string;
  template: Made;
  parameters: Record<string, string>;
  outputs: Record<string, string>;
  tags: Record<string, string>;
  createdAt: number;
  changedAt?: number;
  isProtected: boolean;
  role?: string;
  policy?: string;
  /** The newest first. */
  events: Happened[];
  sets: Record<string, ChangeSet>;
}

/** Stacks by their names. */
export type Stacks = Map<string, Stack>;

export const STACK = 'AWS::CloudFormation::Stack';

export const stackName = (input: URLSearchParams) => (input.get('StackName') ?? '').replace(/^.*:stack\//, '');
export const setName = (input: URLSearchParams) => `${stackName(input)} ${input.get('ChangeSetName')}`;

export function changed(before: Made, after: Made): string[] {
  const all = new Set([...Object.keys(before.Resources), ...Object.keys(after.Resources)]);
  const text = (of: Made, name: string) => JSON.stringify(of.Resources[name]);
  return [...all].filter((name) => text(before, name) !== text(after, name));
}

/** Another name of a database is another database. */
const isReplaced = (old: Made['Resources'][string] | undefined, now: Made['Resources'][string] | undefined): boolean =>
  old?.Properties?.DBInstanceIdentifier !== now?.Properties?.DBInstanceIdentifier;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html */
export function changeOf(name: string, before: Made, after: Made): Shape {
  const [old, now] = [before.Resources[name], after.Resources[name]];
  const Action = old ? (now ? 'Modify' : 'Remove') : 'Add';
  return {
    Type: 'Resource',
    ResourceChange: {
      Action,
      LogicalResourceId: name,
      ResourceType: (now ?? old)?.Type,
      ...(Action === 'Modify' && { Replacement: isReplaced(old, now) ? 'True' : 'False' }),
      ...(Action === 'Modify' && isReplaced(old, now) && { PolicyAction: `ReplaceAnd${now?.UpdateReplacePolicy}` }),
      ...(Action === 'Remove' && { PolicyAction: old?.DeletionPolicy ?? 'Delete' }),
    },
  };
}

const pairs = (of: Record<string, string>, key: string, value: string): Shape =>
  Object.entries(of).map(([name, text]) => ({ [key]: name, [value]: text }));

export const shapeOf = (stack: Stack): Shape => ({
  StackId: stack.id,
  StackName: stack.name,
  StackStatus: stack.status,
  CreationTime: new Date(stack.createdAt),
  LastUpdatedTime: stack.changedAt === undefined ? undefined : new Date(stack.changedAt),
  EnableTerminationProtection: stack.isProtected,
  RoleARN: stack.role,
  Tags: pairs(stack.tags, 'Key', 'Value'),
  Outputs: pairs(stack.outputs, 'OutputKey', 'OutputValue'),
});

export const eventOf = (
  { at, resource, type, status, token }: Happened,
  id: string,
  name: string,
  number: number,
): Shape => ({
  EventId: String(number),
  StackId: id,
  StackName: name,
  LogicalResourceId: resource,
  PhysicalResourceId: type === STACK ? id : resource.toLowerCase(),
  ResourceType: type,
  ResourceStatus: status,
  Timestamp: new Date(at),
  ClientRequestToken: token,
});
