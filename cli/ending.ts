import type { DeploymentView } from '../shared/api.ts';
import { formatProblem } from '../shared/errors.ts';
import { isStanding } from '../shared/events.ts';
import { duration, words } from '../shared/notify/quantities.ts';
import { became, cautions, changedBeside, changes, doing, failing, TAKES_DOWN } from '../shared/notify/sentences.ts';
import { adviceFor } from './advice.ts';
import type { Connection } from './connection.ts';
import { type Paint, printable, printableLines } from './io.ts';
import { withLogs } from './log-links.ts';
import type { Exit } from './result.ts';
import { wrapped } from './wrapped.ts';

/** What an ended deployment means for whoever asked for it. */
export function exitOf({ status }: DeploymentView): Exit {
  return status === 'succeeded' ? 0 : status === 'rejected' ? 2 : 1;
}

/**
 * The end of a deployment, for people: what became of it, why, who is served now, and what to do next.
 * @param connection how the AWS is reached that it ran in
 * @param most columns of the terminal; lines that may be long are whole where there is none
 */
export function endingText(
  deployment: DeploymentView,
  stage: string,
  paint: Paint,
  connection: Connection = {},
  most?: number,
): string {
  const good = deployment.status === 'succeeded';
  const mark = good ? paint('green', '✔') : paint('red', '✖');
  const took = paint('dim', `· ${duration(deployment.seconds)}`);
  const lines = particulars(deployment, most).map(
    ([label, value]) => `  ${paint('dim', label.padEnd(LABEL))} ${withLogs(value, connection)}`,
  );
  const advice = adviceFor(deployment, stage, connection).map((line) => `  → ${line}`);
  return [
    `${mark} ${paint('bold', headline(deployment))} ${took}`,
    ...reasons(deployment).map((reason) => `  ${indented(withLogs(reason, connection))}`),
    ...warnings(deployment).map((warning) => `  ${paint('yellow', warning)}`),
    ...lines,
    ...advice,
  ].join('\n');
}

function headline({ pilot, environment, status, trigger, alreadyLive, failure, facts }: DeploymentView): string {
  switch (status) {
    case 'succeeded':
      if (alreadyLive) return `${pilot}: this release is already live in ${environment}; ${changedBeside(facts)}`;
      return `${pilot} ${became(trigger.kind)} in ${environment}`;
    case 'failed':
      return `${pilot} ${failing(trigger.kind)} in ${environment}${failure ? ` at ${failure.step}` : ''}`;
    case 'cancelled':
      return `${pilot} was cancelled in ${environment}${failure ? ` at ${failure.step}` : ''}`;
    case 'rejected':
      return `${pilot} was rejected; nothing was changed in ${environment}`;
    case 'superseded':
      return `${pilot} in ${environment}: a newer deployment took over`;
    case 'running':
      return `${pilot} is still being ${doing(trigger.kind)} ${environment}`;
  }
}

/** Why it did not succeed, a paragraph each; what a build’s commands wrote stands on further lines. */
export function reasons({ failure }: DeploymentView): string[] {
  switch (failure?.outcome) {
    case undefined:
      return [];
    case 'refused':
      return failure.problems.map((problem) =>
        printable([formatProblem(problem), problem.hint].filter(Boolean).join('. ')),
      );
    case 'failed':
      return [printableLines(failure.code === 'CANCELLED' ? failure.reason : `${failure.code} ${failure.reason}`)];
    case 'superseded':
      return [`${failure.by} is newer and goes on in its place`];
  }
}

/** With the further lines of a reason set off from what comes next. */
export const indented = (reason: string): string => reason.replaceAll('\n', '\n      ');

/** What somebody has to know or to do, each with its sign: it may hold what a migration wrote. */
export const warnings = (deployment: DeploymentView): string[] => cautions(deployment).map(printable);

/** Columns of what stands before each particular. */
const LABEL = 8;
const INDENT = '  '.length + LABEL + ' '.length;

function particulars(deployment: DeploymentView, most?: number): [label: string, value: string][] {
  const { release, url, commit, facts, status, alreadyLive, trigger } = deployment;
  const links = Object.entries(facts).flatMap(([name, value]): [string, string][] =>
    isLink(value) ? [[words(name), value]] : [],
  );
  const inLine = Object.fromEntries(Object.entries(facts).filter(([, value]) => !isLink(value)));
  const all: [string, string | undefined][] = [
    [isStanding(trigger) && status === 'succeeded' ? 'kept' : 'release', release],
    ['commit', commit],
    ['changed', status === 'succeeded' && !alreadyLive ? changed(inLine, commit, most) : undefined],
    // Of one that succeeded it is among what changed.
    ['database', status !== 'succeeded' && facts.database ? String(facts.database) : undefined],
    ['serves', serves(deployment)],
    ['url', status === 'succeeded' ? url : undefined],
    ...(status === 'succeeded' && !alreadyLive ? links : []),
  ];
  return all.filter((line): line is [string, string] => Boolean(line[1]));
}

/** What changed, in a line; where a person looks as many lines as it takes, and the commit only on its own. */
function changed(facts: DeploymentView['facts'], commit: string | undefined, most: number | undefined): string {
  if (most === undefined) return changes(facts);
  const parts = Object.entries(facts)
    .filter(([name, value]) => name !== 'commit' || value !== commit)
    .map(([name, value]) => changes({ [name]: value }));
  return wrapped(parts.filter(Boolean), most, INDENT);
}

/** Too long for a line that it shares. */
const isLink = (value: string | number | boolean): value is string =>
  typeof value === 'string' && value.startsWith('https://');

/** Who gets the traffic now: after a failure that is the first question. */
export function serves({ status, release, rolledBack, ending, failure }: DeploymentView): string | undefined {
  if (!ending || status === 'succeeded') return undefined;
  if (failure && TAKES_DOWN.includes(failure.step)) return 'nothing: a part of it is gone already';
  if (ending.serving === undefined) return 'could not be read; pilot status tells';
  if (ending.serving === null && ending.offline)
    return 'no release: the pilot stays offline, and viewers get its page, as before';
  if (ending.serving === null) return 'nothing is live: viewers get nothing, as before';
  if (failure?.outcome === 'failed' && failure.code === 'ROLLBACK_FAILED')
    return `release ${ending.serving}, and the failed one beside it: see above`;
  if (rolledBack) return `release ${ending.serving} again: the traffic was given back`;
  return `release ${ending.serving}${ending.serving === release ? '' : ', as before'}`;
}
