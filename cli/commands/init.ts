import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Problem } from '../../shared/errors.ts';
import { listed } from '../../shared/manifest/kinds.ts';
import { TARGETS, type TargetName } from '../../shared/manifest/sections/index.ts';
import { isPilotName } from '../../shared/names.ts';
import type { Cli } from '../cli.ts';
import { type Asker, askerOf } from '../init/ask.ts';
import { type Guess, guessFrom } from '../init/guess.ts';
import { exists, put } from '../init/put.ts';
import { typed } from '../init/typed.ts';
import { firstManifest, SCHEMA_FILE } from '../init/write.ts';
import { type Io, painter } from '../io.ts';
import { shown } from '../manifest-file.ts';
import { type Options, pilotName } from '../options.ts';
import { isRefused, type Refused, type Result, refused } from '../result.ts';

interface InitOptions extends Options {
  target?: TargetName;
  name?: string;
  yes?: boolean;
  schema: boolean;
}

export const initCommand = (cli: Cli): Command =>
  new Command('init')
    .description('Write a first pilot.yaml: looks at the folder, and asks what it cannot see.')
    .argument('[folder]', 'where the pilot is', '.')
    .addOption(new Option('--target <target>', 'what kind of thing runs the pilot').choices(TARGETS))
    .option('--name <name>', 'the pilot’s name', pilotName)
    .option('-y, --yes', 'ask nothing, take what the folder says')
    .option('--no-schema', `write no ${SCHEMA_FILE} beside it, by which editors complete it`)
    .addHelpText(
      'after',
      `
Examples:
  pilot init
  pilot init apps/shop --target ecs --name acme-shop

Exit codes: 0 written · 2 there is a pilot.yaml already, it cannot be written, or something is not known and nobody can be asked`,
    )
    .action((folder: string, _, command: Command) =>
      cli.run<InitOptions>(command, (options) => init(folder, options, cli.io)),
    );

async function init(path: string, options: InitOptions, io: Io): Promise<Result> {
  const folder = resolve(io.cwd, path);
  const file = join(folder, 'pilot.yaml');
  if (await lstat(file).catch(() => undefined)) return refused(2, exists(file, io.cwd));

  const guess = await guessFrom(folder);
  const chosen = await choose(guess, options, io);
  if (isRefused(chosen)) return chosen;
  const seen = chosen.target === guess.target ? guess : {};
  const wrong = await put(file, firstManifest({ ...seen, ...chosen, withSchema: options.schema }), io.cwd, 'wx');
  if (wrong) return refused(2, wrong);
  const files = [shown(file, io.cwd)];
  if (options.schema) {
    const { jsonSchema } = await import('../../shared/manifest/json-schema.ts');
    const beside = join(folder, SCHEMA_FILE);
    const unwritten = await put(beside, `${JSON.stringify(jsonSchema(), null, 1)}\n`, io.cwd, 'w');
    if (unwritten) return refused(2, unwritten);
    files.push(shown(beside, io.cwd));
  }
  const text = [
    ...files.map((written) => `${painter(io.out, io.env)('green', '✔')} ${written}`),
    ...nextSteps(shown(file, io.cwd)),
  ].join('\n');
  return { exit: 0, json: { files, ...chosen }, text };
}

const nextSteps = (file: string): string[] => [
  '  → look it over, above all source',
  `  → what would it do, and cost? pilot plan ${typed(file)}`,
  `  → deploy it: pilot deploy ${typed(file)}`,
];

type Chosen = { name: string; target: TargetName };

async function choose(guess: Guess, { name, target, yes }: InitOptions, io: Io): Promise<Chosen | Refused> {
  const asker = yes || (name && target) ? undefined : askerOf(io);
  try {
    const chosen = asker
      ? {
          name: name ?? (await askUntil(asker, 'Name of the pilot', guess.name, isPilotName, NAME, io)),
          target: target ?? (await askUntil(asker, targetQuestion(guess), guess.target, isTarget, listed(TARGETS), io)),
        }
      : { name: name ?? guess.name, target: target ?? guess.target };
    if (!chosen.name) return refused(2, unknown('name', 'acme-site'));
    if (!chosen.target || !isTarget(chosen.target)) return refused(2, unknown('target', TARGETS.join(', ')));
    return { name: chosen.name, target: chosen.target };
  } finally {
    asker?.close();
  }
}

/** Asks again until the answer will do; undefined when nobody answers. */
async function askUntil(
  asker: Asker,
  question: string,
  usual: string | undefined,
  will: (answer: string) => boolean,
  expected: string,
  io: Io,
): Promise<string | undefined> {
  for (;;) {
    const answer = await asker.ask(question, usual);
    if (answer === undefined || will(answer)) return answer;
    io.err.write(`${answer || 'Nothing'} cannot be: expected ${expected}\n`);
  }
}

const targetQuestion = ({ because }: Guess): string =>
  `What runs it: ${listed(TARGETS)}${because ? `; by its ${because} probably` : ''}`;

const NAME = 'a to z, digits and single hyphens, beginning with a letter';

const isTarget = (target: string): target is TargetName => TARGETS.some((known) => known === target);

const unknown = (what: string, such: string): Problem => ({
  code: 'INIT_UNKNOWN',
  message: `the folder does not tell the pilot's ${what}, and nobody can be asked`,
  expected: `--${what}, such as ${such}`,
});
