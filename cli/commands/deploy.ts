import { Command } from 'commander';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { lambdaApi } from '../api.ts';
import type { Cli } from '../cli.ts';
import { followOrLeave } from '../following.ts';
import type { Io } from '../io.ts';
import { commit, type FollowOptions, followOptions } from '../options.ts';
import { isRefused, type Result } from '../result.ts';
import { findStack } from '../stack.ts';
import { type Overriding, prepareUpload, upload } from '../upload.ts';

export const deployCommand = (cli: Cli): Command =>
  followOptions(new Command('deploy'))
    .description('Upload a manifest and its artifact; the upload deploys the pilot.')
    .argument('<path>', 'a folder with a pilot.yaml in it, or a manifest')
    .option('--ignore-alarms', 'no alarm stops the rollout; recorded, and told to everybody who is told of it')
    .option('--online', 'go live even while the pilot is kept offline (pilot offline)')
    .option(
      '--commit <sha>',
      'the commit that the artifact was built from (default: what git says of the folder)',
      commit,
    )
    .addHelpText(
      'after',
      `
The artifact is the file that source.artifact names, beside the manifest. Where
site.zip is not there, the folder site/ is zipped.

Examples:
  pilot deploy .
  pilot deploy examples/static/v1 --env staging --follow
  pilot deploy . --no-follow --json | jq -r .deployment
  pilot deploy . --commit "$GITHUB_SHA" --wait        in CI, see ci/

Exit codes: 0 live (or on its way, with --no-follow), also with a warning (⚠, with --json in state.warnings)
  1 failed or rolled back, or --timeout was over
  2 bad manifest or usage · 3 AWS cannot be reached · 130 Ctrl-C; the deployment goes on`,
    )
    .action((path: string, _, command: Command) =>
      cli.run<DeployOptions>(command, (options) => deploy(path, options, cli.io)),
    );

type DeployOptions = FollowOptions & Overriding;

async function deploy(path: string, options: DeployOptions, io: Io): Promise<Result> {
  const { env = DEFAULT_ENVIRONMENT } = options;
  const prepared = await prepareUpload(path, env, io);
  if (isRefused(prepared)) return prepared;
  const stack = await findStack(options, io);
  if (isRefused(stack)) return stack;
  const started = await upload(prepared, stack, io, options);
  if (isRefused(started)) return started;
  const api = await lambdaApi(stack.followFunction, stack.connection);
  return followOrLeave(started, api, stack, options, io);
}
