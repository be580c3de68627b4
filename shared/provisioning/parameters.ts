import type { Template } from '../../templates/template.ts';
import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';

/** Where a parameter's value comes from, and what to do where it is missing. */
interface Source {
  from(manifest: Resolved, settings: Settings): string | undefined;
  missing: Pick<Problem, 'message' | 'expected'>;
}

/** What the operator set for all pilots, by the names of the environment's variables. */
export type Settings = Readonly<Record<string, string | undefined>>;

const SOURCES: Readonly<Record<string, Source>> = {
  Boundary: setBy('PILOT_BOUNDARY', 'what the roles of a pilot may do at most', 'the ARN of an IAM policy'),
  CloudFrontPrefixList: setBy(
    'CLOUDFRONT_PREFIX_LIST',
    'which list holds CloudFront’s addresses in this region',
    'the id of com.amazonaws.global.cloudfront.origin-facing, such as pl-0a1b2c3d',
  ),
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
  Zone: {
    from: ({ domain }) => (domain?.zone?.startsWith('Z') ? domain.zone : undefined),
    missing: {
      message: 'the hosted zone of the domain is not given by its id',
      expected: 'domain.zone: the id of the hosted zone, such as Z0123456789ABC',
    },
  },
  CdnCertificate: {
    // The manifest's own rules see to it that it lies where CloudFront takes it from.
    from: ({ domain }) => domain?.certificate,
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

/**
 * The values of a template's parameters.
 * @throws when a template takes one that nothing here gives: that is a mistake of a template.
 */
export function parametersOf(
  { Parameters = {} }: Template,
  manifest: Resolved,
  settings: Settings,
): { parameters: Record<string, string> } | { problems: Problem[] } {
  const parameters: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const name of Object.keys(Parameters)) {
    const source = SOURCES[name];
    if (!source) throw new Error(`nothing gives the parameter ${name}`);
    const value = source.from(manifest, settings);
    if (value) parameters[name] = value;
    else problems.push({ code: 'STACK_SETTING_MISSING', ...source.missing });
  }
  return problems.length > 0 ? { problems } : { parameters };
}
