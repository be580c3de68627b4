import { formatProblem, type Problem } from '../errors.ts';
import type { Trigger, WrongPilot } from '../events.ts';
import type { CommitStatus, ShownDeployment } from '../git/host.ts';
import type { Deployment } from '../ledger/deployment.ts';
import { safe } from '../plan-text/markdown.ts';
import { problemList } from '../plan-text/problem-list.ts';
import { headline, trouble } from './sentences.ts';
import { resultOf, type Told } from './told.ts';

/** How a commit is told what became of it: one status for each pilot and environment. */

export type Push = Extract<Trigger, { kind: 'push' }>;

const nameOf = (pilot: string, environment?: string): string =>
  ['pilotage', pilot, ...(environment ? [environment] : [])].join('/');

const STATES = { succeeded: 'success', failed: 'failure', rejected: 'error', superseded: 'error' } as const;

/** Of a deployment that has ended. */
export function endStatus(told: Told): CommitStatus {
  // The lines after it are what a build wrote.
  const why = trouble(told)[0]?.split('\n')[0];
  return {
    name: nameOf(told.pilot, told.environment),
    state: STATES[resultOf(told)],
    text: onOneLine(why ?? headline(told)),
    ...(told.url && { url: told.url }),
  };
}

/** Of one that goes on. */
export function progressStatus({ pilot, environment, step, progress }: Deployment): CommitStatus {
  const text = step ? (progress ? `${step}: ${progress}` : step) : 'accepted';
  return { name: nameOf(pilot, environment), state: 'pending', text: onOneLine(text) };
}

const SHOWN = { succeeded: 'success', failed: 'failure', rejected: 'error', superseded: 'inactive' } as const;
/** In these a deployment waits for its turn. */
const WAITING = ['Validate', 'Queue'];

/** The same deployment for providers that show deployments beside statuses. @param told how it ended, once it has. */
export function shownDeployment(row: Deployment, told: Told | undefined): ShownDeployment {
  const { id, pilot, environment, step, policy } = row;
  const { log } = policy?.provenance ?? {};
  const { text, url } = told ? endStatus(told) : progressStatus(row);
  return {
    ...{ id, environment: `${pilot}/${environment}`, isProduction: environment === 'production' },
    commit: (row.trigger as Push).commit,
    state: told ? SHOWN[resultOf(told)] : step === undefined || WAITING.includes(step) ? 'queued' : 'in_progress',
    text,
    ...(url && { url }),
    ...(log && { log }),
  };
}

/** Of those pilots of a push that it deploys nothing of, since something is wrong. */
export const pushStatuses = (wrong: readonly WrongPilot[]): CommitStatus[] =>
  wrong.map(({ pilot, environment, problem }) => ({
    name: nameOf(pilot, environment),
    state: 'error',
    text: onOneLine(formatProblem(problem)),
  }));

/** Problems of a manifest for people who read the commit, each with its line; undefined where there is none. */
export function problemsComment(problems: readonly Problem[], what: string): string | undefined {
  if (problems.length === 0) return undefined;
  return `**Pilotage deploys nothing of ${safe(what)}:**\n\n${problemList(problems)}`;
}

/** Validate reads the manifest in S3; whoever pushed it knows it by its path in the repository. */
export const inTheRepository = (problems: readonly Problem[], { bucket, key, manifest }: Push): Problem[] =>
  problems.map((problem) =>
    problem.place?.file === `s3://${bucket}/${key}`
      ? { ...problem, place: { ...problem.place, file: manifest } }
      : problem,
  );

const onOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
