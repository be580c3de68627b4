import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { type Io, painter } from '../io.ts';
import { readManifest } from '../manifest-file.ts';
import { isRefused, type Result } from '../result.ts';

export const validateCommand = (cli: Cli): Command =>
  new Command('validate')
    .description('Check a manifest, without AWS.')
    .argument('<file>', 'a manifest, or a folder with a pilot.yaml in it')
    .addHelpText(
      'after',
      `
Examples:
  pilot validate pilot.yaml
  pilot validate --json examples/static/v1 | jq .problems

Exit codes: 0 valid · 2 not valid, or not there`,
    )
    .action((file: string, _, command: Command) => cli.run(command, () => validate(file, cli.io)));

async function validate(path: string, io: Io): Promise<Result> {
  const read = await readManifest(path, io.cwd);
  if (isRefused(read)) return read;
  const { file, manifest } = read;
  const { name, target, source, rollout } = manifest;
  const paint = painter(io.out, io.env);
  const weights = rollout.steps.length === 1 ? 'all at once' : `${rollout.steps.join(' %, ')} %`;
  const text = [
    `${paint('green', '✔')} ${file} is valid`,
    `  ${paint('dim', 'pilot   ')} ${name}, target ${target}`,
    `  ${paint('dim', 'artifact')} ${source.artifact}`,
    `  ${paint('dim', 'rollout ')} ${weights}`,
  ].join('\n');
  return { exit: 0, json: { file, manifest }, text };
}
