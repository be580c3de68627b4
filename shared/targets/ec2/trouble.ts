import type { Activity } from '@aws-sdk/client-auto-scaling';
import type { TargetState } from '../../aws/load-balancers.ts';
import type { Detail } from './detail.ts';

/** Why a colour will not become well. */
export interface Trouble {
  code: string;
  reason: string;
  /** The instance whose log tells more. */
  instance?: string;
}

interface Rule {
  says: RegExp;
  code: string;
  words: string;
  /** How many activities have to say so: after them the next instance can fare no better. */
  enough: number;
}

/** Characters of AWS's own words: it may tell thousands that only it can read. */
const SAID = 300;
/** Of the two that end the same way the first may have met bad luck. */
const TWICE = 2;

/**
 * What AWS itself has against starting an instance.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html
 */
const REFUSED: Rule[] = [
  {
    says: /VcpuLimitExceeded|vCPU (?:capacity|limit)|InstanceLimitExceeded|quota/i,
    code: 'QUOTA',
    words: 'the account may not run so many vCPUs at once: ask AWS for more, or take smaller instances',
    enough: 1,
  },
  {
    says: /VolumeLimitExceeded/i,
    code: 'QUOTA',
    words: 'the account may not have so much disk at once: ask AWS for more, or lower ec2.disk',
    enough: 1,
  },
  {
    says: /InsufficientFreeAddressesInSubnet|insufficient free addresses/i,
    code: 'NO_ADDRESSES',
    words: 'the subnets have no free addresses left: end what runs there besides, or take a larger network',
    enough: 1,
  },
  {
    says: /InvalidAMIID|AMI.*(?:does not exist|not valid)/i,
    code: 'AMI_MISSING',
    words: 'the machine image of this release is not there any more: deploy anew, which takes the one of today',
    enough: 1,
  },
  {
    says: /smaller than snapshot|InvalidBlockDeviceMapping/i,
    code: 'DISK_TOO_SMALL',
    words: 'ec2.disk is smaller than the machine image: make it larger',
    enough: 1,
  },
  {
    says: /UnauthorizedOperation|AccessDenied|not authorized|do not have permission/i,
    code: 'NOT_ALLOWED',
    words: 'Auto Scaling may not start the instances',
    enough: 1,
  },
  // https://repost.aws/knowledge-center/kms-launch-ec2-instance
  {
    says: /Client\.InternalError|InvalidKMSKey/i,
    code: 'DISK_KEY_NOT_USABLE',
    words:
      'the disk could not be encrypted: the account’s default key for EBS has to let the role AWSServiceRoleForAutoScaling use it',
    enough: 1,
  },
  {
    says: /InsufficientInstanceCapacity|sufficient.*capacity|UnfulfillableCapacity|Unsupported|not supported/i,
    code: 'NO_CAPACITY',
    words: 'AWS has no instances of this type in these zones now: deploy again later, or take another ec2.instance',
    enough: TWICE,
  },
];

/** What an instance was ended for by its lifecycle hook: https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html */
const ABANDONED: Rule[] = [
  {
    says: /heartbeat/i,
    code: 'INSTANCE_SILENT',
    words: 'an instance never told that it was installed',
    enough: 1,
  },
  {
    says: /abandon/i,
    code: 'INSTANCE_NOT_INSTALLED',
    words: 'the instances could not be installed',
    enough: TWICE,
  },
];

/** What AWS has against starting an instance, by its own words; undefined where they are none of the known ones. */
export function refusalIn(said: string): Pick<Trouble, 'code' | 'reason'> | undefined {
  const rule = REFUSED.find((one) => one.says.test(said));
  return rule && { code: rule.code, reason: `${rule.words}: ${said.trim().slice(0, SAID)}` };
}

const ILL = /ELB system health check failure/i;
const SPOT = /\bspot\b/i;
const NO_SPOT = /capacity|MaxSpotInstanceCountExceeded|SpotMaxPrice|price/i;

/** What an activity says, in all of its words. */
const saidIn = ({ StatusMessage = '', Cause = '' }: Activity): string => `${StatusMessage} ${Cause}`;

const isOver = ({ StatusCode }: Activity): boolean => StatusCode === 'Failed' || StatusCode === 'Cancelled';

/** Whether AWS has none of what was to be bought on spot. */
export const isSpotMissing = (activities: readonly Activity[]): boolean =>
  activities.some((one) => isOver(one) && SPOT.test(one.StatusMessage ?? '') && NO_SPOT.test(one.StatusMessage ?? ''));

/**
 * Why a group will not come up; undefined while it still may.
 * @param activities those since it was brought up.
 * @param targets those of its target group.
 */
export function troubleIn(
  activities: readonly Activity[],
  targets: readonly TargetState[],
  { health }: Pick<Detail, 'health'>,
): Trouble | undefined {
  const over = activities.filter(isOver);
  for (const rule of [...ABANDONED, ...REFUSED]) {
    const [latest, ...others] = over.filter((one) => rule.says.test(one.StatusMessage ?? ''));
    if (!latest || others.length + 1 < rule.enough) continue;
    const instance = instanceIn(latest);
    const said = ABANDONED.includes(rule) ? '' : `: ${latest.StatusMessage?.trim().slice(0, SAID)}`;
    return { code: rule.code, reason: `${rule.words}${said}`, ...(instance && { instance }) };
  }
  const replaced = activities.find((one) => ILL.test(saidIn(one)));
  return replaced && { code: 'NOT_HEALTHY', reason: illness(targets, health), ...instanceWith(replaced) };
}

/** `Launching a new EC2 instance: i-0abc`, `Terminating EC2 instance: i-0abc` */
export const instanceIn = ({ Description = '' }: Activity): string | undefined =>
  /\bi-[0-9a-f]+/.exec(Description)?.[0];

function instanceWith(activity: Activity): { instance?: string } {
  const instance = instanceIn(activity);
  return instance ? { instance } : {};
}

function illness(targets: readonly TargetState[], { path }: Detail['health']): string {
  const ill = targets.find(({ state, words }) => state === 'unhealthy' && words);
  const words = ill?.words ? `: ${ill.words}` : '';
  return `the load balancer finds the instances ill, asking for ${path}${words}`;
}
