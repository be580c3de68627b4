import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { ApiAnswer, ApiAnswers, RanToItsEnd } from '../shared/api.ts';
import { type Api, refusedByApi } from './api.ts';
import type { Io } from './io.ts';
import { type Exit, type Refused, type Result, refused } from './result.ts';

/** What to run on an instance of a pilot. */
export interface Wanted {
  pilot: string;
  environment?: string;
  /** Word by word. */
  command: string[];
  /** It is ended after so many. */
  seconds: number;
  requestedBy: string;
}

type Begun = ApiAnswers['run'];
type Waited = RanToItsEnd | 'interrupted' | 'never begun' | 'no end' | Refused;

/** Systems Manager gives a command up within a minute that no instance begins; telling so may take it another. */
const BEGIN_WITHIN_MS = 3 * 60_000;
/** The last lines of a long output may come to the log group so much later than the end. */
const SETTLES_MS = 3_000;
const MOST_FAILURES = 6;

/** Milliseconds between two looks, by the milliseconds since the first. */
const pace = (since: number): number => (since < 10_000 ? 500 : since < 60_000 ? 1_500 : 5_000);

/** Runs a command on an instance, shows what it wrote once it is over, and ends with its exit code. */
export async function runThere(api: Api, wanted: Wanted, json: boolean, io: Io): Promise<Result> {
  const { pilot, environment, command, seconds, requestedBy } = wanted;
  const whose = { pilot, ...(environment && { environment }) };
  const request = `${new Date().toISOString()}/${randomUUID()}`;
  const begun = await api.ask({ action: 'run', ...whose, command, seconds, requestedBy, request });
  if (!begun.ok) return refusedByApi(begun);
  const { answer } = begun;
  io.err.write(`running on ${answer.instance}, as ${answer.command}\n`);

  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  io.signals.on('SIGINT', interrupt);
  try {
    const look = () => api.ask({ action: 'ran', ...whose, request });
    const waited = await untilOver(look, seconds * 1_000, interrupted.signal, io);
    if (typeof waited === 'string') return unended(waited, answer, pilot);
    if ('problems' in waited) return waited;
    return ended(await settled(waited, look), answer, json, io);
  } finally {
    io.signals.off('SIGINT', interrupt);
  }
}

type Look = () => Promise<ApiAnswer<'ran'>>;

async function untilOver(look: Look, limit: number, signal: AbortSignal, io: Io): Promise<Waited> {
  const began = Date.now();
  const line = progressLine(io);
  let [failures, hasBegun] = [0, false];
  try {
    for (;;) {
      try {
        const asked = await look();
        if (!asked.ok) return refusedByApi(asked);
        failures = 0;
        const { answer } = asked;
        if (answer.isOver) return answer;
        hasBegun ||= answer.status !== 'Pending' && answer.status !== 'Delayed';
        line.show(`${answer.status} … ${Math.round((Date.now() - began) / 1_000)}s`);
      } catch (error) {
        failures += 1;
        if (failures === MOST_FAILURES) throw error;
      }
      const since = Date.now() - began;
      if (!hasBegun && since >= BEGIN_WITHIN_MS) return 'never begun';
      if (since >= limit + BEGIN_WITHIN_MS) return 'no end';
      await after(pace(since), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return 'interrupted';
    }
  } finally {
    line.clear();
  }
}

/** One line that is written over, where a person looks. */
function progressLine({ err }: Io): { show(text: string): void; clear(): void } {
  const write = (text: string) => err.isTTY && err.write(`\r\u001b[K${text}`);
  return { show: write, clear: () => write('') };
}

/** Once more, where a part of the output comes from the log group. */
async function settled(end: RanToItsEnd, look: Look): Promise<RanToItsEnd> {
  if (end.cut.length === 0) return end;
  await after(SETTLES_MS);
  const again = await look().catch(() => undefined);
  return again?.ok && again.answer.isOver ? again.answer : end;
}

function ended(end: RanToItsEnd, { logs, command }: Begun, json: boolean, io: Io): Result {
  const { status, exitCode, stdout, stderr, cut } = end;
  if (!json) {
    const shown = io.out.isTTY ? harmless : (text: string) => text;
    io.out.write(shown(stdout));
    io.err.write(harmless(stderr));
    const broken = (stderr || stdout) && !(stderr || stdout).endsWith('\n') ? '\n' : '';
    const said = [
      ...cut.map((name) => `only a part of ${name} is shown; all of it is in the log group ${logs}, below ${command}/`),
      ...(exitCode === undefined ? [`the command did not end by itself: ${status}`] : []),
    ];
    if (said.length > 0) io.err.write(`${broken}${said.join('\n')}\n`);
  }
  // The command's own, whatever it is.
  const exit = (exitCode ?? 1) as Exit;
  return { exit, json: { status, exitCode, stdout, stderr, ...(cut.length > 0 && { cut, logs }) }, text: '' };
}

/** Lines as they are, without what else could steer a terminal. */
const harmless = (text: string): string => text.replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '�');

function unended(why: 'interrupted' | 'never begun' | 'no end', { instance, logs, command }: Begun, pilot: string) {
  const json = { status: why, instance, command, logs };
  if (why === 'interrupted')
    return {
      exit: 130 as const,
      json,
      text: `No longer waiting. The command goes on on ${instance}.\n  → what it writes: pilot logs ${pilot}`,
    };
  return refused(1, {
    code: why === 'no end' ? 'RUN_NO_END' : 'RUN_NOT_BEGUN',
    message:
      why === 'no end'
        ? `${instance} did not tell how the command ended`
        : `${instance} did not begin the command within 3 minutes`,
    hint: `aws ssm get-command-invocation --instance-id ${instance} --command-id ${command}`,
  });
}
