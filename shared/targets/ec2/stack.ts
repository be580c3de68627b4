import { type Balancer, balancerOf } from '../balanced/balancer.ts';
import { outputOf } from '../outputs.ts';
import type { Plan } from '../target.ts';

/** What the pilot's stack made, as far as releases need it; templates/ec2.ts. */
export interface Stack extends Balancer {
  /** The id of the launch template that each release adds its versions to. */
  template: string;
  /** ARN of the instance profile. */
  profile: string;
  /** The bucket that keeps the releases. */
  bucket: string;
  logs: string;
  subnets: string[];
  securityGroup: string;
  /** Where there is a volume. */
  files?: { fileSystem: string; accessPoint: string };
  partition: string;
  region: string;
}

/** @throws when an output is missing: Provision has not run, or made something else. */
export function stackOf(plan: Plan): Stack {
  const output = (name: string): string => outputOf(plan, name);
  const balancer = balancerOf(plan);
  const [, partition = '', , region = ''] = balancer.listener.split(':');
  const { stack: outputs = {} } = plan;
  return {
    ...balancer,
    template: output('LaunchTemplate'),
    profile: output('InstanceProfile'),
    bucket: output('Releases'),
    logs: output('Logs'),
    subnets: output('Subnets').split(','),
    securityGroup: output('TargetsGroup'),
    ...(outputs.FileSystem && { files: { fileSystem: outputs.FileSystem, accessPoint: output('AccessPoint') } }),
    partition,
    region,
  };
}
