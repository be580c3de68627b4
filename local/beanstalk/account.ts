import { randomBytes } from 'node:crypto';

/** What Elastic Beanstalk has of one account in one region. */
export interface Account {
  region: string;
  id: string;
  applications: Map<string, Application>;
  environments: Environment[];
  events: Event[];
  platforms: Platform[];
  /** Environments at most. */
  most: number;
  work: Work;
}

export interface Application {
  name: string;
  description: string;
  tags: Record<string, string>;
  versions: Map<string, Version>;
}

export interface Version {
  label: string;
  description: string;
  status: 'Processing' | 'Processed' | 'Failed';
  bundle: { bucket: string; key: string };
  createdAt: Date;
}

export interface Environment {
  id: string;
  name: string;
  application: string;
  description: string;
  version: string;
  platform: string;
  cname: string;
  status: 'Launching' | 'Updating' | 'Ready' | 'Terminating' | 'Terminated';
  health: 'Green' | 'Yellow' | 'Red' | 'Grey';
  healthStatus: 'Ok' | 'Info' | 'Warning' | 'Degraded' | 'Severe' | 'Pending' | 'NoData';
  causes: string[];
  /** How many instances its Auto Scaling group is to have. */
  desired: number;
  instances: { id: string; version: string; deployed: string; status: string; causes: string[] }[];
  settings: Record<string, string>;
  operationsRole: string;
  tags: Record<string, string>;
  createdAt: Date;
  updatedAt: Date;
}

export interface Event {
  at: Date;
  severity: 'INFO' | 'WARN' | 'ERROR';
  message: string;
  application: string;
  environment?: string;
  environmentName?: string;
  version?: string;
}

export interface Platform {
  /** `Node.js 24 running on 64bit Amazon Linux 2023` */
  name: string;
  version: string;
  branch: 'Supported' | 'Beta' | 'Deprecated' | 'Retired';
}

/** What carries out operations: it takes its time, and tells what went wrong, or nothing. */
export interface Work {
  process(version: Version): Promise<string | undefined>;
  /** Starts the instances of a new environment with its version, or has those that run take another one. */
  deploy(environment: Environment, version: Version): Promise<string | undefined>;
  terminate(environment: Environment): Promise<void>;
  /** Starts or ends instances, so that as many run its version as its group is to have. */
  resize(environment: Environment, version: Version): Promise<void>;
}

/** Work that is done at once, and well. */
export const AT_ONCE: Work = {
  process: async () => undefined,
  deploy: async () => undefined,
  terminate: async () => {},
  resize: async () => {},
};

const PLATFORMS: Platform[] = [
  { name: 'Node.js 24 running on 64bit Amazon Linux 2023', version: '6.9.1', branch: 'Supported' },
  { name: 'Node.js 24 running on 64bit Amazon Linux 2023', version: '6.10.0', branch: 'Supported' },
  { name: 'Node.js 22 running on 64bit Amazon Linux 2023', version: '6.10.0', branch: 'Supported' },
  { name: 'Python 3.14 running on 64bit Amazon Linux 2023', version: '4.9.0', branch: 'Supported' },
  { name: 'Docker running on 64bit Amazon Linux 2023', version: '4.8.0', branch: 'Supported' },
];

export const openAccount = (given: Partial<Account> = {}): Account => ({
  region: 'us-east-1',
  id: '000000000000',
  applications: new Map(),
  environments: [],
  events: [],
  platforms: [...PLATFORMS],
  most: 200,
  work: AT_ONCE,
  ...given,
});

export const platformArn = ({ region }: Account, { name, version }: Pick<Platform, 'name' | 'version'>): string =>
  `arn:aws:elasticbeanstalk:${region}::platform/${name}/${version}`;

export const arnOf = ({ region, id }: Account, kind: string, path: string): string =>
  `arn:aws:elasticbeanstalk:${region}:${id}:${kind}/${path}`;

/** `e-` and ten letters and digits. */
export const newId = (): string => `e-${randomBytes(5).toString('hex')}`;

/** What is there, and not gone. */
export const standing = ({ environments }: Account): Environment[] =>
  environments.filter(({ status }) => status !== 'Terminated');

/** What an environment’s events tell is told without its version, as AWS tells most of them. */
export function tell(
  account: Account,
  severity: Event['severity'],
  message: string,
  about: { application: string; version?: string; environment?: Environment },
): void {
  const { application, version, environment } = about;
  account.events.push({
    at: new Date(),
    severity,
    message,
    application,
    ...(version && { version }),
    ...(environment && {
      environment: environment.id,
      environmentName: environment.name,
    }),
  });
}

/** An environment is well, or not, and why. */
export function setHealth(environment: Environment, health: 'Green' | 'Red', causes: string[] = []): void {
  environment.health = health;
  environment.healthStatus = health === 'Green' ? 'Ok' : 'Severe';
  environment.causes = causes;
  for (const instance of environment.instances) {
    instance.status = environment.healthStatus;
    instance.causes = causes;
  }
}
