import { Command, Option } from 'commander';
import { notYet } from '../../shared/manifest/not-yet.ts';
import { DEFAULT_ENVIRONMENT } from '../../shared/names.ts';
import { widthOf } from '../../shared/plan-text/layout.ts';
import { planMarkdown } from '../../shared/plan-text/markdown.ts';
import { laterNames } from '../../shared/plan-text/words.ts';
import { planFor } from '../../shared/preview/plan.ts';
import type { Cli } from '../cli.ts';
import { type Io, painter } from '../io.ts';
import { type ManifestFile, readManifest } from '../manifest-file.ts';
import { gather, type Sources } from '../plan/gather.ts';
import { planText } from '../plan/text.ts';
import { isRefused, type Result, refused } from '../result.ts';

interface PlanOptions extends Sources {
  markdown?: boolean;
  template?: boolean;
}

export const planCommand = (cli: Cli): Command =>
  new Command('plan')
    .description('Show what a manifest would make, change and cost; without AWS, unless --live asks it.')
    .argument('<file>', 'a manifest, or a folder with a pilot.yaml in it')
    .option('--markdown', 'tables for a comment on a pull request')
    .option('--template', 'the CloudFormation template alone, of what lasts longer than a release')
    .option('--live', 'compare with what is live, and check what it names')
    .addOption(
      new Option('--against <manifest>', 'compare with this manifest as if it were live, without AWS').conflicts(
        'live',
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  pilot plan pilot.yaml
  pilot plan . --live
  pilot plan . --env staging --against old/pilot.yaml
  pilot plan . --env pr12
  pilot plan . --markdown > comment.md
  pilot plan . --template > template.json
  pilot plan . --json | jq '.cost.months[] | {load: .load.name, total}'

The region is the manifest’s, or --region, or AWS_REGION; us-east-1 is assumed where nothing says.
Exit codes: 0 planned · 1 refused: over the budget’s gate, data would be lost, or with --live what a deployment would refuse
  2 bad manifest or usage`,
    )
    .action((file: string, _, command: Command) =>
      cli.run<PlanOptions>(command, (options) => plan(file, options, cli.io)),
    );

const BOTH = { code: 'USAGE', message: 'a plan is JSON or Markdown', expected: '--json or --markdown' };

async function plan(path: string, options: PlanOptions, io: Io): Promise<Result> {
  const { env } = options;
  if (options.json && options.markdown) return refused(2, BOTH);
  const read = await readManifest(path, io.cwd, { env });
  if (isRefused(read)) return read;
  const environment = env ?? DEFAULT_ENVIRONMENT;
  const region = options.region ?? io.env.AWS_REGION;
  if (options.template) return template(read, environment, region);
  const gathered = await gather(read, options, io);
  if (isRefused(gathered)) return gathered;

  const { problems = [], stack, edge = read.manifest.edge, ...known } = gathered;
  const judged = planFor(
    { ...read.manifest, ...(edge && { edge }) },
    {
      environment,
      region,
      ...known,
    },
  );
  const planned = { ...judged, ...(stack && { stack }), refusals: [...judged.refusals, ...problems] };
  const later = notYet(read);
  const names = laterNames(later, planned.target);
  const text = options.markdown
    ? planMarkdown(planned, names)
    : planText(planned, names, { paint: painter(io.out, io.env), width: widthOf(io.out.columns) });
  return { exit: planned.refusals.length > 0 ? 1 : 0, json: { ...planned, notYet: later }, text };
}

async function template({ manifest }: ManifestFile, environment: string, region: string | undefined): Promise<Result> {
  const { templateText } = await import('../plan/template.ts');
  const text = templateText({ manifest, environment, region });
  return typeof text === 'string' ? { exit: 0, json: { template: JSON.parse(text) }, text } : refused(2, text);
}
