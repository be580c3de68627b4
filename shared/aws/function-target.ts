import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { clientConfig } from './config.ts';

const client = new ElasticLoadBalancingV2Client(clientConfig);

/** Whether a target group of functions calls this alias: it has one target at most. */
export async function isRegistered(TargetGroupArn: string, alias: string): Promise<boolean> {
  const { TargetHealthDescriptions = [] } = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  return TargetHealthDescriptions.some(
    ({ Target, TargetHealth }) => Target?.Id === alias && TargetHealth?.State !== 'draining',
  );
}

/**
 * Has a target group call an alias.
 * @throws AccessDenied as long as the alias does not let the load balancer in.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html
 */
export async function registerAlias(TargetGroupArn: string, alias: string): Promise<void> {
  await client.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: alias }] }));
}
