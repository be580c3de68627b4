import { Command } from 'commander';
import { joinPath } from '../../shared/manifest/finding.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { lambdaApi, refusedByApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { changesBetween } from '../diff/changes.ts';
import { type Compared, comparison } from '../diff/comparison.ts';
import { type Io, painter } from '../io.ts';
import { readManifest } from '../manifest-file.ts';
import type { Options } from '../options.ts';
import { commitOf } from '../origin.ts';
import { isRefused, type Refused, type Result, refused } from '../result.ts';
import { findStack } from '../stack.ts';

interface DiffOptions extends Options {
  exitCode?: boolean;
}

export const diffCommand = (cli: Cli): Command =>
  new Command('diff')
    .description('Compare a manifest with the one that is live, both with all their defaults.')
    .argument('<file>', 'a manifest, or a folder with a pilot.yaml in it')
    .option('--exit-code', 'end with 1 when they differ')
    .addHelpText(
      'after',
      `
Examples:
  pilot diff .
  pilot diff pilot.yaml --env staging --exit-code
  pilot diff . --json | jq -r '.changes[].path'

The files of the artifact are not compared: a deployment does that.

Exit codes: 0 compared · 1 with --exit-code: they differ; or the live one was not kept
  2 bad manifest or usage · 3 AWS cannot be reached`,
    )
    .action((file: string, _, command: Command) =>
      cli.run<DiffOptions>(command, (options) => diff(file, options, cli.io)),
    );

async function diff(path: string, options: DiffOptions, io: Io): Promise<Result> {
  const { env: environment = DEFAULT_ENVIRONMENT } = options;
  const read = await readManifest(path, io.cwd, { env: environment });
  if (isRefused(read)) return read;
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;

  const { manifest, file, folder } = read;
  const pilot = manifest.name;
  const api = await lambdaApi(stack.apiFunction, stack.connection);
  const asked = await api.ask({ action: 'live', pilot, environment });
  if (!asked.ok) return refusedByApi(asked);
  const { manifest: before, kept: _, ...now } = asked.answer;
  const live = now.offline ? { ...now, release: now.offline.release } : now;
  if (live.release && !before) return notKept(pilot, live.release);

  const commit = manifest.source.commit ?? (await commitOf(folder));
  const at = commit === 'changed' ? { changed: true as const } : commit ? { commit } : {};
  const changes = changesBetween(before, manifest);
  const compared: Compared = { pilot, environment, live, here: { file, ...at }, changes };
  return {
    exit: options.exitCode && changes.length > 0 ? 1 : 0,
    json: jsonOf(compared),
    text: comparison(compared, painter(io.out, io.env)),
  };
}

const jsonOf = ({ live, changes, ...about }: Compared) => ({
  ...about,
  live: live.release ? live : null,
  differs: changes.length > 0,
  changes: changes.map((change) => ({ ...change, path: joinPath(change.path) })),
});

const notKept = (pilot: string, release: string): Refused =>
  refused(1, {
    code: 'MANIFEST_NOT_KEPT',
    message: `the manifest of ${pilot}’s live release ${release} was not kept: an earlier Pilotage deployed it`,
    hint: 'deploy it once more; from then on it is',
  });
