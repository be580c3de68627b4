import type { Plan } from '../target.ts';
import type { Colour } from './names.ts';

/** What the pilot's stack made, as far as releases need it; templates/ecs.ts. */
export interface Stack {
  cluster: string;
  executionRole: string;
  taskRole: string;
  logs: string;
  subnets: string[];
  securityGroup: string;
  /** ARN; where the pointer stands. */
  listener: string;
  /** ARNs of the target groups. */
  groups: Record<Colour, string>;
  /** Of the volume, where there is one. */
  fileSystem?: string;
  partition: string;
  region: string;
  account: string;
}

/** @throws when an output is missing: Provision has not run, or made something else. */
export function stackOf({ pilot, stack: outputs = {} }: Plan): Stack {
  const output = (name: string): string => {
    const value = outputs[name];
    if (!value) throw new Error(`the stack of ${pilot} has no output ${name}`);
    return value;
  };
  const listener = output('Listener');
  const [, partition = '', , region = '', account = ''] = listener.split(':');
  return {
    cluster: output('Cluster'),
    executionRole: output('ExecutionRole'),
    taskRole: output('TaskRole'),
    logs: output('Logs'),
    subnets: output('Subnets').split(','),
    securityGroup: output('TargetsGroup'),
    listener,
    groups: { blue: output('BlueTargets'), green: output('GreenTargets') },
    ...(outputs.FileSystem && { fileSystem: outputs.FileSystem }),
    partition,
    region,
    account,
  };
}
