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
    says: /InsufficientFreeAddressesInSubnet|insufficient free addresses/i,
    code: 'NO_ADDRESSES',
    words: 'the subnets have no free addresses left',
    enough: 1,
  },
  {
    says: /InvalidAMIID|AMI.*(?:does not exist|not valid)/i,
    code: 'AMI_MISSING',
    words: 'the machine image of this release is not there any more',
    enough: 1,
  },
  {
    says: /smaller than snapshot|InvalidBlockDeviceMapping/i,
    code: 'DISK_TOO_SMALL',
    words: 'ec2.disk is smaller than the machine image',
    enough: 1,
  },
  {
    says: /UnauthorizedOperation|AccessDenied|not authorized/i,
    code: 'NOT_ALLOWED',
    words: 'Auto Scaling may not start the instances',
    enough: 1,
  },
  {
    says: /InsufficientInstanceCapacity|sufficient.*capacity|UnfulfillableCapacity|Unsupported/i,
    code: 'NO_CAPACITY',
    words: 'AWS has no instances of this type in these zones now',
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
    const said = ABANDONED.includes(rule) ? '' : `: ${latest.StatusMessage?.trim()}`;
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
