export interface Instance {
  id: string;
  /** Of the launch template. */
  version: string;
  /** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html */
  state: 'Pending' | 'Pending:Wait' | 'Pending:Proceed' | 'InService' | 'Terminating';
  /** How the load balancer finds it; `none` while it is not registered, or no more. */
  health: 'none' | 'initial' | 'healthy' | 'unhealthy' | 'draining';
}

export interface Activity {
  id: string;
  at: number;
  endedAt?: number;
  status: 'InProgress' | 'Successful' | 'Failed' | 'Cancelled';
  description: string;
  cause: string;
  message?: string;
}

export interface Group {
  name: string;
  arn: string;
  createdAt: number;
  template: string;
  /** Of the launch template, for new instances. */
  version: string;
  /** Percent of what is above the base. */
  onDemand: string;
  min: number;
  desired: number;
  max: number;
  /** ARN of its target group. */
  targets: string;
  /** The lifecycle hook that new instances wait for. */
  hook: string;
  tags: Record<string, string>;
  /** Names of what scales it. */
  policies: string[];
  times: string[];
  instances: Instance[];
  /** The newest first. */
  activities: Activity[];
}

/** All that Auto Scaling knows of groups. */
export interface Groups {
  all: Group[];
  /** Of ids that were given out. */
  count: number;
}

export const noGroups = (): Groups => ({ all: [], count: 0 });

export const isStaying = ({ state }: Instance): boolean => state !== 'Terminating';
