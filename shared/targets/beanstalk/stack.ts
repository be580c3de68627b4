import { outputOf } from '../outputs.ts';
import type { Plan } from '../target.ts';

/** What the pilot's stack made, as far as releases need it; templates/beanstalk.ts. */
export interface Stack {
  /** The host that visitors are led to; whose CNAME it is, is live. */
  host: string;
  vpc: string;
  /** With commas between. */
  instanceSubnets: string;
  publicSubnets: string;
  /** Security groups: of what answers visitors, and of what only that may reach. */
  frontGroup: string;
  /** All groups of what answers visitors, with commas between; that one among them. */
  frontGroups: string;
  instancesGroup: string;
  profile: string;
  serviceRole: string;
  operationsRole: string;
  /** The bucket that keeps the source bundles. */
  releases: string;
  /** Of the domain, for the load balancers; absent where there is none. */
  certificate?: string;
}

/** @throws when an output is missing: Provision has not run, or made something else. */
export function stackOf(plan: Plan): Stack {
  const output = (name: string): string => outputOf(plan, name);
  const { stack: { BalancerCertificate: certificate, FrontGroups: frontGroups } = {} } = plan;
  return {
    host: output('LiveHost').toLowerCase(),
    vpc: output('Network'),
    instanceSubnets: output('InstanceSubnets'),
    publicSubnets: output('PublicSubnets'),
    frontGroup: output('FrontGroup'),
    frontGroups: frontGroups ?? output('FrontGroup'),
    instancesGroup: output('InstancesGroup'),
    profile: output('InstanceProfile'),
    serviceRole: output('ServiceRole'),
    operationsRole: output('OperationsRole'),
    releases: output('Releases'),
    ...(certificate && { certificate }),
  };
}

/** What comes before `.<region>.elasticbeanstalk.com`. */
export const prefixOf = ({ host }: Pick<Stack, 'host'>): string => host.split('.')[0] ?? '';
