import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { unixTimes } from './scaling.ts';

/**
 * Amazon Linux 2023 in its full form has what the instance is installed with: dnf, the AWS CLI, Python, the agent
 * of Systems Manager. https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
 */
const INSTALLABLE = /^\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-kernel-/;

/** What a manifest may ask of instances, and what this version cannot do for it. */
export function refusalsOf({ components = {}, ec2, scaling }: ResolvedFor<'ec2'>): Problem[] {
  const problems: Problem[] = [];
  if (Object.keys(components).length > 0)
    problems.push({
      code: 'NOT_YET',
      message: 'components of target ec2: planned, and not deployed yet',
      expected: 'a pilot of its own for each, until a later version of Pilotage',
      hint: 'change components in the manifest',
    });
  if (!INSTALLABLE.test(ec2.image))
    problems.push({
      code: 'IMAGE_NOT_SUPPORTED',
      message: `ec2.image ${ec2.image} is none that Pilotage knows how to install a pilot on`,
      expected: 'Amazon Linux 2023, such as /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
    });
  for (const { at } of scaling.schedule ?? [])
    if (!unixTimes(at))
      problems.push({
        code: 'SCHEDULE_NOT_SUPPORTED',
        message: `scaling.schedule: ${at} is no time that Auto Scaling groups know`,
        expected: 'a cron expression of every year, without L, W and #, such as cron(0 7 ? * MON-FRI *)',
      });
  return problems;
}
