import { ListAvailableSolutionStacksCommand, ListPlatformVersionsCommand } from '@aws-sdk/client-elastic-beanstalk';
import { beanstalk } from './beanstalk.ts';

/** One version of a platform of AWS's own. */
export interface PlatformVersion {
  /** `arn:aws:elasticbeanstalk:eu-central-1::platform/Node.js 24 running on 64bit Amazon Linux 2023/6.7.0` */
  arn: string;
  version: string;
  /** Of its branch: `Supported`, `Beta`, `Deprecated`, `Retired`. */
  branch: string;
}

/**
 * The versions that there are of a platform, in any order.
 * @param name without its version: `Node.js 24 running on 64bit Amazon Linux 2023`.
 * @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_ListPlatformVersions.html
 */
export async function listPlatformVersions(name: string): Promise<PlatformVersion[]> {
  const versions: PlatformVersion[] = [];
  let from: string | undefined;
  do {
    const page = await beanstalk.send(
      new ListPlatformVersionsCommand({
        Filters: [
          { Type: 'PlatformName', Operator: '=', Values: [name] },
          { Type: 'PlatformStatus', Operator: '=', Values: ['Ready'] },
        ],
        ...(from && { NextToken: from }),
      }),
    );
    for (const { PlatformArn = '', PlatformVersion = '', PlatformBranchLifecycleState } of page.PlatformSummaryList ??
      [])
      versions.push({
        arn: PlatformArn,
        version: PlatformVersion || (PlatformArn.split('/').at(-1) ?? ''),
        branch: PlatformBranchLifecycleState ?? 'Supported',
      });
    from = page.NextToken;
  } while (from);
  return versions;
}

/** `64bit Amazon Linux 2023 v6.7.0 running Node.js 24` */
const STACK = /^(64bit Amazon Linux \d{4}) v[\d.]+ running (.+)$/;

/**
 * The platforms that can be had, as a manifest names them.
 * @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_ListAvailableSolutionStacks.html
 */
export async function listPlatformNames(): Promise<string[]> {
  const { SolutionStacks = [] } = await beanstalk.send(new ListAvailableSolutionStacksCommand({}));
  const names = SolutionStacks.flatMap((stack) => {
    const [, system, platform] = STACK.exec(stack) ?? [];
    return system && platform ? [`${platform} running on ${system}`] : [];
  });
  return [...new Set(names)];
}
