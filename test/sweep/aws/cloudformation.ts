import type { Clock } from '../clock.ts';
import { ACCOUNT, REGION } from '../names.ts';
import type { Random } from '../random.ts';
import type { Service } from './call.ts';
import { outputsOf } from './made.ts';
import { type Action, membersOf, queryService, Refusal } from './query.ts';
import {
  type ChangeSet,
  changed,
  changeOf,
  eventOf,
  type Made,
  STACK,
  type Stack,
  type Stacks,
  setName,
  shapeOf,
  stackName,
} from './stack.ts';
import type { BusEvent } from './told.ts';

export interface CloudFormation extends Service {
  stacks: Stacks;
  /** Called with the outputs of a stack that was made or changed, its template and its parameters. */
  whenMade: (outputs: Record<string, string>, template: Made, parameters: Record<string, string>) => void;
  /** What of a stack with these outputs cannot be deleted yet; and called once all of it is. */
  whatKeeps: (outputs: Record<string, string>) => string | undefined;
  whenGone: (outputs: Record<string, string>) => void;
  /** Whether a role can be used yet. */
  isKnown: (role: string) => boolean;
}

export interface Around {
  clock: Clock;
  random: Random;
  tell: (event: Omit<BusEvent, 'id' | 'time'>) => void;
}

const nameIn = (input: URLSearchParams): string => stackName(input).split('/')[0] ?? '';

const EMPTY: Made = { Resources: {}, Outputs: {} };

/** Milliseconds: until a change set is ready, until half of an operation is done, and until all of it is. */
const READY_MS = [800, 2_500] as const;
const HALF_MS = [10_000, 20_000] as const;
const CLEANED_MS = 1_500;

/**
 * CloudFormation, as far as Pilotage asks it while nothing in a stack itself fails: change sets, which take a
 * moment, and operations, which take a while.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
 */
