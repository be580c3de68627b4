import type { ApiAnswer } from '../api.ts';
import { lastLines } from '../aws/logs.ts';
import { findInvocation, type Invocation, outputStream, sendScript } from '../aws/run-command.ts';
import { claimRun, findRun, giveRunBack, noteSent } from '../ledger/runs.ts';
import { logOf } from '../log.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { scriptOf } from '../targets/ec2/run-script.ts';
import { refusal } from './refusal.ts';
import type { Asked } from './request.ts';
import { findShell } from './shell.ts';

const log = logOf('api');

/** Sends a command to an instance of what is live. The same request again is the same command. */
export async function run(asked: Asked<'run'>): Promise<ApiAnswer<'run'>> {
  const { pilot, environment = DEFAULT_ENVIRONMENT, request, command, seconds, requestedBy } = asked;
  const shell = await findShell(pilot, environment);
  if ('ok' in shell) return shell;
  if (!('instance' in shell))
    return refusal('NO_RUN_COMMAND', `${pilot} runs in tasks, which ECS Exec enters`, 'a pilot of target ec2');

  const whose = { pilot, environment, request };
  const claim = await claimRun(whose);
  if ('known' in claim) {
    const { instance, command: id } = claim.known;
    return instance && id ? { ok: true, answer: { instance, command: id, logs: shell.logs } } : LOST;
  }
  const { instance, folder, logs } = shell;
  const comment = `pilotage: ${pilot} in ${environment}`;
  const sent = await sendScript({ instance, lines: scriptOf(shell, command), folder, seconds, logs, comment });
  if (sent.outcome === 'unknown') {
    log.warn('it is not known whether a command was sent', { pilot, environment, instance, reason: sent.reason });
    return LOST;
  }
  if (sent.outcome === 'refused') {
    await giveRunBack(whose, claim.by);
    return sent.isUnreachable
      ? refusal(
          'INSTANCE_UNREACHABLE',
          `Systems Manager does not reach ${instance}, on which ${pilot} runs`,
          'an instance whose agent of Systems Manager runs and reaches AWS',
        )
      : refusal('RUN_REFUSED', `Systems Manager does not take the command: ${sent.reason}`);
  }
  await noteSent(whose, instance, sent.command);
  log.info('a command was sent', { pilot, environment, instance, command: sent.command, requestedBy });
  return { ok: true, answer: { instance, command: sent.command, logs } };
}

const LOST = refusal(
  'RUN_UNKNOWN',
  'it is not known whether the command was started: the answer of Systems Manager was lost',
  'a look at what it would have done, before it is run once more',
);

/** How a command fares that was sent by such a request; other commands of the account are none of its business. */
export async function ran({
  pilot,
  environment = DEFAULT_ENVIRONMENT,
  request,
}: Asked<'ran'>): Promise<ApiAnswer<'ran'>> {
  const { instance, command } = (await findRun({ pilot, environment, request })) ?? {};
  if (!instance || !command) return refusal('RUN_NOT_KNOWN', 'no command was sent by such a request');
  const found = await findInvocation(command, instance);
  if (!found) return { ok: true, answer: { status: 'Pending', isOver: false } };
  if (!OVER.has(found.status)) return { ok: true, answer: { status: found.status, isOver: false } };
  const { details: status, exitCode, cut } = found;
  const group = derivedName('log-group', { pilot, environment });
  const [stdout, stderr] = await Promise.all(
    (['stdout', 'stderr'] as const).map((name) => endOf(found, name, group, outputStream(command, instance, name))),
  );
  const told = { status, isOver: true as const, stdout: stdout ?? '', stderr: stderr ?? '', cut };
  return { ok: true, answer: exitCode === undefined ? told : { ...told, exitCode } };
}

const OVER = new Set<string>(['Success', 'Failed', 'TimedOut', 'Cancelled']);

/** Lines and characters that an end has at most. */
const LINES = 10_000;
const CHARACTERS = 24_000;

/** All of an output; of one that was cut its end, as far as the log group has it by now, or else its beginning. */
async function endOf(found: Invocation, name: 'stdout' | 'stderr', group: string, stream: string): Promise<string> {
  if (!found.cut.includes(name)) return found[name];
  try {
    return (await lastLines(group, stream, LINES)).join('\n').slice(-CHARACTERS) || found[name];
  } catch {
    return found[name];
  }
}
