import {
  DescribeInstancesCommand,
  EC2Client,
  EC2ServiceException,
  type Filter,
  type Instance,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { clientConfig } from './config.ts';

const client = new EC2Client(clientConfig);

/** An instance that belongs to no group. */
export interface LoneInstance {
  id: string;
  /** It ends, or has ended. */
  isOver: boolean;
  /** It ran its last line. */
  isGone: boolean;
  isRunning: boolean;
  startedAt: Date;
  tags: Record<string, string>;
  /** Why it is over, in AWS's words. */
  why: string;
}

/**
 * Instances by their tags, the oldest first; those that are gone stay visible for an hour, and new ones may not be yet.
 * @param tags what they have; a tag of whatever value where it is undefined.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
export async function findInstances(tags: Record<string, string | undefined>): Promise<LoneInstance[]> {
  const Filters = Object.entries(tags).map(
    ([name, value]): Filter =>
      value === undefined ? { Name: 'tag-key', Values: [name] } : { Name: `tag:${name}`, Values: [value] },
  );
  const found: Instance[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new DescribeInstancesCommand({ Filters, NextToken }));
    found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
    NextToken = page.NextToken;
  } while (NextToken);
  return found.map(instanceOf).sort((a, b) => Number(a.startedAt) - Number(b.startedAt) || (a.id < b.id ? -1 : 1));
}

const OVER = ['shutting-down', 'terminated', 'stopping', 'stopped'];

function instanceOf({ InstanceId: id = '', State, LaunchTime, Tags = [], StateReason }: Instance): LoneInstance {
  const state = State?.Name ?? 'pending';
  return {
    id,
    isOver: OVER.includes(state),
    isGone: state === 'terminated',
    isRunning: state === 'running',
    startedAt: LaunchTime ?? new Date(),
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    why: StateReason?.Message ?? '',
  };
}

/** What one instance is started with. */
export interface Start {
  /** The launch template's id, and the number of its version. */
  template: string;
  version: string;
  subnet: string;
  /** All that it and its disk are to have. */
  tags: Record<string, string>;
  /** The same call with the same one starts one instance. */
  token: string;
}

/**
 * Starts one instance.
 * @returns why EC2 does not, in its own words, where asking again changes nothing.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 * @see https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
export async function startInstance({ template, version, subnet, tags, token }: Start): Promise<'started' | Refusal> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  try {
    await client.send(
      new RunInstancesCommand({
        LaunchTemplate: { LaunchTemplateId: template, Version: version },
        MinCount: 1,
        MaxCount: 1,
        SubnetId: subnet,
        ClientToken: token,
        TagSpecifications: [
          { ResourceType: 'instance', Tags },
          { ResourceType: 'volume', Tags },
        ],
      }),
    );
    return 'started';
  } catch (error) {
    if (error instanceof EC2ServiceException && REFUSED.test(error.name))
      return { refused: `${error.name}: ${error.message}`, isFull: FULL.test(error.name) };
    throw error;
  }
}

export interface Refusal {
  refused: string;
  /** Another subnet may have room. */
  isFull: boolean;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const FULL = /^(?:InsufficientInstanceCapacity|InsufficientFreeAddressesInSubnet|Unsupported)$/;
const REFUSED =
  /^(?:Insufficient|Unsupported$|VcpuLimitExceeded|InstanceLimitExceeded|VolumeLimitExceeded|MaxSpot|InvalidAMIID|InvalidBlockDeviceMapping|InvalidSubnetID|InvalidGroup)/;

/**
 * Ends instances for good. Those that are gone already are no error.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export async function endInstances(ids: readonly string[]): Promise<void> {
  // For one that is not there EC2 refuses all that are asked for in the same call.
  for (const id of ids)
    try {
      await client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    } catch (error) {
      if (!(error instanceof EC2ServiceException) || error.name !== 'InvalidInstanceID.NotFound') throw error;
    }
}
