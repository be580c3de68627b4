import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ApiAnswers } from '../../shared/api.ts';
import { type Api, lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import type { Io } from '../io.ts';
import { type Options, pilotName } from '../options.ts';
import { requestedBy } from '../origin.ts';
import { isRefused, type Refused, type Result, refused } from '../result.ts';
import { findStack } from '../stack.ts';
import { dryRunText, summaryText } from './text.ts';

interface SyncOptions extends Options {
  dryRun?: boolean;
  accept?: number;
}

type Ended = ApiAnswers['edge-synced'];

/** One that is not over by then goes on by itself. */
const PATIENCE_MS = 10 * 60_000;
const MOST_FAILURES = 6;

export const edgeSyncCommand = (cli: Cli): Command =>
  new Command('sync')
    .description('Bring what lets CloudFront in to AWS’s list of its addresses, which happens by itself, too.')
    .argument('[name]', 'one pilot (default: all)', pilotName)
    .option('--dry-run', 'show what would be added and removed by the list that is known, and change nothing')
    .addOption(
      new Option(
        '--accept <token>',
        'take over, for all pilots, the list with that syncToken although it looks suspicious',
      )
        .argParser(listToken)
        .conflicts('dryRun'),
    )
    .addHelpText(
      'after',
      `
New addresses are let in first, then those that are gone are shut out; rules that others made stay. A list that is
malformed, or differs too much from the one before, changes nothing until a person has looked at it and accepts it. What is
accepted counts for all pilots: so all of them are brought to it, also where one is named.

Examples:
  pilot edge sync
  pilot edge sync acme-shop --dry-run
  pilot edge sync --accept 1795000000

Exit codes: 0 up to date, or shown · 1 something is not up to date, or the list was not taken
  2 no such pilot, or none whose groups Pilotage keeps, or usage · 3 AWS cannot be reached · 130 Ctrl-C; it goes on`,
    )
    .action((pilot: string | undefined, _, command: Command) =>
      cli.run<SyncOptions>(command, (options) => sync(pilot, options, cli.io)),
    );

function listToken(text: string): number {
  if (/^[1-9]\d{8,11}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is the syncToken of https://ip-ranges.amazonaws.com/ip-ranges.json, in digits.');
}

async function sync(pilot: string | undefined, options: SyncOptions, io: Io): Promise<Result> {
  const { env: environment, dryRun, accept } = options;
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const whose = { ...(pilot && { pilot }), ...(environment && { environment }) };
  if (dryRun) {
    const asked = await api.ask({ action: 'edge', ...whose, toSync: true });
    return asked.ok ? { exit: 0, json: asked.answer, text: dryRunText(asked.answer) } : refusedByApi(asked);
  }
  const request = `${new Date().toISOString()}/${randomUUID()}`;
  const by = { requestedBy: requestedBy(), ...(accept !== undefined && { accept }) };
  const begun = await api.ask({ action: 'edge-sync', ...whose, ...by, request });
  if (!begun.ok) return refusedByApi(begun);
  const { run } = begun.answer;
  const end = await untilOver(api, request, io);
  if (end === 'interrupted')
    return { exit: 130, json: { run, status: end }, text: `No longer waiting; ${run} goes on by itself.` };
  const named = accept !== undefined && (pilot ?? environment);
  return 'problems' in end ? end : told(run, end, named ? [ALL] : []);
}

async function untilOver(api: Api, request: string, io: Io): Promise<Ended | Refused | 'interrupted'> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  io.signals.on('SIGINT', interrupt);
  try {
    let failures = 0;
    for (const began = Date.now(); Date.now() - began < PATIENCE_MS; ) {
      try {
        const asked = await api.ask({ action: 'edge-synced', request });
        if (!asked.ok) return refusedByApi(asked);
        if (asked.answer.status !== 'RUNNING' && asked.answer.status !== 'ABSENT') return asked.answer;
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === MOST_FAILURES) throw error;
      }
      await after(Date.now() - began < 10_000 ? 500 : 3_000, undefined, { signal: interrupted.signal }).catch(() => {});
      if (interrupted.signal.aborted) return 'interrupted';
    }
    return { status: 'RUNNING' };
  } finally {
    io.signals.off('SIGINT', interrupt);
  }
}

const ALL = 'The list that was accepted counts for all pilots: all were brought to it.';

function told(run: string, { status, summary }: Ended, notes: readonly string[]): Result {
  if (!summary)
    return refused(1, {
      code: status === 'RUNNING' ? 'EDGE_NO_END' : 'EDGE_RUN_FAILED',
      message: status === 'RUNNING' ? `${run} is not over yet` : `${run} ended as ${status}`,
      hint: `what it did: aws stepfunctions list-executions, and the logs of edge-sync; it is tried again by itself within a day`,
    });
  const isUpToDate = summary.failing === 0 && summary.lists !== 'failed' && !summary.refused;
  const { refused: why } = summary;
  const text = [
    ...(why ? [`${why.code} ${why.reason}${why.hint ? `\n  → ${why.hint}` : ''}`] : []),
    summaryText(summary),
    ...notes,
  ].join('\n');
  return { exit: isUpToDate ? 0 : 1, json: { run, ...summary }, text };
}
