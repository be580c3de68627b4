import type { DeploymentView } from '../shared/api.ts';
import { ofDeployment } from '../shared/names.ts';
import { optionsOf } from './advice.ts';
import type { Api } from './api.ts';
import { endingText, exitOf } from './ending.ts';
import { type Followed, follow, type Reporter } from './follow.ts';
import { columnsOf, type Io, type Output, painter } from './io.ts';
import type { FollowOptions } from './options.ts';
import { plainReporter } from './reporters/plain.ts';
import { terminalReporter } from './reporters/terminal.ts';
import type { Result } from './result.ts';
import type { Stack } from './stack.ts';

/** A deployment that is on its way. */
export interface Started {
  id: string;
  /** What was done so far, for programs and for people. */
  json: object;
  text: string;
  /** The end that is wanted, where that is not that it succeeds. */
  goal?: Pick<DeploymentView, 'status'>;
}

/** Shows what was started, and stays until it ends where that is wanted. */
export async function followOrLeave(
  started: Started,
  api: Api,
  stack: Stack,
  options: FollowOptions,
  io: Io,
): Promise<Result> {
  const { id, json, text } = started;
  if (options.follow === false)
    return {
      exit: 0,
      json: { deployment: id, ...json },
      text: `${text}\n  how it ends is not known yet\n  ${lookAgain(id, stack.stage)}`,
    };

  const screen = options.json ? io.err : io.out;
  screen.write(`${text}\n`);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  // Not `once`: a terminal library ends the process when it finds that nobody else listens any more.
  io.signals.on('SIGINT', interrupt);
  try {
    const followed = await follow(api, id, await reporterFor(screen), {
      timeout: options.timeout,
      signal: interrupted.signal,
    });
    return resultOf(followed, started, stack, io);
  } finally {
    io.signals.off('SIGINT', interrupt);
  }
}

/** Rows need room: a terminal that does not know its width, as some containers' do, gets lines. */
const LEAST_COLUMNS = 40;

const reporterFor = async (screen: Output): Promise<Reporter> =>
  screen.isTTY && (screen.columns ?? 80) >= LEAST_COLUMNS ? terminalReporter(screen) : plainReporter(screen);

function resultOf(
  { why, deployment }: Followed,
  { id, json, goal }: Started,
  { stage, connection }: Stack,
  io: Io,
): Result {
  const about = { ...json, deployment: id, ended: why === 'ended', ...(deployment && { state: deployment }) };
  if (why === 'ended' && deployment) {
    const exit = deployment.status === goal?.status ? 0 : goal ? 1 : exitOf(deployment);
    return {
      exit,
      json: about,
      text: endingText(deployment, stage, painter(io.out, io.env), connection, columnsOf(io.out)),
    };
  }
  const text = `${UNENDED[why]}\n  ${lookAgain(id, stage)}`;
  return { exit: why === 'interrupted' ? 130 : 1, json: { ...about, why }, text };
}

const UNENDED: Record<Followed['why'], string> = {
  ended: '',
  interrupted: 'No longer following. The deployment goes on.',
  timeout: 'The time to follow is over (--timeout). The deployment goes on.',
  'never accepted':
    'Nothing took it up within 3 minutes. Either a newer upload of this pilot took its place, or the event of this one was lost.',
};

function lookAgain(id: string, stage: string): string {
  const { pilot = '', environment = '' } = ofDeployment(id) ?? {};
  return `→ look again: pilot status ${pilot}${optionsOf({ environment }, stage)}`;
}