export function cloudFormationOf({ clock, random, tell }: Around, stacks: Stacks = new Map()): CloudFormation {
  const stackIn = (input: URLSearchParams): Stack => {
    const which = input.get('StackName') ?? '';
    const found = stacks.get(which) ?? [...stacks.values()].find(({ id }) => id === which);
    if (!found) throw new Refusal('ValidationError', `Stack with id ${which} does not exist`);
    return found;
  };
  const setIn = (input: URLSearchParams): ChangeSet => {
    const name = input.get('ChangeSetName') ?? '';
    const found = stackIn(input).sets[name];
    if (!found) throw new Refusal('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);
    return found;
  };

  function note(stack: Stack, status: string, token: string, resource = stack.name): void {
    const isStack = resource === stack.name;
    const type = isStack ? STACK : (stack.template.Resources[resource]?.Type ?? 'AWS::Unknown');
    stack.events.unshift({ at: clock.now(), resource, type, status, token });
    if (!isStack) return;
    stack.status = status;
    tell({
      bus: 'default',
      source: 'aws.cloudformation',
      'detail-type': 'CloudFormation Stack Status Change',
      resources: [stack.id],
      detail: {
        'stack-id': stack.id,
        'status-details': { status, 'status-reason': '' },
        'client-request-token': token,
      },
    });
  }

  function run(stack: Stack, set: ChangeSet, token: string): void {
    const verb = set.kind;
    const half = Math.ceil(set.names.length / 2);
    const halfAt = random.whole(...HALF_MS);
    const part = (names: string[], end: string) => {
      for (const name of names) note(stack, `${verb}_${end}`, token, name);
    };
    note(stack, `${verb}_IN_PROGRESS`, token);
    part(set.names.slice(0, half), 'IN_PROGRESS');
    clock.after(halfAt, () => {
      part(set.names.slice(0, half), 'COMPLETE');
      part(set.names.slice(half), 'IN_PROGRESS');
    });
    clock.after(halfAt + random.whole(...HALF_MS), () => {
      part(set.names.slice(half), 'COMPLETE');
      stack.outputs = outputsOf(stack.template, stack.parameters);
      cloudformation.whenMade(stack.outputs, stack.template, stack.parameters);
      set.execution = 'EXECUTE_COMPLETE';
      if (verb === 'CREATE') return note(stack, 'CREATE_COMPLETE', token);
      note(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', token);
      clock.after(CLEANED_MS, () => note(stack, 'UPDATE_COMPLETE', token));
    });
  }

  function remove(stack: Stack, role: string, token: string): void {
    stack.role = role;
    note(stack, 'DELETE_IN_PROGRESS', token);
    const halfAt = random.whole(...HALF_MS);
    const [first, ...names] = Object.keys(stack.template.Resources);
    clock.after(halfAt, () => first && note(stack, 'DELETE_COMPLETE', token, first));
    clock.after(halfAt + random.whole(...HALF_MS), () => {
      const keeps = cloudformation.isKnown(role) ? cloudformation.whatKeeps(stack.outputs) : 'its role is gone';
      if (keeps) {
        note(stack, 'DELETE_FAILED', token, names[0] ?? 'Cluster');
        return note(stack, 'DELETE_FAILED', token);
      }
      cloudformation.whenGone(stack.outputs);
      note(stack, 'DELETE_COMPLETE', token);
      stacks.delete(stack.name);
    });
  }

  /** A change set of a stack that is not there makes one that holds nothing yet. */
  function stackFor(input: URLSearchParams): Stack {
    const name = input.get('StackName') ?? '';
    const found = stacks.get(name);
    if (input.get('ChangeSetType') === 'UPDATE') {
      const stack = stackIn(input);
      if (!/^(?:CREATE|UPDATE)_COMPLETE$/.test(stack.status))
        throw new Refusal('ValidationError', `Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
      return stack;
    }
    if (found?.status === 'REVIEW_IN_PROGRESS') return found;
    if (found) throw new Refusal('ValidationError', `Stack [${name}] already exists and cannot be created again`);
    const stack: Stack = {
      name,
      id: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/1`,
      status: 'REVIEW_IN_PROGRESS',
      template: EMPTY,
      parameters: {},
      outputs: {},
      tags: {},
      createdAt: clock.now(),
      isProtected: false,
      events: [],
      sets: {},
    };
    stacks.set(name, stack);
    return stack;
  }

  const actions: Record<string, Action> = {
    DescribeStacks: {
      about: stackName,
      act: (input) => ({ Stacks: [shapeOf(stackIn(input))] }),
    },
    DescribeStackEvents: {
      about: stackName,
      act: (input) => {
        const { id, name, events } = stackIn(input);
        return { StackEvents: events.map((event, index) => eventOf(event, id, name, events.length - index)) };
      },
    },
    CreateChangeSet: {
      writes: true,
      about: setName,
      act(input) {
        const name = input.get('ChangeSetName') ?? '';
        const token = input.get('ClientToken') ?? '';
        const standing = stacks.get(input.get('StackName') ?? '')?.sets[name];
        if (standing && standing.token === token) return { Id: name };
        if (standing) throw new Refusal('AlreadyExistsException', `ChangeSet ${name} already exists`);
        const role = input.get('RoleARN') ?? '';
        if (!cloudformation.isKnown(role))
          throw new Refusal('ValidationError', `Role ${role} is invalid or cannot be assumed`);
        const stack = stackFor(input);
        stack.role = role;
        const template = JSON.parse(input.get('TemplateBody') ?? '') as Made;
        const kind = input.get('ChangeSetType') ?? '';
        const names = changed(stack.template, template);
        const isSame =
          names.length === 0 && JSON.stringify(stack.template.Outputs) === JSON.stringify(template.Outputs);
        const tags = Object.fromEntries(membersOf(input, 'Tags').map(({ Key = '', Value = '' }) => [Key, Value]));
        const parameters = Object.fromEntries(
          membersOf(input, 'Parameters').map(({ ParameterKey = '', ParameterValue = '' }) => [
            ParameterKey,
            ParameterValue,
          ]),
        );
        const set: ChangeSet = {
          kind,
          token,
          template,
          parameters,
          tags,
          names,
          status: 'CREATE_PENDING',
          execution: 'UNAVAILABLE',
        };
        stack.sets[name] = set;
        clock.after(random.whole(...READY_MS), () => {
          set.status = isSame ? 'FAILED' : 'CREATE_COMPLETE';
          if (isSame) set.reason = "The submitted information didn't contain changes.";
          else if (set.execution === 'UNAVAILABLE') set.execution = 'AVAILABLE';
        });
        return { Id: name, StackId: stack.id };
      },
    },
    DescribeChangeSet: {
      about: setName,
      act(input) {
        const { status, execution, reason, names, template } = setIn(input);
        const before = stackIn(input).template;
        return {
          Status: status,
          ExecutionStatus: execution,
          StatusReason: reason,
          Changes: status === 'CREATE_COMPLETE' ? names.map((name) => changeOf(name, before, template)) : [],
        };
      },
    },
    DeleteChangeSet: {
      writes: true,
      about: setName,
      act(input) {
        const { execution } = setIn(input);
        if (execution === 'EXECUTE_IN_PROGRESS') throw new Refusal('InvalidChangeSetStatus', `it is ${execution}`);
        delete stackIn(input).sets[input.get('ChangeSetName') ?? ''];
        return {};
      },
    },
    ExecuteChangeSet: {
      writes: true,
      about: setName,
      act(input) {
        const stack = stackIn(input);
        const set = setIn(input);
        if (set.execution !== 'AVAILABLE')
          throw new Refusal('InvalidChangeSetStatus', `ChangeSet is in ${set.execution} execution status`);
        set.execution = 'EXECUTE_IN_PROGRESS';
        for (const other of Object.values(stack.sets))
          if (other.execution === 'AVAILABLE') other.execution = 'OBSOLETE';
        Object.assign(stack, { template: set.template, parameters: set.parameters, tags: set.tags });
        if (set.kind === 'UPDATE') stack.changedAt = clock.now();
        run(stack, set, input.get('ClientRequestToken') ?? '');
        return {};
      },
    },
    DeleteStack: {
      writes: true,
      about: stackName,
      act(input) {
        const role = input.get('RoleARN') ?? '';
        if (!cloudformation.isKnown(role))
          throw new Refusal('ValidationError', `Role ${role} is invalid or cannot be assumed`);
        const found = stacks.get(nameIn(input));
        // What is deleted already, or is just being deleted, is no error.
        if (found && found.status !== 'DELETE_IN_PROGRESS') remove(found, role, input.get('ClientRequestToken') ?? '');
        return {};
      },
    },
    SetStackPolicy: {
      writes: true,
      about: stackName,
      act(input) {
        stackIn(input).policy = input.get('StackPolicyBody') ?? '';
        return {};
      },
    },
    UpdateTerminationProtection: {
      writes: true,
      about: stackName,
      act(input) {
        stackIn(input).isProtected = input.get('EnableTerminationProtection') === 'true';
        return {};
      },
    },
  };

  const cloudformation: CloudFormation = {
    ...queryService('cloudformation', 'cloudformation', actions),
    stacks,
    whenMade: () => undefined,
    whatKeeps: () => undefined,
    whenGone: () => undefined,
    isKnown: () => true,
  };
  return cloudformation;
}
