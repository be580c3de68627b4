import { Refusal, type Shape } from './wire.ts';

/** A role as IAM tells of it. */
export interface Role {
  name: string;
  path: string;
  trust: string;
  boundary: string;
  tags: Record<string, string>;
  policies: Set<string>;
  /** Seconds. */
  age: number;
}

/** A role grows older each time that it is looked at. */
const SECONDS_A_LOOK = 10;

/** Of IAM's operations those that Pilotage asks for, by name. */
export function operationsOn(roles: Map<string, Role>): Record<string, (input: URLSearchParams) => Shape> {
  const known = (input: URLSearchParams): Role => {
    const found = roles.get(input.get('RoleName') ?? '');
    if (!found) throw new Refusal('NoSuchEntity', `The role with name ${input.get('RoleName')} cannot be found.`);
    return found;
  };
  return {
    GetRole(input) {
      const role = known(input);
      role.age += SECONDS_A_LOOK;
      return {
        Role: {
          RoleName: role.name,
          Arn: `arn:aws:iam::000000000000:role${role.path}${role.name}`,
          CreateDate: new Date(Date.now() - role.age * 1000),
          PermissionsBoundary: { PermissionsBoundaryArn: role.boundary },
          Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })),
        },
      };
    },

    CreateRole(input) {
      const said = (key: string) => input.get(key) ?? '';
      if (roles.has(said('RoleName'))) throw new Refusal('EntityAlreadyExists', `${said('RoleName')} already exists.`);
      const keys = [...input].filter(([name]) => /^Tags\.member\.\d+\.Key$/.test(name));
      roles.set(said('RoleName'), {
        name: said('RoleName'),
        path: said('Path'),
        trust: said('AssumeRolePolicyDocument'),
        boundary: said('PermissionsBoundary'),
        tags: Object.fromEntries(keys.map(([name, key]) => [key, said(name.replace(/Key$/, 'Value'))])),
        policies: new Set(),
        age: 0,
      });
      return { Role: { RoleName: said('RoleName') } };
    },

    ListAttachedRolePolicies: (input) => ({
      AttachedPolicies: [...known(input).policies].map((PolicyArn) => ({ PolicyArn })),
    }),

    DetachRolePolicy(input) {
      if (!known(input).policies.delete(input.get('PolicyArn') ?? ''))
        throw new Refusal('NoSuchEntity', `Policy ${input.get('PolicyArn')} was not found.`);
      return {};
    },

    DeleteRole(input) {
      const role = known(input);
      if (role.policies.size > 0)
        throw new Refusal('DeleteConflict', 'Cannot delete entity, must detach all policies first.');
      roles.delete(role.name);
      return {};
    },

    AttachRolePolicy(input) {
      known(input).policies.add(input.get('PolicyArn') ?? '');
      return {};
    },
  };
}
