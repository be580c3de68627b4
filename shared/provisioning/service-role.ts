import { createHash } from 'node:crypto';
import { setting } from '../aws/config.ts';
import type { RoleWanted } from '../aws/roles.ts';
import type { Accepted } from '../aws/stack-updates.ts';
import type { StackNow } from '../aws/stacks.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { ownerTags } from '../manifest/owner-tags.ts';
import { type Failed, failed, type Parked, parked } from '../outcome.ts';
import { isOf } from './wanted.ts';

/** A role that one of AWS’s services acts under for a pilot: the one that makes its stack, or the one that builds it. */
export interface ServiceRole extends RoleWanted {
  arn: string;
  /** The ARNs of the policies that it has; stack/pilots.cjs says what they allow. */
  policies: string[];
  /** What is done under it, in words that follow its name. */
  purpose: string;
}

/**
 * A role for each pilot and environment, whose policies compare with its tags. Its name holds a digest of its path, who may take
 * it on, and which policies it has: where another Pilotage gives it others, it is another role. What those
 * policies say is not in it: they are Pilotage's own, and an upgrade edits them for all roles at once.
 */
export function serviceRoleOf(pilot: string, environment: string): ServiceRole {
  const [account, path, boundary] = ['ACCOUNT', 'PROVISION_PATH', 'PROVISION_BOUNDARY'].map(setting) as [
    string,
    string,
    string,
  ];
  const policies = setting('PROVISION_POLICIES').split(',');
  const trust = JSON.stringify(trustOf(account));
  const digest = createHash('sha256')
    .update(JSON.stringify([path, boundary, policies, trust]))
    .digest('hex');
  const name = derivedName('role', { pilot, environment, parts: ['provision', digest.slice(0, 6)] });
  const [, partition = 'aws'] = boundary.split(':');
  return {
    name,
    path,
    arn: `arn:${partition}:iam::${account}:role${path}${name}`,
    description: `CloudFormation makes the stack of ${pilot} in ${environment} under it`,
    trust,
    boundary,
    policies,
    purpose: 'under which the stack is made',
    tags: {
      ...ownerTags({ pilot, environment }),
      // Of the names that a policy compares with they are those that may have been cut.
      'pilotage:uploads': derivedName('bucket', { pilot, environment, parts: ['uploads', account] }),
      'pilotage:backups': derivedName('bucket', { pilot, environment, parts: ['backups', account] }),
    },
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html */
const trustOf = (account: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudformation.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
  ],
});

/**
 * IAM takes a while until all of AWS knows of a new role and of its policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const SETTLES_IN_SECONDS = 15;
/** Longer than this it is not IAM that is slow. */
const PATIENCE_SECONDS = 600;

/**
 * Makes the role where it is not there, and gives it what it lacks.
 * @returns how many seconds old it is, or what there is to wait for.
 */
export async function ready(role: ServiceRole): Promise<number | Parked | Failed> {
  const { attachPolicy, findRole, makeRole, policiesOf } = await import('../aws/roles.ts');
  // Made before it is looked for: of a role that is not there IAM knows no path, which our rights go by.
  const found = (await makeRole(role)) ? undefined : await findRole(role.name);
  if (found && (found.arn !== role.arn || found.boundary !== role.boundary || !isOf(found.tags, role)))
    return failed(
      'ROLE_FOREIGN',
      `there is a role ${role.name} that Pilotage did not make; it has to be removed first`,
    );
  const has = found ? await policiesOf(role.name) : [];
  const lacks = role.policies.filter((policy) => !has.includes(policy));
  for (const policy of lacks) await attachPolicy(role.name, policy);
  const age = found ? (Date.now() - found.madeAt.getTime()) / 1000 : 0;
  return lacks.length > 0 || age < SETTLES_IN_SECONDS ? settling(role) : age;
}

function settling({ name, purpose }: ServiceRole): Parked {
  const [deadline, wakeAt] = [PATIENCE_SECONDS, SETTLES_IN_SECONDS].map((after) => new Date(Date.now() + after * 1000));
  return parked(`AWS to know of the role ${name}, ${purpose}`, deadline as Date, wakeAt);
}

/**
 * Has something done under the role, which is looked at only where the stack does not name it yet, or where
 * CloudFormation does not know it.
 */
export async function under(
  role: ServiceRole,
  stack: StackNow | undefined,
  act: () => Promise<Accepted>,
): Promise<Accepted | Parked | Failed> {
  if (stack?.role !== role.arn) {
    const age = await ready(role);
    if (typeof age !== 'number') return age;
  }
  const answer = await act();
  return answer.state === 'refused' && isUnknownRole(answer.reason) ? ((await unknown(role)) ?? answer) : answer;
}

/** What there is to wait for where CloudFormation does not know the role. */
export async function unknown(role: ServiceRole): Promise<Parked | Failed | undefined> {
  const age = await ready(role);
  if (typeof age !== 'number') return age;
  return age < PATIENCE_SECONDS ? settling(role) : undefined;
}

/** `Role arn:… is invalid or cannot be assumed`, as CloudFormation says of a role that it does not know yet. */
export const isUnknownRole = (reason: string): boolean => /\brole\b.*\b(?:invalid|cannot be assumed)\b/i.test(reason);
