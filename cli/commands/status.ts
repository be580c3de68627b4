import { Command } from 'commander';
import type { DeploymentView, KeptOffline, PilotStatus } from '../../shared/api.ts';
import { sinceWhen } from '../../shared/maintenance.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { duration } from '../../shared/notify/quantities.ts';
import { optionsOf } from '../advice.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import { restoredInWords } from '../backups/text.ts';
import type { Cli } from '../cli.ts';
import { indented, reasons, warnings } from '../ending.ts';
import { type Io, type Paint, painter } from '../io.ts';
import { type Options, pilotName } from '../options.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';
import { table } from '../table.ts';

export const statusCommand = (cli: Cli): Command =>
  new Command('status')
    .description('Show what is live, as the traffic’s pointer says at this moment, and the last deployment.')
    .argument('[name]', 'one pilot (default: all)', pilotName)
    .addHelpText(
      'after',
      `
Examples:
  pilot status
  pilot status acme-site --env staging
  pilot status --json | jq -r '.pilots[] | "\\(.pilot) \\(.live.release)"'

Exit codes: 0 shown · 2 no such pilot, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string | undefined, _, command: Command) =>
      cli.run<Options>(command, (options) => status(pilot, options, cli.io)),
    );

async function status(pilot: string | undefined, options: Options, io: Io): Promise<Result> {
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const { env: environment } = options;
  const asked = await api.ask({ action: 'status', ...(pilot && { pilot }), ...(environment && { environment }) });
  if (!asked.ok) return refusedByApi(asked);
  const pilots = asked.answer;
  const where = environment ? ` in ${environment}` : '';
  const same = optionsOf({ environment: environment ?? DEFAULT_ENVIRONMENT }, stack.stage);
  const none = `No pilot was deployed${where} so far.\n  → deploy one: pilot deploy examples/static/v1${same}`;
  return {
    exit: 0,
    json: { pilots },
    text: pilots.length > 0 ? overview(pilots, stack.stage, painter(io.out, io.env)) : none,
  };
}

function overview(pilots: PilotStatus[], stage: string, paint: Paint): string {
  const rows = pilots.map((one) => [one.pilot, one.environment, live(one), last(one.last), one.url ?? '']);
  const kept = pilots.flatMap(({ pilot, environment, offline, last: latest }) =>
    offline
      ? [
          `${pilot} in ${environment} is offline ${sinceWhen(offline)}; ${stands(offline, latest)}\n` +
            `  → bring it back: pilot online ${pilot}${optionsOf({ environment }, stage)}`,
        ]
      : [],
  );
  const troubles = pilots.flatMap(({ pilot, environment, trouble, last: latest }) => [
    ...(trouble ? [`${pilot} in ${environment}: ${trouble}`] : []),
    ...(latest?.status === 'failed' || latest?.status === 'rejected'
      ? reasons(latest).map((reason) => `${pilot} in ${environment}, last deployment: ${indented(reason)}`)
      : []),
  ]);
  const cautions = pilots.flatMap(({ pilot, environment, last: latest }) =>
    latest ? warnings(latest).map((warning) => `${warning} (${pilot} in ${environment}, last deployment)`) : [],
  );
  const headings = ['PILOT', 'ENVIRONMENT', 'LIVE RELEASE', 'LAST DEPLOYMENT', 'URL'];
  return [
    table(headings, rows, paint),
    ...kept.map((one) => `${paint('yellow', '○')} ${one}`),
    ...troubles.map((trouble) => `${paint('red', '✖')} ${trouble}`),
    ...cautions.map((caution) => paint('yellow', caution)),
  ].join('\n');
}

/** What stands ready to come back. */
const stands = ({ release }: KeptOffline, latest: DeploymentView | undefined): string =>
  (latest && restoredInWords(latest)) ?? `release ${release} goes on running`;

function live({ live: now, trouble }: PilotStatus): string {
  if (trouble) return 'unknown';
  const arms = Object.entries(now?.weights ?? {});
  if (arms.length > 1) return arms.map(([release, weight]) => `${release} ${weight} %`).join(', ');
  return now?.release ?? 'offline';
}

function last(deployment: DeploymentView | undefined): string {
  if (!deployment) return 'none';
  const { status: state, step, failure, finishedAt, seconds } = deployment;
  if (!finishedAt) return `at ${step ?? 'the start'} for ${duration(seconds)}`;
  const ago = Math.max(0, Math.round((Date.now() - Date.parse(finishedAt)) / 1000));
  return `${state}${state === 'failed' && failure ? ` at ${failure.step}` : ''} ${since(ago)} ago`;
}

/** Roughly: `3 min`, `5 h`, `12 days`. */
function since(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
