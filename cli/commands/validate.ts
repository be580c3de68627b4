import { Command } from 'commander';
import type { Resolved } from '../../shared/manifest/complete.ts';
import { notYet } from '../../shared/manifest/not-yet.ts';
import type { Cli } from '../cli.ts';
import { type Io, painter } from '../io.ts';
import { readManifest } from '../manifest-file.ts';
import type { Options } from '../options.ts';
import { isRefused, type Result } from '../result.ts';

export const validateCommand = (cli: Cli): Command =>
  new Command('validate')
    .description('Check a manifest in all its environments, without AWS.')
    .argument('<file>', 'a manifest, or a folder with a pilot.yaml in it')
    .addHelpText(
      'after',
      `
Examples:
  pilot validate pilot.yaml
  pilot validate pilot.yaml --env staging
  pilot validate pilot.yaml --env pr12
  pilot validate --json examples/static/v1 | jq .problems

Exit codes: 0 valid · 2 not valid, or not there`,
    )
    .action((file: string, _, command: Command) => cli.run(command, (options) => validate(file, options, cli.io)));

async function validate(path: string, { env }: Options, io: Io): Promise<Result> {
  const read = await readManifest(path, io.cwd, { env });
  if (isRefused(read)) return read;
  const { file, manifest, environments } = read;
  const later = notYet(read);
  const paint = painter(io.out, io.env);
  const row = (name: string, value: string) => `  ${paint('dim', name.padEnd(8))} ${value}`;
  const text = [
    `${paint('green', '✔')} ${file} is valid`,
    row('pilot', `${manifest.name}, target ${manifest.target}${env ? `, as in ${env}` : ''}`),
    row(...sourceRow(manifest.source)),
    row('rollout', rolloutOf(manifest.rollout)),
    ...(environments.length > 1 ? [row('for', environments.join(', '))] : []),
    ...(manifest.previews ? [row('previews', PREVIEWS)] : []),
    ...(later.length > 0
      ? [row('not yet', `${later.map(({ place }) => place?.path).join(', ')}: planned, not deployed`)]
      : []),
  ].join('\n');
  return { exit: 0, json: { file, manifest, environments, notYet: later }, text };
}

const PREVIEWS = 'one for each pull request, such as pr12, until it is closed';

function sourceRow({ artifact, image, git }: Resolved['source']): [name: string, value: string] {
  if (git) return ['git', `${git.repository}, ${git.branch}`];
  return image === undefined ? ['artifact', artifact ?? ''] : ['image', image];
}

const rolloutOf = ({ steps }: Resolved['rollout']) => (steps.length === 1 ? 'all at once' : `${steps.join(' %, ')} %`);
