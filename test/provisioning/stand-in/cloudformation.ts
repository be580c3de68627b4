import type { StackStatus } from '@aws-sdk/client-cloudformation';
import type { Value } from '../../../templates/template.ts';
import { SERVICE_ROLE } from '../service-role.ts';
import { type ChangeSet, changeSetOf, type Replacement } from './change-set.ts';
import { type Role, operationsOn as rolesOn } from './iam.ts';
import { begin, doing, failing, freshStack, type Happening, NAME, type Stack, undone } from './stack.ts';
import { openWire, Refusal, type Shape, type Wire } from './wire.ts';

/** What a test sets before, and asks after. */
interface World {
  stack?: Stack | undefined;
  changeSets: Map<string, ChangeSet>;
  /** The change sets that were executed. */
  executed: string[];
  /** The resources that fail, and why. */
  failing: Map<string, string>;
  /** A resource whose change cannot be undone, or which cannot be deleted, and how often. */
  stubborn?: { name: string; times: number };
  replacement: Replacement;
  /** Why no change set can be made, and what of it is told only to who asks for it. */
  refusing?: { reason: string; flaw?: { [name: string]: Shape } };
  /** How often a change set is not ready yet. */
  pending: number;
  /** Security groups that the test has made, by what the template calls them. */
  groups: Map<string, string>;
  /** IAM's, by their names. */
  roles: Map<string, Role>;
  /** Why no role can be taken on yet, and how often. */
  unknowing?: { reason: string; times: number };
}

export type CloudFormation = Wire & World & { given(status: StackStatus, more?: Partial<Stack>): Stack; reset(): void };

const LONG_AGO = new Date('2020-01-02T03:04:05Z');
const OURS = { 'pilotage:pilot': 'acme-shop', 'pilotage:environment': 'production' };

/** As many are told at once, so that pages have to be turned. */
const PAGE = 5;

/**
 * CloudFormation with one stack, over the SDK's wire, for the states that no
 * emulator reaches. Each look at the stack lets its operation go on by one event.
 */
export async function standIn(): Promise<CloudFormation> {
  const world: World = {
    changeSets: new Map(),
    executed: [],
    failing: new Map(),
    replacement: new Map(),
    pending: 0,
    groups: new Map(),
    roles: new Map(),
  };
  const operations = { ...operationsOn(world), ...rolesOn(world.roles) };
  const wire = await openWire((operation, input) => {
    const answer = operations[operation];
    if (!answer) throw new Error(`${operation} is not stood in for`);
    return answer(input);
  });
  return Object.assign(world, wire, {
    given(status: StackStatus, more: Partial<Stack> = {}) {
      const stack = { ...freshStack(status), createdAt: LONG_AGO, tags: OURS, ...more };
      world.stack = stack;
      return stack;
    },
    reset() {
      wire.calls.length = 0;
      world.executed.length = 0;
      for (const one of [world.changeSets, world.failing, world.replacement, world.groups, wire.faults]) one.clear();
      delete world.stack;
      delete world.stubborn;
      delete world.refusing;
      delete world.unknowing;
      world.roles.clear();
      const [role, more] = [SERVICE_ROLE, { age: 3600, policies: new Set(SERVICE_ROLE.policies) }];
      world.roles.set(role.name, { ...role, ...more });
      world.pending = 0;
    },
  });
}

/** What an output says: of groups it is their ids. */
function outputOf(value: Value, groups: ReadonlyMap<string, string>): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': [, parts] = [] } = value as { 'Fn::Join'?: [string, { 'Fn::GetAtt'?: [string, string] }[]] };
  const ids = parts?.map((part) => groups.get(part['Fn::GetAtt']?.[0] ?? ''));
  return ids?.every((id) => id !== undefined) ? ids.join() : JSON.stringify(value);
}

