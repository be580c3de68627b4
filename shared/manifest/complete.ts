import type { Manifest } from './schema.ts';
import type { TargetName } from './sections/index.ts';

const SERVERS = ['ecs', 'ec2', 'beanstalk'] as const;
const RUNNING = [...SERVERS, 'lambda'] as const;

/** The targets that a section means something for; those that are not named here mean something for all. */
export const MEANT_FOR: Partial<Record<keyof Manifest, readonly TargetName[]>> = {
  static: ['static'],
  ecs: ['ecs'],
  ec2: ['ec2'],
  beanstalk: ['beanstalk'],
  lambda: ['lambda'],
  components: RUNNING,
  capacity: SERVERS,
  scaling: SERVERS,
  network: RUNNING,
  health: SERVERS,
  database: RUNNING,
  migrations: RUNNING,
  config: RUNNING,
  secrets: RUNNING,
  backups: RUNNING,
  edge: RUNNING,
  alarms: RUNNING,
};

/** The sections that every pilot of a target has, with their defaults, whether they are written or not. */
const ALWAYS = {
  static: ['static'],
  ecs: ['ecs', 'capacity', 'scaling', 'network', 'health', 'edge', 'alarms'],
  ec2: ['ec2', 'capacity', 'scaling', 'network', 'health', 'edge', 'alarms'],
  beanstalk: ['beanstalk', 'capacity', 'scaling', 'network', 'health', 'edge', 'alarms'],
  lambda: ['lambda', 'alarms'],
} as const satisfies Record<TargetName, readonly (keyof Manifest)[]>;

/** A complete manifest in one environment; which sections are there for certain, `target` tells. */
export type Resolved = {
  [Target in TargetName]: Manifest & { target: Target } & Required<Pick<Manifest, (typeof ALWAYS)[Target][number]>>;
}[TargetName];

export type ResolvedFor<Target extends TargetName> = Extract<Resolved, { target: Target }>;

/** Where the volume is mounted when only a file on it was asked for. */
const MOUNT = '/mnt/efs';

/**
 * Adds, before the schema looks, the sections that need not be written: empty
 * ones, which the schema fills with its defaults.
 * @param value a manifest as it was written, of which nothing is known yet.
 */
export function completed(value: unknown): unknown {
  if (!isSection(value)) return value;
  const { target } = value;
  const own = typeof target === 'string' && Object.hasOwn(ALWAYS, target) ? (target as TargetName) : undefined;
  if (!own) return value;
  const complete = { ...value };
  for (const name of ALWAYS[own]) complete[name] ??= {};
  if (isSection(value.source) && value.source.git !== undefined) complete.build ??= {};
  // The usual time of a look has to be shorter than the time between two.
  if (isSection(complete.health) && complete.health.interval === '5s')
    complete.health = { timeout: '4s', ...complete.health };
  const runs = complete[own];
  if ((own === 'ecs' || own === 'ec2') && isSection(runs) && isSection(value.config) && value.config.file !== undefined)
    complete[own] = { mount: MOUNT, ...runs };
  if (own === 'lambda') completeFront(complete);
  return complete;
}

/**
 * A domain leads to a front that the pilot's stack makes: a function URL is there only after the function is. A load
 * balancer lets CloudFront in as that of a server does.
 */
function completeFront(complete: Record<string, unknown>): void {
  if (!isSection(complete.lambda)) return;
  if (complete.domain !== undefined) complete.lambda = { front: 'http-api', ...complete.lambda };
  if (Reflect.get(Object(complete.lambda), 'front') === 'load-balancer') complete.edge ??= {};
}

export const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
