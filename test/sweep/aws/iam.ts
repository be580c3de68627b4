import { ACCOUNT } from '../names.ts';
import type { Service } from './call.ts';
import { type Action, membersOf, queryService, Refusal, type Shape } from './query.ts';

interface Role {
  arn: string;
  path: string;
  boundary: string;
  tags: Record<string, string>;
  policies: string[];
  madeAt: number;
  changedAt: number;
}

/** Roles by their names. */
export type Roles = Record<string, Role>;

export interface Iam extends Service {
  now: Roles;
  /** Whether all of AWS knows of a role and of its policies. */
  isKnown: (arn: string) => boolean;
}

/** Milliseconds that a read may be behind, and until the rest of AWS knows. */
const BEHIND_MS = 5_000;
const KNOWN_MS = 8_000;

/**
 * IAM's roles. AWS calls it eventually consistent.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
export function iamOf(clock: () => number, now: Roles = {}): Iam {
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;
  const roleIn = (roles: Roles, input: URLSearchParams): Role => {
    const found = roles[nameIn(input)];
    if (!found) throw new Refusal('NoSuchEntity', `The role with name ${nameIn(input)} cannot be found.`, 404);
    return found;
  };
  const from = (stale: boolean) => (stale && clock() - changedAt < BEHIND_MS ? before : now);
  const change = () => {
    before = structuredClone(now);
    changedAt = clock();
  };

  const actions: Record<string, Action> = {
    GetRole: {
      mayBeStale: true,
      about: nameIn,
      act(input, _, stale) {
        const { arn, path, boundary, tags, madeAt } = roleIn(from(stale), input);
        const Tags: Shape = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
        const PermissionsBoundary = { PermissionsBoundaryArn: boundary };
        const CreateDate = new Date(madeAt);
        return { Role: { RoleName: nameIn(input), Arn: arn, Path: path, CreateDate, PermissionsBoundary, Tags } };
      },
    },
    ListAttachedRolePolicies: {
      mayBeStale: true,
      about: nameIn,
      act: (input, _, stale) => ({
        AttachedPolicies: roleIn(from(stale), input).policies.map((PolicyArn) => ({ PolicyArn })),
      }),
    },
    CreateRole: {
      writes: true,
      about: nameIn,
      act(input) {
        const name = nameIn(input);
        if (now[name]) throw new Refusal('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
        change();
        const path = input.get('Path') ?? '/';
        now[name] = {
          arn: `arn:aws:iam::${ACCOUNT}:role${path}${name}`,
          path,
          boundary: input.get('PermissionsBoundary') ?? '',
          tags: Object.fromEntries(membersOf(input, 'Tags').map(({ Key = '', Value = '' }) => [Key, Value])),
          policies: [],
          madeAt: clock(),
          changedAt: clock(),
        };
        return {};
      },
    },
    DetachRolePolicy: {
      writes: true,
      about: (input) => `${nameIn(input)} ${input.get('PolicyArn')?.split('/').at(-1)}`,
      act(input) {
        const role = roleIn(now, input);
        const policy = input.get('PolicyArn') ?? '';
        if (!role.policies.includes(policy)) throw new Refusal('NoSuchEntity', `Policy ${policy} was not found.`, 404);
        change();
        role.policies = role.policies.filter((one) => one !== policy);
        return {};
      },
    },
    DeleteRole: {
      writes: true,
      about: nameIn,
      act(input) {
        if (roleIn(now, input).policies.length > 0)
          throw new Refusal('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
        change();
        delete now[nameIn(input)];
        return {};
      },
    },
    AttachRolePolicy: {
      writes: true,
      about: (input) => `${nameIn(input)} ${input.get('PolicyArn')?.split('/').at(-1)}`,
      act(input) {
        const role = roleIn(now, input);
        const policy = input.get('PolicyArn') ?? '';
        if (role.policies.includes(policy)) return {};
        change();
        role.policies.push(policy);
        role.changedAt = clock();
        return {};
      },
    },
  };

  return {
    ...queryService('iam', 'iam', actions),
    now,
    isKnown: (arn) =>
      Object.values(now).some(
        (role) => role.arn === arn && clock() - role.changedAt >= KNOWN_MS && role.policies.length > 0,
      ),
  };
}

const nameIn = (input: URLSearchParams) => input.get('RoleName') ?? '';