/** Of the API's operations those that Pilotage asks for, by name. */
function operationsOn(world: World): Record<string, (input: URLSearchParams) => Shape> {
  const known = (which: string | null): Stack => {
    const { stack } = world;
    // Of a deleted stack only its id is known.
    const isIt = stack && (which === stack.id || (which === NAME && stack.status !== 'DELETE_COMPLETE'));
    if (!isIt) throw new Refusal('ValidationError', `Stack with id ${which} does not exist`);
    return stack;
  };
  const changeSet = (input: URLSearchParams): ChangeSet => {
    const name = input.get('ChangeSetName') ?? '';
    const found = world.changeSets.get(name);
    if (!found) throw new Refusal('ChangeSetNotFound', `ChangeSet [${name}] does not exist`);
    return found;
  };
  const isIn = ({ id, status }: Stack) => new Refusal('ValidationError', `Stack:${id} is in ${status} state.`);
  const stubborn = (): string | undefined => {
    if (!world.stubborn || world.stubborn.times === 0) return undefined;
    world.stubborn.times -= 1;
    return world.stubborn.name;
  };

  return {
    DescribeStacks(input) {
      const stack = known(input.get('StackName'));
      stack.coming.shift()?.();
      known(input.get('StackName'));
      const outputs = Object.entries(stack.template.Outputs ?? {});
      return {
        Stacks: [
          {
            StackId: stack.id,
            StackName: NAME,
            StackStatus: stack.status,
            CreationTime: stack.createdAt,
            LastUpdatedTime: stack.changedAt,
            EnableTerminationProtection: stack.isProtected,
            RoleARN: stack.role,
            Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
            Outputs: outputs.map(([OutputKey, { Value }]) => ({
              OutputKey,
              OutputValue: outputOf(Value, world.groups),
            })),
          },
        ],
      };
    },

    CreateChangeSet(input) {
      const name = input.get('ChangeSetName') ?? '';
      if (world.unknowing && world.unknowing.times-- > 0) throw new Refusal('ValidationError', world.unknowing.reason);
      if (world.changeSets.has(name)) throw new Refusal('AlreadyExistsException', `ChangeSet ${name} already exists`);
      if (input.get('ChangeSetType') === 'CREATE') {
        const { status = 'DELETE_COMPLETE' } = world.stack ?? {};
        if (status === 'DELETE_COMPLETE') world.stack = freshStack('REVIEW_IN_PROGRESS');
        else if (status !== 'REVIEW_IN_PROGRESS')
          throw new Refusal('AlreadyExistsException', `Stack [${NAME}] already exists`);
      } else {
        const stack = known(NAME);
        if (!/^(?:CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/.test(stack.status))
          throw isIn(stack);
      }
      const { template, id } = known(NAME);
      world.changeSets.set(name, changeSetOf(input, template, world.replacement));
      return { Id: name, StackId: id };
    },

    DescribeChangeSet(input) {
      const { status, execution, reason, changes } = changeSet(input);
      if (world.pending > 0) {
        world.pending -= 1;
        return { Status: 'CREATE_PENDING', ExecutionStatus: 'UNAVAILABLE' };
      }
      if (world.refusing) return { Status: 'FAILED', StatusReason: world.refusing.reason };
      return { Status: status, StatusReason: reason, ExecutionStatus: execution, ...page('Changes', changes, input) };
    },

    DeleteChangeSet(input) {
      world.changeSets.delete(input.get('ChangeSetName') ?? '');
      return {};
    },

    ExecuteChangeSet(input) {
      const name = input.get('ChangeSetName') ?? '';
      const set = changeSet(input);
      const stack = known(NAME);
      if (set.execution !== 'AVAILABLE') throw new Refusal('InvalidChangeSetStatus', `it is ${set.execution}`);
      if (input.get('RetainExceptOnCreate') !== 'true') throw new Error('what it keeps would stand in the way');
      world.executed.push(name);
      world.changeSets.clear();
      world.changeSets.set(name, set);
      const { type, names, template, tags, role } = set;
      Object.assign(stack, { tags, role, changedAt: new Date() });
      for (const [resource, { Type }] of Object.entries(template.Resources)) stack.types[resource] = Type;
      const token = input.get('ClientRequestToken') ?? '';
      const broken = names.find((one) => world.failing.has(one));
      set.execution = broken ? 'EXECUTE_FAILED' : 'EXECUTE_COMPLETE';
      if (!broken) {
        begin(stack, token, doing(type, names), () => Object.assign(stack, { template }));
        return {};
      }
      const end: Happening[] = type === 'CREATE' ? [[NAME, 'ROLLBACK_COMPLETE']] : undone(stubborn());
      begin(stack, token, [...failing(type, names, broken, world.failing.get(broken)), ...end]);
      return {};
    },

    DescribeStackEvents: (input) => page('StackEvents', known(input.get('StackName')).events, input),

    DescribeEvents: () => ({ OperationEvents: [{ EventType: 'VALIDATION_ERROR', ...world.refusing?.flaw }] }),

    DeleteStack(input) {
      const stack = known(input.get('StackName'));
      if (stack.isProtected) throw new Refusal('ValidationError', `Stack [${NAME}] cannot be deleted`);
      if (stack.status.startsWith('DELETE_') && stack.status !== 'DELETE_FAILED') return {};
      const stays = stubborn();
      const end: Happening[] = stays
        ? [
            [stays, 'DELETE_FAILED', 'it is in use'],
            [NAME, 'DELETE_FAILED', `The following resource(s) failed to delete: [${stays}].`],
          ]
        : [
            ['Logs', 'DELETE_COMPLETE'],
            [NAME, 'DELETE_COMPLETE'],
          ];
      begin(stack, input.get('ClientRequestToken') ?? '', [[NAME, 'DELETE_IN_PROGRESS'], ...end]);
      return {};
    },

    ContinueUpdateRollback(input) {
      const stack = known(input.get('StackName'));
      if (stack.status !== 'UPDATE_ROLLBACK_FAILED') throw isIn(stack);
      const again = undone(stubborn());
      begin(stack, input.get('ClientRequestToken') ?? '', [[NAME, 'UPDATE_ROLLBACK_IN_PROGRESS'], ...again]);
      return {};
    },

    SetStackPolicy(input) {
      known(input.get('StackName')).policy = input.get('StackPolicyBody') ?? '';
      return {};
    },

    UpdateTerminationProtection(input) {
      known(input.get('StackName')).isProtected = input.get('EnableTerminationProtection') === 'true';
      return {};
    },
  };
}

function page(name: string, all: readonly Shape[], input: URLSearchParams): { [name: string]: Shape } {
  const from = Number(input.get('NextToken') ?? 0);
  const next = from + PAGE;
  return { [name]: all.slice(from, next), NextToken: next < all.length ? next : undefined };
}
