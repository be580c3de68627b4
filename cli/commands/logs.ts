import { setTimeout as after } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ApiAnswer, ApiAnswers } from '../../shared/api.ts';
import { counted } from '../../shared/notify/quantities.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { type Io, painter, printable } from '../io.ts';
import { milliseconds, type Options, pilotName } from '../options.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';

interface LogsOptions extends Options {
  /** Milliseconds. */
  since: number;
  lines: number;
  follow?: boolean;
}

type Line = ApiAnswers['logs']['lines'][number];

const MOST_LINES = 10_000;

export const logsCommand = (cli: Cli): Command =>
  new Command('logs')
    .description('Show what a pilot itself has logged, the latest of it.')
    .argument('<name>', 'the pilot', pilotName)
    .addOption(
      new Option('--since <time>', 'nothing that is older, at most 24h')
        .argParser(milliseconds)
        .default(3_600_000, '1h'),
    )
    .addOption(
      new Option('-n, --lines <count>', `the latest so many, 1 to ${MOST_LINES}`).argParser(lineCount).default(200),
    )
    .option('--follow', 'stay, and show what comes; Ctrl-C ends it')
    .addHelpText(
      'after',
      `
Examples:
  pilot logs acme-shop
  pilot logs acme-shop --since 15m --lines 1000 --env staging
  pilot logs acme-shop --follow | grep ERROR
  pilot logs acme-shop --json | jq -r '.lines[].text'

Lines of all tasks stand in order of time, the latest at the end, each behind the end of its task's name.
What was left out for --lines is said; what is older than --since is not.
Exit codes: 0 shown · 130 Ctrl-C · 2 no such pilot or no logs, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string, _, command: Command) =>
      cli.run<LogsOptions>(command, (options) => logs(pilot, options, cli.io)),
    );

async function logs(pilot: string, options: LogsOptions, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const { env: environment } = options;
  const ask = (since: number, most = MOST_LINES): Promise<ApiAnswer<'logs'>> =>
    api.ask({
      action: 'logs',
      pilot,
      ...(environment && { environment }),
      since: new Date(since).toISOString(),
      most,
    });
  const asked = await ask(Date.now() - options.since, options.lines);
  if (!asked.ok) return refusedByApi(asked);
  const { lines, earlier } = asked.answer;
  if (earlier && !options.json) io.err.write(`${leftOut(lines.length)}\n`);
  if (options.follow && !options.json) return followFrom(lines, ask, io);
  if (lines.length === 0 && !options.json)
    io.err.write('nothing was logged in that time; --since looks further back\n');
  return { exit: 0, json: { lines, earlier }, text: lines.map((line) => told(line, io)).join('\n') };
}

const leftOut = (shown: number): string =>
  `the latest ${counted(shown, 'line')}; there are earlier ones: --lines shows up to ${MOST_LINES}, --since 5m only the last minutes`;

/** Milliseconds between two looks. */
const PACE_MS = 2_000;
/** A line may be found so long after a later one: tasks send what they logged in batches. */
const LATE_MS = 10_000;

/** Shows what comes, until somebody presses Ctrl-C. */
async function followFrom(first: Line[], ask: (since: number) => Promise<ApiAnswer<'logs'>>, io: Io): Promise<Result> {
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  io.signals.on('SIGINT', stop);
  try {
    let shown = new Set<string>();
    let latest = Date.now() - LATE_MS;
    for (let lines = first; ; ) {
      for (const line of lines) if (!shown.has(line.id)) io.out.write(`${told(line, io)}\n`);
      shown = new Set(lines.map(({ id }) => id));
      latest = Math.max(latest, ...lines.slice(-1).map(({ at }) => Date.parse(at)));
      await after(PACE_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
      if (stopped.signal.aborted) return { exit: 130, json: {}, text: '' };
      const asked = await ask(latest - LATE_MS);
      if (!asked.ok) return refusedByApi(asked);
      lines = asked.answer.lines;
    }
  } finally {
    io.signals.off('SIGINT', stop);
  }
}

/** `01:57:15 3f9a1c2e  text`: the stream's end tells tasks apart. */
function told({ at, stream, text }: Line, io: Io): string {
  const paint = painter(io.out, io.env);
  return `${paint('dim', `${at.slice(11, 19)} ${stream.slice(-8)}`)}  ${printable(text)}`;
}

function lineCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_LINES) return count;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${MOST_LINES}.`);
}
