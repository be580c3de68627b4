import type { Template } from '../../templates/template.ts';
import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import type { LookedUp } from './lookups.ts';

/** Where a parameter's value comes from, and what to do where it is missing. */
interface Source {
  from(manifest: Resolved, settings: Settings, found: LookedUp): string | undefined;
  missing: Pick<Problem, 'message' | 'expected'>;
}

/** What the operator set for all pilots, by the names of the environment's variables. */
export type Settings = Readonly<Record<string, string | undefined>>;

const SOURCES: Readonly<Record<string, Source>> = {
  Boundary: setBy('PILOT_BOUNDARY', 'what the roles of a pilot may do at most', 'the ARN of an IAM policy'),
  OperationsBoundary: setBy(
    'OPERATIONS_BOUNDARY',
    'what Elastic Beanstalk may do at most for a pilot',
    'the ARN of an IAM policy',
  ),
  CloudFrontPrefixList: {
    from: (_, settings, found) => settings.CLOUDFRONT_PREFIX_LIST || found.CloudFrontPrefixList,
    missing: {
      message: 'AWS has no list of CloudFront’s addresses in this region, and the operator has set none',
      expected: 'CLOUDFRONT_PREFIX_LIST: the id of com.amazonaws.global.cloudfront.origin-facing, such as pl-0a1b2c3d',
    },
  },
  EdgeListIpv4: kept('EdgeListIpv4'),
  EdgeListIpv6: kept('EdgeListIpv6'),
  Releases: setBy('MANIFESTS_BUCKET', 'where releases are kept', 'the name of the bucket of manifests'),
  SharedVpc: setBy('SHARED_VPC', 'which network pilots share', 'the id of a VPC'),
  SharedPublicSubnets: setBy(
    'SHARED_PUBLIC_SUBNETS',
    'which public subnets pilots share',
    'ids of subnets, commas between',
  ),
  SharedPrivateSubnets: setBy(
    'SHARED_PRIVATE_SUBNETS',
    'which private subnets pilots share',
    'ids of subnets, commas between',
  ),
  DatabaseProtection: {
    from: ({ database }) => String(database?.deletionProtection ?? true),
    missing: { message: 'it is not known whether the database is protected', expected: 'database.deletionProtection' },
  },
  Zone: {
    from: (_, __, found) => found.Zone,
    missing: {
      message: 'the hosted zone of the domain is not known',
      expected: 'domain.zone: the hosted zone, or its id, such as Z0123456789ABC',
    },
  },
  CdnCertificate: {
    // The manifest's own rules see to it that it lies where CloudFront takes it from.
    from: ({ domain }, _, found) => domain?.certificate ?? found.CdnCertificate,
    missing: {
      message: 'CloudFront needs a certificate for the domain in us-east-1, and none is named',
      expected: 'domain.certificate: the ARN of a certificate in us-east-1, or domain.cdn: false',
    },
  },
};

function setBy(variable: string, what: string, expected: string): Source {
  return {
    from: (_, settings) => settings[variable] || undefined,
    missing: { message: `the operator has not set ${what}`, expected: `${variable}: ${expected}` },
  };
}

/** One of the prefix lists that Pilotage makes where they are not there yet. */
function kept(name: string): Source {
  return {
    from: (_, __, found) => found[name],
    missing: {
      message: 'the prefix list of CloudFront’s addresses is not there',
      expected: 'edge.mode: prefix-list in an installation that may make prefix lists',
    },
  };
}

/**
 * The values of a template's parameters.
 * @param found what AWS was asked for: what the operator set comes first.
 * @throws when a template takes one that nothing here gives: that is a mistake of a template.
 */
export function parametersOf(
  { Parameters = {} }: Template,
  manifest: Resolved,
  settings: Settings,
  found: LookedUp,
): { parameters: Record<string, string> } | { problems: Problem[] } {
  const parameters: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const name of Object.keys(Parameters)) {
    const source = SOURCES[name];
    if (!source) throw new Error(`nothing gives the parameter ${name}`);
    const value = source.from(manifest, settings, found);
    if (value) parameters[name] = value;
    else problems.push({ code: 'STACK_SETTING_MISSING', ...source.missing });
  }
  return problems.length > 0 ? { problems } : { parameters };
}
