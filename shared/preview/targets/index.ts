import type { Resolved } from '../../manifest/complete.ts';
import type { TargetName } from '../../manifest/sections/index.ts';
import type { Site } from '../model.ts';
import { beanstalkPlan } from './beanstalk.ts';
import { ec2Plan } from './ec2.ts';
import { ecsPlan } from './ecs.ts';
import { lambdaPlan } from './lambda.ts';
import { staticPlan } from './static.ts';
import type { TargetPlan } from './target.ts';

const PLANS: { [Target in TargetName]: (site: Site<Extract<Resolved, { target: Target }>>) => TargetPlan } = {
  static: staticPlan,
  ecs: ecsPlan,
  ec2: ec2Plan,
  beanstalk: beanstalkPlan,
  lambda: lambdaPlan,
};

/** What the manifest’s target says of it. */
export function targetPlan(site: Site): TargetPlan {
  // The table’s type ties each function to its target; the compiler cannot follow that through a lookup.
  const plan = PLANS[site.manifest.target] as (site: Site) => TargetPlan;
  return plan(site);
}
