import { createHash } from 'node:crypto';
import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import { createVersion, findVersions } from '../../aws/launch-templates.ts';
import { canonicalJson } from '../../manifest/digest.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import type { Colour } from '../balanced/colours.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { groupName, taskName } from './names.ts';
import type { Stack } from './stack.ts';
import { taskUserDataOf } from './task-user-data.ts';
import { userDataOf } from './user-data.ts';

/** What instances of a release are started for: a colour, or one command that may take so many seconds. */
export type Purpose = Colour | { seconds: number };

/** The tags that tell whose an instance is, and of which release. */
export const instanceTags = (plan: Plan, purpose: Purpose): Record<string, string> => ({
  Name: typeof purpose === 'string' ? groupName(plan, purpose) : taskName(plan),
  ...ownerTags(plan),
  ...(typeof purpose === 'string' && { 'pilotage:colour': purpose }),
  'pilotage:release': plan.release,
});

/** What an instance of a release is started with. */
export function launchDataOf(plan: Plan, stack: Stack, purpose: Purpose): RequestLaunchTemplateData {
  const { ami, device, disk, types } = detailOf(plan);
  const isTask = typeof purpose !== 'string';
  const userData = isTask ? taskUserDataOf(plan, stack, purpose.seconds) : userDataOf(plan, stack, purpose);
  const Tags = Object.entries(instanceTags(plan, purpose)).map(([Key, Value]) => ({ Key, Value }));
  const [InstanceType = ''] = types;
  return {
    ImageId: ami,
    InstanceType: InstanceType as NonNullable<RequestLaunchTemplateData['InstanceType']>,
    IamInstanceProfile: { Arn: stack.profile },
    SecurityGroupIds: [stack.securityGroup],
    // With a token, and no further than the instance itself:
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    BlockDeviceMappings: [
      {
        DeviceName: device,
        Ebs: { VolumeType: 'gp3', VolumeSize: disk, Encrypted: true, DeleteOnTermination: true },
      },
    ],
    UserData: Buffer.from(userData).toString('base64'),
    // One that ends by itself is gone, and not merely stopped.
    ...(isTask && { InstanceInitiatedShutdownBehavior: 'terminate' }),
    TagSpecifications: [
      { ResourceType: 'instance', Tags },
      { ResourceType: 'volume', Tags },
    ],
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40);

/**
 * The version of the launch template for a release and a purpose; made where none is of this content: the stack's
 * part of it may have changed since.
 * @returns its number.
 */
export async function ensureVersion(plan: Plan, stack: Stack, purpose: Purpose, lease: Lease): Promise<string> {
  const data = launchDataOf(plan, stack, purpose);
  const content = digest(canonicalJson(data));
  const description = `${plan.release} ${typeof purpose === 'string' ? purpose : 'task'} ${content}`;
  const found = (await findVersions(stack.template)).find((version) => version.description === description);
  if (found) return found.number;
  // The same deployment that asks twice, as after a lost answer, makes one.
  return createVersion(stack.template, description, data, digest(`${lease.deployment} ${description}`));
}

const DESCRIBED = /^([0-9a-f]{20}) (?:blue|green|task) [0-9a-f]{40}$/;

/** The release that a version was made for; undefined where it is none of ours. */
export const releaseIn = (description: string): string | undefined => DESCRIBED.exec(description)?.[1];
