import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import type { Detail } from './detail.ts';
import { keptSettings, pathOf } from './settings.ts';
import type { Stack } from './stack.ts';

/** What a manifest may ask of environments, and what this version cannot do for it. */
export function refusalsOf({
  components = {},
  scaling,
  beanstalk,
  domain,
  rollout,
}: ResolvedFor<'beanstalk'>): Problem[] {
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
    problems.push(notYet('components', 'components of target beanstalk', 'a pilot of its own for each'));
  if (scaling.requests !== undefined)
    problems.push(notYet('scaling.requests', 'scaling by requests on Elastic Beanstalk', 'scaling.cpu alone'));
  if (scaling.schedule !== undefined)
    problems.push(
      notYet('scaling.schedule', 'other limits at other times on Elastic Beanstalk', 'scaling.min and scaling.max'),
    );
  if (beanstalk.loadBalancer === 'none' && domain?.cdn === false)
    problems.push({
      code: 'NO_CERTIFICATE',
      message: 'a single instance has no certificate for the domain, and nothing stands before it that has',
      expected: 'domain.cdn: true, or beanstalk.loadBalancer: application',
    });
  return problems;
}

const notYet = (path: string, what: string, instead: string): Problem => ({
  code: 'NOT_YET',
  message: `${what}: planned, and not deployed yet`,
  expected: `${instead}, until a later version of Pilotage`,
  hint: `change ${path} in the manifest`,
});

/** Any will do: only the names of the settings matter. */
const SOME: Stack = {
  host: '',
  vpc: '',
  instanceSubnets: '',
  publicSubnets: '',
  frontGroup: '',
  instancesGroup: '',
  profile: '',
  serviceRole: '',
  operationsRole: '',
  releases: '',
};

/** Namespaces in which the manifest's options have nothing to say: others' roles, networks, certificates. */
const CLOSED =
  /^aws:(?:elasticbeanstalk:application:environmentsecrets|elasticbeanstalk:sns:topics|rds:dbinstance|elb|elbv2:listener|elbv2:listenerrule)(?::|$)/;

/** Options that another section of the manifest decides, or that would lead out of what is the pilot's. */
export function optionProblems(detail: Detail): Problem[] {
  const kept = new Set(keptSettings(detail, SOME).map(pathOf));
  const variables = new Set(
    Object.keys(detail.variables).map((name) => `aws:elasticbeanstalk:application:environment:${name}`),
  );
  return Object.keys(detail.options)
    .filter((path) => kept.has(path) || variables.has(path) || CLOSED.test(path))
    .map((path) => ({
      code: 'OPTION_DECIDED',
      message: `beanstalk.options may not set ${path}: other sections of the manifest decide it`,
      expected: 'beanstalk, scaling, health, network, domain, config or secrets',
    }));
}
