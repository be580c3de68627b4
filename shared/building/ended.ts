import type { BuildNow } from '../aws/codebuild.ts';
import type { Failed } from '../outcome.ts';
import { failed } from '../outcome.ts';
import { passedOn } from '../passed-on.ts';

/** CodeBuild’s phases, in words that follow “the build”. */
const PHASES: Record<string, string> = {
  SUBMITTED: 'was taken',
  QUEUED: 'waits for a machine',
  PROVISIONING: 'gets its machine',
  DOWNLOAD_SOURCE: 'fetches the code',
  INSTALL: 'installs what it needs',
  PRE_BUILD: 'gets ready',
  BUILD: 'runs its commands',
  POST_BUILD: 'runs its last commands',
  UPLOAD_ARTIFACTS: 'stores what was built',
  FINALIZING: 'tidies up',
};

export const phaseInWords = (phase: string): string => `the build ${PHASES[phase] ?? 'is at work'}`;

/**
 * Why a build that is over came to nothing: on one line, and on lines of their own what its commands wrote last.
 * @param lines these, oldest first.
 */
export function failureOf({ status, failed: at }: BuildNow, lines: string[], timeout: string): Failed {
  const log = lines.map((line) => `\n${line}`).join('');
  if (status === 'STOPPED')
    return failed('BUILD_STOPPED', 'somebody stopped the build; deploy once more to build again');
  if (status === 'TIMED_OUT') return timedOut(timeout, log);
  if (at?.phase === 'UPLOAD_ARTIFACTS') return failed('BUILD_OUTPUT', `${NO_OUTPUT}${said(at.message)}${log}`);
  return failed('BUILD_FAILED', `${at ? whatFailed(at) : 'the build failed'}${log}`);
}

/** @see https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html */
const ENDED_WITH = /Error while executing command: (.*)\. Reason: exit status (\d+)/s;

function whatFailed({ phase, message }: NonNullable<BuildNow['failed']>): string {
  const [, command, code] = ENDED_WITH.exec(message) ?? [];
  if (command === undefined) return `the build failed in ${phase}${said(message)}`;
  return `\`${onOneLine(command, MOST_COMMAND)}\` ended with ${code}`;
}

/** So much of it that a commit’s status has room for how it ended. */
const MOST_COMMAND = 60;
const MOST_MESSAGE = 500;

export const NO_OUTPUT = 'the commands left nothing in the folder that build.output names';

export const timedOut = (timeout: string, log = ''): Failed =>
  failed('BUILD_TIMEOUT', `the build took longer than build.timeout, ${timeout}${log}`);

const said = (message: string): string => (message ? `: ${onOneLine(message, MOST_MESSAGE)}` : '');

function onOneLine(text: string, most: number): string {
  const line = passedOn(text.slice(0, 10 * MOST_MESSAGE))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most - 2)} …` : line;
}
