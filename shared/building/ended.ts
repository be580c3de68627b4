import type { BuildNow } from '../aws/codebuild.ts';
import type { Failed } from '../outcome.ts';
import { failed } from '../outcome.ts';

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
 * Why a build that is over came to nothing.
 * @param lines the last ones of its log, oldest first.
 */
export function failureOf({ status, failed: at }: BuildNow, lines: string[], timeout: string): Failed {
  const log = lines.length > 0 ? `; its last lines:\n${lines.join('\n')}` : '';
  if (status === 'STOPPED')
    return failed('BUILD_STOPPED', 'somebody stopped the build; deploy once more to build again');
  if (status === 'TIMED_OUT') return timedOut(timeout, log);
  if (at?.phase === 'UPLOAD_ARTIFACTS') return failed('BUILD_OUTPUT', `${NO_OUTPUT}${said(at.message)}${log}`);
  const where = at ? ` in ${at.phase}${said(at.message)}` : '';
  return failed('BUILD_FAILED', `the build failed${where}${log}`);
}

export const NO_OUTPUT = 'the commands left nothing in the folder that build.output names';

export const timedOut = (timeout: string, log = ''): Failed =>
  failed('BUILD_TIMEOUT', `the build took longer than build.timeout, ${timeout}${log}`);

const said = (message: string): string => (message ? `: ${message.slice(0, 500)}` : '');
