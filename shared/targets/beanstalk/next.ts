import { createHash } from 'node:crypto';
import type { Environment, Setting } from '../../aws/beanstalk.ts';
import { canonicalJson } from '../../manifest/digest.ts';
import { type Failed, failed } from '../../outcome.ts';
import type { Lease, Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { FENCED } from './held.ts';
import { colourNames } from './names.ts';
import { isGoing, type Seen } from './seen.ts';

/**
 * The next thing that the idle environment needs. `deploy`: it gets the release, and stays as it is otherwise.
 * `replace`: it is of no use, and goes before another one takes its name. `tell`: what was deployed to it
 * did not come to be its version.
 */
export type Next =
  | { next: 'create'; name: string }
  | { next: 'deploy' | 'replace' | 'judge' | 'tell'; environment: Environment }
  | { next: 'wait'; environment: Environment };

/** So long an operation of Elastic Beanstalk may take; milliseconds. */
export const PATIENCE_MS = 60 * 60_000;

/** How an environment is configured, which deployment has last changed it, and when it began to. */
export interface Made {
  configuration: string;
  by: string;
  since: Date;
}

const TEXT = /^Pilotage: configuration ([0-9a-f]{20}), by (\S+) since (\d\S+Z)$/;

/** An environment's description tells it; undefined where somebody else wrote that. */
export function madeOf({ description }: Pick<Environment, 'description'>): Made | undefined {
  const [, configuration, by, since] = TEXT.exec(description) ?? [];
  return configuration && by && since ? { configuration, by, since: new Date(since) } : undefined;
}

/** At most 200 characters. */
export const describe = ({ configuration, by, since }: Made): string =>
  `Pilotage: configuration ${configuration}, by ${by} since ${since.toISOString()}`;

/** Of all that an environment is made from but the release. */
export const configurationOf = (platform: string, settings: readonly Setting[]): string =>
  createHash('sha256').update(canonicalJson({ platform, settings })).digest('hex').slice(0, 20);

/**
 * Elastic Beanstalk does one thing at a time to an environment, and changes version or configuration, never
 * both: one that is configured otherwise is replaced, so that nothing of an older configuration is left in it.
 */
export function nextOf(
  seen: Seen,
  plan: Plan,
  configuration: string,
  lease: Pick<Lease, 'deployment' | 'fence'>,
  now: Date,
): Next | Failed {
  if (seen.pointer.fence > lease.fence) return FENCED;
  const found = idleOf(seen, plan);
  if (typeof found === 'string') return { next: 'create', name: found };
  const made = madeOf(found);
  const isOurs = made?.by === lease.deployment;
  const runs = found.version === plan.release;
  if (isGoing(found.status)) {
    if (runs && isOurs) return failed('RELEASE_BROKEN', `${found.name} was not well, and is being terminated`);
    return { next: 'wait', environment: found };
  }
  if (found.status !== 'Ready') return isStuck(found, now) ? stuck(found) : { next: 'wait', environment: found };
  // The same release: what it was made with serves it still, unless it is in the way of a new try.
  // But for its database: a pilot that goes offline and comes back may have got another one meanwhile.
  const isOutdated = detailOf(plan).database !== undefined && made?.configuration !== configuration;
  if (runs && isOutdated && !isOurs) return { next: 'replace', environment: found };
  if (runs) return isOurs || found.health === 'Green' ? judged(found) : { next: 'replace', environment: found };
  if (isOurs) return { next: 'tell', environment: found };
  return { next: made?.configuration === configuration ? 'deploy' : 'replace', environment: found };
}

const judged = (environment: Environment): Next => ({ next: 'judge', environment });

/** The environment that does not serve: one that runs the release already, one that is there, or the name of one to be. */
function idleOf({ environments, holder }: Seen, plan: Plan): Environment | string {
  const named = colourNames(plan).map((name) => ({ name, found: environments.find((one) => one.name === name) }));
  const idle = named.filter(({ found }) => !found || found.id !== holder?.id);
  const there = idle.flatMap(({ found }) => found ?? []);
  return there.find(({ version }) => version === plan.release) ?? there[0] ?? idle[0]?.name ?? '';
}

const isStuck = ({ changedAt }: Environment, now: Date): boolean => now.getTime() > changedAt.getTime() + PATIENCE_MS;

const stuck = ({ name, status, changedAt }: Environment): Failed =>
  failed(
    'ENVIRONMENT_STUCK',
    `${name} has been ${status.toLowerCase()} since ${changedAt.toISOString()}; its events in the Elastic Beanstalk console say what it waits for`,
  );
