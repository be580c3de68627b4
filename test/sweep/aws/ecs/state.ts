/** A revision of a family of task definitions. */
export interface Definition {
  arn: string;
  family: string;
  image: string;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETED';
  tags: { key: string; value: string }[];
  content: object;
}

export interface Task {
  arn: string;
  /** The roll-out that started it. */
  rollout: string;
  definition: string;
  status: 'PENDING' | 'RUNNING' | 'STOPPED';
  /** How the load balancer finds it; `none` while it is not registered, or no more. */
  health: 'none' | 'initial' | 'healthy' | 'unhealthy' | 'draining';
  stoppedAt?: number;
  /** Why it stopped, where that was not asked for. */
  failure?: { stopCode: string; stoppedReason: string; exitCode: number };
}

/** What ECS calls a deployment of a service. */
export interface Rollout {
  id: string;
  definition: string;
  createdAt: number;
  failed: number;
  state: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  reason: string;
}

export interface Service {
  name: string;
  arn: string;
  cluster: string;
  token: string;
  createdAt: number;
  desired: number;
  group: string;
  tags: Definition['tags'];
  /** It is being removed. */
  isGoing?: true;
  /** The primary one first. */
  rollouts: Rollout[];
  tasks: Task[];
  /** The newest first. */
  events: { at: number; message: string }[];
}

/** A task that runs a command by itself, beside all services. */
export interface Run {
  arn: string;
  token: string;
  startedBy: string;
  definition: string;
  command: string[];
  /** When it was asked for, began, and ended. */
  at: number;
  startedAt?: number;
  stoppedAt?: number;
  exitCode?: number;
}

/** All that ECS knows. */
export interface Ecs {
  clusters: string[];
  definitions: Definition[];
  services: Service[];
  runs: Run[];
  /** Of ids that were given out. */
  count: number;
}

export const noEcs = (): Ecs => ({ clusters: [], definitions: [], services: [], runs: [], count: 0 });

export const isUp = ({ status }: Task): boolean => status !== 'STOPPED';

export const tasksOf = ({ tasks }: Service, rollout: Rollout | undefined, status?: Task['status']): Task[] =>
  tasks.filter((task) => task.rollout === rollout?.id && (status ? task.status === status : isUp(task)));
