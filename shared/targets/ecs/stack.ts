import { type Balancer, balancerOf } from '../balanced/balancer.ts';
import { outputOf } from '../outputs.ts';
import type { Plan } from '../target.ts';

/** What the pilot's stack made, as far as releases need it; templates/ecs.ts. */
export interface Stack extends Balancer {
  cluster: string;
  executionRole: string;
  taskRole: string;
  logs: string;
  subnets: string[];
  securityGroup: string;
  /** Where there is a volume. */
  files?: { fileSystem: string; accessPoint: string };
  /** The name of the function that writes settings onto the volume; absent where no manifest asks for a file. */
  settingsWriter?: string;
  partition: string;
  region: string;
  account: string;
}

/** @throws when an output is missing: Provision has not run, or made something else. */
export function stackOf(plan: Plan): Stack {
  const output = (name: string): string => outputOf(plan, name);
  const balancer = balancerOf(plan);
  const [, partition = '', , region = '', account = ''] = balancer.listener.split(':');
  const { stack: outputs = {} } = plan;
  return {
    cluster: output('Cluster'),
    executionRole: output('ExecutionRole'),
    taskRole: output('TaskRole'),
    logs: output('Logs'),
    subnets: output('Subnets').split(','),
    securityGroup: output('TargetsGroup'),
    ...balancer,
    ...(outputs.FileSystem && { files: { fileSystem: outputs.FileSystem, accessPoint: output('AccessPoint') } }),
    ...(outputs.SettingsWriter && { settingsWriter: outputs.SettingsWriter }),
    partition,
    region,
    account,
  };
}
