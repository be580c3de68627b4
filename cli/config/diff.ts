import { Command } from 'commander';
import { type Configuration, configurationOf } from '../../shared/configuration/told.ts';
import { joinPath } from '../../shared/manifest/finding.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import type { Cli } from '../cli.ts';
import { type Change, changesBetween } from '../diff/changes.ts';
import { changeLines, differing } from '../diff/comparison.ts';
import { type Io, painter } from '../io.ts';
import { readManifest } from '../manifest-file.ts';
import { type Options, pilotName, releaseName } from '../options.ts';
import { isRefused, type Refused, type Result, refused } from '../result.ts';
import { askConfig } from './ask.ts';

interface DiffOptions extends Options {
  release?: string;
  from?: string;
  exitCode?: boolean;
}

export const configDiffCommand = (cli: Cli): Command =>
  new Command('diff')
    .description('Compare the configuration of what is live with that of a manifest, or of another release.')
    .argument('<name>', 'the pilot', pilotName)
    .argument('[file]', 'a manifest, or a folder with a pilot.yaml in it')
    .option('--release <release>', 'compare with this release in place of a manifest', releaseName)
    .option('--from <release>', 'compare this release in place of the live one', releaseName)
    .option('--exit-code', 'end with 1 when they differ')
    .addHelpText(
      'after',
      `
Examples:
  pilot config diff acme-shop .
  pilot config diff acme-shop --release 3f9a --exit-code
  pilot config diff acme-shop --from 3f9a --release 81c0

Secrets are compared by where they lie, not by what they are.

Exit codes: 0 compared · 1 with --exit-code: they differ; or a manifest was not kept
  2 bad manifest, no such pilot or release, or usage · 3 AWS cannot be reached`,
    )
    .action((pilot: string, file: string | undefined, _, command: Command) =>
      cli.run<DiffOptions>(command, (options) => diff(pilot, file, options, cli.io)),
    );

interface Side {
  named: string;
  configuration: Configuration;
}

async function diff(pilot: string, file: string | undefined, options: DiffOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT, from } = options;
  const after = await other(pilot, environment, file, options, io);
  if (isRefused(after)) return after;
  const before = orNothing(await ofRelease(pilot, environment, from, options, io));
  if (isRefused(before)) return before;

  const changes = changesBetween(compared(before.configuration), compared(after.configuration));
  const paint = painter(io.out, io.env);
  const text = [
    `${pilot} in ${environment}`,
    ...[before, after].map(({ named }, index) => `  ${paint('dim', index === 0 ? 'from' : 'to  ')}  ${named}`),
    '',
    ...changeLines(changes, paint),
    ...(changes.length > 0 ? [''] : []),
    differing(changes.length),
  ].join('\n');
  return {
    exit: options.exitCode && changes.length > 0 ? 1 : 0,
    json: {
      pilot,
      environment,
      from: before.named,
      to: after.named,
      differs: changes.length > 0,
      changes: told(changes),
    },
    text,
  };
}

/** What the first one is compared with. */
async function other(
  pilot: string,
  environment: string,
  file: string | undefined,
  options: DiffOptions,
  io: Io,
): Promise<Side | Refused> {
  const { release } = options;
  if (release !== undefined && file === undefined) return ofRelease(pilot, environment, release, options, io);
  if (release !== undefined || file === undefined) return refused(2, WITH_WHAT);
  const read = await readManifest(file, io.cwd, { env: environment });
  if (isRefused(read)) return read;
  if (read.manifest.name !== pilot) return refused(2, anotherPilot(pilot, read.manifest.name, read.file));
  return { named: read.file, configuration: configurationOf(read.manifest) };
}

async function ofRelease(
  pilot: string,
  environment: string,
  release: string | undefined,
  options: DiffOptions,
  io: Io,
): Promise<Side | Refused> {
  const asked = await askConfig({ pilot, environment, ...(release && { release }) }, options, io);
  if (isRefused(asked)) return asked;
  return { named: `${asked.release}${asked.isLive ? ' (live)' : ''}`, configuration: asked.configuration };
}

/** What is new altogether can be compared as well. */
const orNothing = (asked: Side | Refused): Side | Refused =>
  isRefused(asked) && asked.problems[0]?.code === 'NOTHING_LIVE' ? NOTHING : asked;

const NOTHING: Side = { named: 'nothing', configuration: { variables: {}, secrets: {}, values: {} } };

/** What of it people wrote; the rest follows from it. */
const compared = ({ file, values, secrets }: Configuration) => ({
  config: { ...(file && { file: file.name }), values },
  secrets,
});

const told = (changes: Change[]) => changes.map((change) => ({ ...change, path: joinPath(change.path) }));

const WITH_WHAT = {
  code: 'USAGE',
  message: 'it is not said what to compare with',
  expected: 'either a manifest or --release',
  hint: 'pilot config diff --help',
};

const anotherPilot = (pilot: string, name: string, file: string) => ({
  code: 'PILOT_UNKNOWN',
  message: `the manifest is of ${name}, not of ${pilot}`,
  place: { file },
});
