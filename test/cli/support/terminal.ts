import { PassThrough } from 'node:stream';
import { terminalReporter } from '../../../cli/reporters/terminal.ts';

/**
 * Shows the looks that stand in the first argument (JSON) to a terminal, and
 * writes what that terminal got. A process of its own: listr2 is an ES module.
 */
const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
screen.pipe(process.stdout);
const reporter = await terminalReporter(screen);
for (const look of JSON.parse(process.argv[2] ?? '[]')) await reporter.look(look ?? undefined);
await reporter.close();
