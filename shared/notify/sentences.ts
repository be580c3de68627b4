import { formatProblem } from '../errors.ts';
import { isRemoval, isStanding } from '../events.ts';
import type { Facts, Warnings } from '../outcome.ts';
import { bytes, count, counted, duration, words } from './quantities.ts';
import type { Told } from './told.ts';

/** What every channel says of a deployment's end; each channel only lays it out. */

/** Problems told one by one; a broken manifest can have hundreds. */
const MOST_PROBLEMS = 10;

/** One line: which pilot, what became of it, where. */
export function headline(told: Told): string {
  const { pilot, environment } = told;
  switch (told.event) {
    case 'DeploymentSucceeded':
      return `${succeeding(told)}${warned(told.warnings)}`;
    case 'DeploymentFailed':
      return told.code === 'CANCELLED'
        ? `${pilot} was cancelled in ${environment} at ${told.step}`
        : `${pilot} ${failing(told.trigger.kind)} in ${environment} at ${told.step}`;
    case 'Rejected':
      return `${pilot} was rejected in ${environment}`;
    case 'Superseded':
      return `${pilot} in ${environment}: a newer deployment took over`;
  }
}

function succeeding(told: Extract<Told, { event: 'DeploymentSucceeded' }>): string {
  const { pilot, environment, trigger, alreadyLive, facts } = told;
  if (!alreadyLive) return `${pilot} ${became(trigger.kind)} in ${environment}`;
  return `${pilot} is already ${trigger.kind === 'online' ? 'online' : 'live'} in ${environment}; ${changedBeside(facts)}`;
}

/** A subject line is often all that is read. */
function warned(warnings: Warnings = {}): string {
  const count = Object.keys(warnings).length;
  return count === 0 ? '' : count === 1 ? ', with a warning' : `, with ${count} warnings`;
}

/** What somebody has to know or to do, a paragraph each. */
export const cautions = ({ warnings = {} }: { warnings?: Warnings }): string[] =>
  Object.values(warnings).map((warning) => `⚠ ${warning}`);

/** What a deployment changed although its release was live already: the stack and the database are no part of a release. */
export function changedBeside({ stack, migration }: Facts): string {
  const changes = [
    ...(typeof stack === 'string' && stack !== 'unchanged' ? [`the stack was ${stack}`] : []),
    ...(migration === undefined ? [] : ['the database was migrated']),
  ];
  return changes.join(' and ') || 'nothing was changed';
}

/** What went wrong, a paragraph each; empty when nothing did. */
export function trouble(told: Told): string[] {
  switch (told.event) {
    case 'DeploymentSucceeded':
      return [];
    case 'DeploymentFailed':
      return [told.code === 'CANCELLED' ? `${told.reason}.` : `${told.step} failed with ${told.code}: ${told.reason}`];
    case 'Rejected':
      return problemLines(told.problems);
    case 'Superseded':
      return [`${told.by} is newer and goes on in its place.`];
  }
}

