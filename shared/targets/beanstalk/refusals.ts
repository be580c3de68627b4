import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import type { Detail } from './detail.ts';
import { keptSettings, pathOf } from './settings.ts';
import type { Stack } from './stack.ts';
import { timeProblems } from './times.ts';

/** Platforms that run the release in containers, and leader commands beside them. */
const IN_CONTAINERS = /^(?:Docker|ECS)\b/;

/** What a manifest may ask of environments, and what this version cannot do for it. */
export function refusalsOf(manifest: ResolvedFor<'beanstalk'>): Problem[] {
  const { components = {}, scaling, beanstalk, domain, rollout } = manifest;
  const problems: Problem[] = [];
  if (beanstalk.tier === 'worker')
    problems.push({
      code: 'NO_POINTER',
      message: 'a worker environment has no address, so there is nothing that could be swapped',
      expected: 'beanstalk.tier: web',
      hint: 'run workers as components of target ecs',
    });
  if (rollout.steps.some((step) => step < 100))
    problems.push({
      code: 'ALL_AT_ONCE',
      message: 'Elastic Beanstalk swaps an address, which moves all traffic at once',
      expected: 'rollout.steps: [100]',
    });
  if (Object.keys(components).length > 0)
    problems.push({
      code: 'NOT_YET',
      message: 'components of target beanstalk: planned, and not deployed yet',
      expected: 'a pilot of its own for each, until a later version of Pilotage',
      hint: 'change components in the manifest',
    });
  if (scaling.requests !== undefined)
    problems.push({
      code: 'SCALING_NOT_SUPPORTED',
      message: 'Elastic Beanstalk scales by one number, and knows requests only of all instances together',
      expected: 'scaling.cpu alone',
      hint: 'targets ecs and ec2 scale by requests, too',
    });
  if (manifest.migrations && IN_CONTAINERS.test(beanstalk.platform))
    problems.push({
      code: 'MIGRATION_NOT_POSSIBLE',
      message: `migrations run as leader commands, and those of ${beanstalk.platform} run beside the release’s code, not with it`,
      expected: 'a platform without containers, or no migrations',
      hint: 'target ecs runs migrations with a container’s own image',
    });
  problems.push(...timeProblems(manifest));
  if (beanstalk.loadBalancer === 'none' && domain?.cdn === false)
    problems.push({
      code: 'NO_CERTIFICATE',
      message: 'a single instance has no certificate for the domain, and nothing stands before it that has',
      expected: 'domain.cdn: true, or beanstalk.loadBalancer: application',
    });
  return problems;
}

/** Any will do: only the names of the settings matter. */
const SOME: Stack = {
  host: '',
  vpc: '',
  instanceSubnets: '',
  publicSubnets: '',
  frontGroup: '',
  frontGroups: '',
  instancesGroup: '',
  profile: '',
  serviceRole: '',
  operationsRole: '',
  releases: '',
};

/** What the manifest's options have no say in: others' roles, networks, load balancers, certificates. */
const CLOSED: RegExp[] = [
  /^aws:(?:autoscaling:scheduledaction|elasticbeanstalk:application:environmentsecrets|elasticbeanstalk:sns:topics|rds:dbinstance|elb|elbv2:listener|elbv2:listenerrule)(?::|$)/,
  /^aws:elasticbeanstalk:environment:LoadBalancerIsShared$/,
  /^aws:elbv2:loadbalancer:SharedLoadBalancer$/,
];

/** Options that another section of the manifest decides, or that would lead out of what is the pilot's. */
export function optionProblems(detail: Detail): Problem[] {
  const kept = new Set(keptSettings(detail, SOME).map(pathOf));
  const variables = new Set(
    Object.keys(detail.variables).map((name) => `aws:elasticbeanstalk:application:environment:${name}`),
  );
  return Object.keys(detail.options)
    .filter((path) => kept.has(path) || variables.has(path) || CLOSED.some((closed) => closed.test(path)))
    .map((path) => ({
      code: 'OPTION_DECIDED',
      message: `beanstalk.options may not set ${path}: other sections of the manifest decide it`,
      expected: 'beanstalk, scaling, health, network, domain, config or secrets',
    }));
}
