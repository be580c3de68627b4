import { type Command, InvalidArgumentError, Option } from 'commander';
import { isEnvironmentName, isPilotName, ofDeployment } from '../shared/names.ts';

/** What every command takes. */
export interface Options {
  json?: boolean;
  stage?: string;
  region?: string;
  env?: string;
  aws?: boolean;
}

export const DEFAULT_STAGE = 'dev';

export const commonOptions = (program: Command): Command =>
  program
    .option('--json', 'one JSON document on stdout, for programs')
    .option('--env <environment>', 'production unless said otherwise; status shows all', environment)
    .option('--stage <stage>', `which Pilotage: the stack pilotage-<stage> (default: ${DEFAULT_STAGE})`, stage)
    .option('--region <region>', 'AWS region of that stack (default: as for the AWS CLI)', region)
    .option('--aws', 'ask AWS even while a local stack runs');

export interface FollowOptions extends Options {
  follow?: boolean;
  /** Milliseconds. */
  timeout: number;
}

export const followOptions = (command: Command): Command =>
  command
    .option('--follow', 'stay and show each step (default)')
    .option('--wait', 'the same, as other tools call it')
    .option('--no-follow', 'return once it is on its way, without knowing how it ends')
    .addOption(
      new Option('--timeout <time>', 'follow no longer than this; the deployment goes on')
        .argParser(milliseconds)
        .default(90 * 60_000, '90m'),
    );

/** For arguments. */
export function pilotName(name: string): string {
  if (isPilotName(name)) return name;
  throw new InvalidArgumentError('A pilot’s name is a to z, digits and single hyphens, beginning with a letter.');
}

export function releaseName(name: string): string {
  if (/^[0-9a-f]{4,64}$/.test(name)) return name;
  throw new InvalidArgumentError(
    'A release is named by its hex digits, at least the first 4; pilot history lists them.',
  );
}

export function snapshotName(id: string): string {
  if (/^(?!.*--)[a-z](?:[a-z0-9-]{0,253}[a-z0-9])?$/i.test(id)) return id;
  throw new InvalidArgumentError('A snapshot’s name is a to z, digits and single hyphens; pilot backups lists them.');
}

/** A whole one: what is shorter may come to mean another. */
export function commit(sha: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(sha)) return sha.toLowerCase();
  throw new InvalidArgumentError('Expected all 40 (or 64) hex digits of a commit, as git rev-parse HEAD prints them.');
}

/** A whole id, its last part, or how that begins. */
export function deploymentId(id: string): string {
  if (ofDeployment(id) || /^[0-9a-f]{4,12}$/.test(id)) return id;
  throw new InvalidArgumentError(
    'A deployment is named by its id, or the last part of it, at least the first 4 digits; pilot history lists them.',
  );
}

function environment(name: string): string {
  if (isEnvironmentName(name)) return name;
  throw new InvalidArgumentError('An environment’s name is a to z and digits, beginning with a letter, at most 16.');
}

function stage(name: string): string {
  if (/^[a-zA-Z][a-zA-Z0-9-]{0,30}$/.test(name)) return name;
  throw new InvalidArgumentError('A stage’s name is letters, digits and hyphens, such as dev or prod.');
}

function region(name: string): string {
  if (/^[a-z]{2}(-[a-z]+)+-\d$/.test(name)) return name;
  throw new InvalidArgumentError('A region’s name looks like eu-central-1.');
}

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `90m` as milliseconds; for options. */
export function milliseconds(time: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([smh])$/.exec(time) ?? [];
  const value = Number(count) * (UNITS[unit] ?? 0);
  if (value > 0 && value <= 24 * 3_600_000) return value;
  throw new InvalidArgumentError('Expected a time such as 90m, 45s or 2h, at most 24h.');
}