function problemLines(problems: Extract<Told, { event: 'Rejected' }>['problems']): string[] {
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map((problem) => (problem.hint ? `${formatProblem(problem)}. ${problem.hint}` : formatProblem(problem)));
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

/** Who gets served now: after a failure that is the first thing to know. */
export function serves(told: Told): string {
  const { serving } = told;
  if (told.event === 'DeploymentSucceeded' && isRemoval(told.trigger))
    return 'Nothing of it is left: its address answers no more.';
  if (told.event === 'DeploymentSucceeded' && isStanding(told.trigger))
    return 'Nothing of it is served: viewers get a page with status 503.';
  if (told.event === 'DeploymentSucceeded') return `Release ${serving ?? told.release ?? 'unknown'} serves.`;
  if (told.event === 'DeploymentFailed' && TAKES_DOWN.includes(told.step)) return REMOVED_BY_HALVES;
  if (serving === undefined) return 'Which release of it serves could not be read.';
  if (serving === null && told.offline) return 'It stays offline: viewers get the page with status 503, as before.';
  if (serving === null) return 'No release of it is live: viewers get nothing, as before.';
  if (told.event === 'DeploymentFailed') {
    if (told.rolledBack) return `Traffic was given back: release ${serving} serves again.`;
    if (told.code === 'ROLLBACK_FAILED') return `Release ${serving} serves all others.`;
    if (serving === told.release) return `Release ${serving} serves, as before.`;
  }
  return `Nothing was changed for viewers: release ${serving} still serves.`;
}

/** Steps that only a removal has. */
export const TAKES_DOWN = ['Withdraw', 'RemoveStack', 'Forget'];

const REMOVED_BY_HALVES =
  'A part of it is gone already, and viewers get nothing; what is left goes as it is removed again.';

/** The rest, as label and value; what is not known is left out. */
export function particulars(told: Told): [label: string, value: string][] {
  const all: [string, string | undefined][] = [
    ['Release', told.release],
    ['What changed', changes(told.facts)],
    ['Asked by', askedBy(told)],
    ['Commit', told.commit],
    ['Took', duration(told.seconds)],
  ];
  return all.filter((entry): entry is [string, string] => Boolean(entry[1]));
}

/** The person where one is known, else what asked. */
function askedBy({ trigger }: Told): string {
  if (trigger.kind === 'push') {
    const push = `push to ${trigger.ref.name} of ${trigger.repository}`;
    return trigger.requestedBy ? `${trigger.requestedBy}, by ${push}` : push;
  }
  if (trigger.kind !== 'upload') return trigger.requestedBy ?? REQUESTS[trigger.kind];
  const upload = `upload of s3://${trigger.bucket}/${trigger.key}`;
  return trigger.requestedBy ? `${trigger.requestedBy}, by ${upload}` : upload;
}

const REQUESTS = {
  rollback: 'a rollback request',
  offline: 'a request to go offline',
  online: 'a request to go online',
  restore: 'a request to restore a snapshot',
  remove: 'a request to remove it',
} as const;

/** What became of a pilot: `acme is online again in production`. */
export function became(kind: Told['trigger']['kind']): string {
  switch (kind) {
    case 'upload':
    case 'push':
      return 'is live';
    case 'rollback':
      return 'is rolled back';
    case 'offline':
      return 'was taken offline';
    case 'online':
      return 'is online again';
    case 'restore':
      return 'was restored from a snapshot and stays offline';
    case 'remove':
      return 'was removed';
  }
}

/** What did not become of it: `acme could not be taken offline in production`. */
export const failing = (kind: Told['trigger']['kind']): string => FAILING[kind] ?? 'failed';

const FAILING: Partial<Record<Told['trigger']['kind'], string>> = {
  offline: 'could not be taken offline',
  online: 'could not be brought back online',
  restore: 'could not be restored',
  remove: 'could not be removed',
};

/** What becomes of a pilot meanwhile, up to its environment: `acme is being deployed to production`. */
export const doing = (kind: Told['trigger']['kind']): string => DOING[kind] ?? 'deployed to';

const DOING: Partial<Record<Told['trigger']['kind'], string>> = {
  offline: 'taken offline in',
  online: 'brought back online in',
  restore: 'restored in',
  remove: 'removed in',
};

/** Facts as people read them: `12 files, 34.6 kB`. */
export function changes(facts: Facts): string {
  return Object.entries(facts)
    .filter(([name]) => name !== 'release')
    .map(([name, value]) => fact(name, value))
    .join(', ');
}

function fact(name: string, value: string | number | boolean): string {
  if (typeof value !== 'number')
    return `${words(name)}: ${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}`;
  if (name === 'bytes') return bytes(value);
  if (name.endsWith('Bytes')) return `${words(name.slice(0, -'Bytes'.length))}: ${bytes(value)}`;
  return name === 'files' ? counted(value, 'file') : `${words(name)}: ${count(value)}`;
}
