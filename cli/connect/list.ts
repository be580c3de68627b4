import { Command } from 'commander';
import type { ConnectionView } from '../../shared/api.ts';
import { refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { columnsOf, type Io, painter } from '../io.ts';
import type { Options } from '../options.ts';
import { isRefused, type Result } from '../result.ts';
import { table } from '../table.ts';
import { placeText } from './arguments.ts';
import { deskOf, hookUrl } from './desk.ts';

export const connectListCommand = (cli: Cli): Command =>
  new Command('list')
    .description('Show the repositories that are connected, and the pilots that they deploy.')
    .addHelpText(
      'after',
      `
Examples:
  pilot connect list
  pilot connect list --json | jq -r '.connections[].repository'

Exit codes: 0 shown · 2 usage · 3 AWS cannot be reached`,
    )
    .action((_, command: Command) => cli.run<Options>(command, (options) => list(options, cli.io)));

async function list(options: Options, io: Io): Promise<Result> {
  const desk = await deskOf(options, io);
  if (isRefused(desk)) return desk;
  const asked = await desk.api.ask({ action: 'connections' });
  if (!asked.ok) return refusedByApi(asked);
  const connections = asked.answer.map((one) => ({ ...one, url: hookUrl(desk, one) }));
  if (connections.length === 0)
    return {
      ...{ exit: 0, json: { connections } },
      text: 'No repository is connected.\n  → connect one: pilot connect github OWNER/NAME --pilot NAME',
    };
  const headings = ['REPOSITORY', 'PILOTS', 'WEBHOOK', 'SINCE', 'BY', 'ID'];
  const most = columnsOf(io.out);
  return { exit: 0, json: { connections }, text: table(headings, connections.map(row), painter(io.out, io.env), most) };
}

const row = ({ id, repository, pilots, hook, createdAt, by }: ConnectionView): string[] => [
  repository,
  pilots.map(placeText).join(' '),
  hook === undefined ? 'by hand' : `made here (${hook})`,
  createdAt.slice(0, 10),
  by,
  id,
];
