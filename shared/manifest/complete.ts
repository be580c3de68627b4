import { USUAL_MOUNT } from '../configuration/render.ts';
import { DURATION, seconds, shortest } from './duration.ts';
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
  // Instances have a disk of their own for it.
  if (own === 'ecs' && isSection(runs) && isSection(value.config) && value.config.file !== undefined)
    complete[own] = { mount: USUAL_MOUNT, ...runs };
  if (own === 'lambda') {
    completeFront(complete);
    completeMigrations(complete);
  }
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

/** What waits for a function's answer is a function itself, which has a quarter of an hour. */
export const CALL_SECONDS = 14 * 60;
/** The usual `lambda.timeout`. */
export const USUAL_CALL = '30s';

/** A migration of a function is a call of it: where nothing else is said, it has as long as any call. */
function completeMigrations(complete: Record<string, unknown>): void {
  const { migrations, lambda } = complete;
  if (!isSection(migrations) || !isSection(lambda)) return;
  const { timeout } = lambda;
  const call = seconds(typeof timeout === 'string' && DURATION.test(timeout) ? timeout : USUAL_CALL);
  complete.migrations = { timeout: shortest(Math.max(1, Math.min(call, CALL_SECONDS))), ...migrations };
}

export const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
