import { createHash } from 'node:crypto';
import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import { createVersion, findVersions } from '../../aws/launch-templates.ts';
import { canonicalJson } from '../../manifest/digest.ts';
import { ownerTags } from '../../manifest/owner-tags.ts';
import type { Colour } from '../balanced/colours.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { groupName } from './names.ts';
import type { Stack } from './stack.ts';
import { userDataOf } from './user-data.ts';

/** What an instance of a release is started with, in a colour. */
export function launchDataOf(plan: Plan, stack: Stack, colour: Colour): RequestLaunchTemplateData {
  const { ami, device, disk, types } = detailOf(plan);
  const tags = {
    Name: groupName(plan, colour),
    ...ownerTags(plan),
    'pilotage:colour': colour,
    'pilotage:release': plan.release,
  };
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
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
    UserData: Buffer.from(userDataOf(plan, stack, colour)).toString('base64'),
    TagSpecifications: [
      { ResourceType: 'instance', Tags },
      { ResourceType: 'volume', Tags },
    ],
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40);

/**
 * The version of the launch template for a release in a colour; made where none is of this content: the stack's
 * part of it may have changed since.
 * @returns its number.
 */
export async function ensureVersion(plan: Plan, stack: Stack, colour: Colour, lease: Lease): Promise<string> {
  const data = launchDataOf(plan, stack, colour);
  const content = digest(canonicalJson(data));
  const description = `${plan.release} ${colour} ${content}`;
  const found = (await findVersions(stack.template)).find((version) => version.description === description);
  if (found) return found.number;
  // The same deployment that asks twice, as after a lost answer, makes one.
  return createVersion(stack.template, description, data, digest(`${lease.deployment} ${description}`));
}

const DESCRIBED = /^([0-9a-f]{20}) (?:blue|green) [0-9a-f]{40}$/;

/** The release that a version was made for; undefined where it is none of ours. */
export const releaseIn = (description: string): string | undefined => DESCRIBED.exec(description)?.[1];
