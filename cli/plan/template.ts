import type { Problem } from '../../shared/errors.ts';
import type { Resolved } from '../../shared/manifest/complete.ts';
import { loadOf } from '../../shared/preview/load.ts';
import { planFor } from '../../shared/preview/plan.ts';
import { templateOf } from '../../templates/index.ts';
import { missingIn } from '../../templates/missing.ts';

interface Asked {
  manifest: Resolved;
  environment: string;
  region?: string | undefined;
}

/**
 * The CloudFormation template of what lasts longer than a release, as JSON for
 * people and linters. What the plan shows and this version cannot write yet is named in its metadata.
 */
export function templateText({ manifest, environment, region }: Asked): string | Problem {
  const planned = planFor(manifest, { environment, region, account: manifest.account });
  const { account } = manifest;
  const site = { manifest, environment, region: planned.region, account, load: loadOf(manifest.traffic) };
  const template = templateOf(site);
  if (!template)
    return {
      code: 'NO_TEMPLATE',
      message: `of target ${manifest.target} nothing is kept in a stack of its own, or this version cannot write it yet`,
      expected: 'a manifest of target ecs or lambda',
    };
  const missing = missingIn(template, planned.components).map(({ type, name }) => `${type} ${name}`);
  return JSON.stringify({ ...template, ...(missing.length > 0 && { Metadata: { NotYet: missing } }) }, null, 2);
}
