import { Command, InvalidArgumentError, Option } from 'commander';
import { EVENT_MODES, type Fault, MODES, STEP_MODES } from './faults.ts';
import { SCENARIOS } from './scenarios.ts';

export interface Options {
  seed: number;
  doubles: number;
  singles: boolean;
  all: boolean;
  scenario?: string;
  jobs: number;
  fault?: Fault[];
}

/** What was typed; what is wrong with it is told in a line, with exit code 2. */
export function readOptions(args: string[]): Options {
  const names = SCENARIOS.map(({ name }) => name);
  const command = new Command('npm run sweep --')
    .description(
      'Single faults of every scenario, and seeded double faults; the exit code is 1 when an invariant did not hold.',
    )
    .option('--seed <n>', 'seed of all chances', whole, 1)
    .option('--doubles <n>', 'how many double faults', whole, 11_500)
    .option('--no-singles', 'only double faults')
    .option('--all', 'every fault: also all that last, and all that stories share (takes many times as long)', false)
    .addOption(new Option('--scenario <name>', 'only this one').choices(names))
    .option('--jobs <n>', 'threads', whole, 2)
    .option('--fault <fault>', 'plays one run with this fault, and shows its journal; may be given twice', another)
    .addHelpText(
      'after',
      `\nA fault is a mode and the number of a call, an event or a step, ${EXAMPLE}.\nModes: ${[...MODES, ...EVENT_MODES, ...STEP_MODES].join(', ')}`,
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(args, { from: 'user' });
  const options = command.opts<Options>();
  if (options.fault && !options.scenario) command.error(`error: which scenario? --scenario ${names.join('|')}`);
  return options;
}

const EXAMPLE = 'such as late@23, or throttled@3+300 when it lasts 300 seconds';

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is no whole number.');
  return Number(text);
}

function another(text: string, before: Fault[] = []): Fault[] {
  const [, mode = '', at = '', lasting] = /^([a-z ]+)@(\d+)(?:\+(\d+))?$/.exec(text) ?? [];
  const known = [...MODES, ...EVENT_MODES, ...STEP_MODES].find((one) => one === mode);
  if (!known) throw new InvalidArgumentError(`It is no fault ${EXAMPLE}.`);
  return [...before, { mode: known, at: Number(at), ...(lasting && { lasting: Number(lasting) * 1000 }) }];
}
