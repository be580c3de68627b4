import type { Template } from '../../templates/template.ts';
import { isDenied } from '../aws/presence.ts';
import type { Resolved } from '../manifest/complete.ts';
import type { LookedUp } from '../provisioning/lookups.ts';
import { parametersOf } from '../provisioning/parameters.ts';

export interface Proposed {
  template: Template;
  manifest: Resolved;
  environment: string;
  /** Names of the parameters that the stack has now. */
  has: readonly string[];
}

/** What is not there before a deployment makes it. */
const MADE: Readonly<Record<string, string>> = {
  CdnCertificate: 'the certificate that a deployment requests',
  EdgeListIpv4: 'the prefix list of IPv4 that a deployment makes',
  EdgeListIpv6: 'the prefix list of IPv6 that a deployment makes',
};

/**
 * What a change set is asked with: what the stack has stays as it is (undefined), and what it has not yet is looked up as a
 * deployment does it, but that nothing is made.
 * @returns why that cannot be told before a deployment.
 */
export async function proposedParameters({
  template,
  manifest,
  environment,
  has,
}: Proposed): Promise<{ parameters: Record<string, string | undefined> } | { trouble: string }> {
  const names = Object.keys(template.Parameters ?? {});
  const fresh = names.filter((name) => !has.includes(name));
  const unchanged = Object.fromEntries(names.map((name) => [name, undefined]));
  if (fresh.length === 0) return { parameters: unchanged };
  const looked = await whatIsThere(fresh, manifest, environment).catch(refusal);
  if ('trouble' in looked) return looked;
  const { found } = looked;
  const later = fresh.filter((name) => MADE[name] && !found[name] && !isNamed(name, manifest));
  if (later.length > 0) return { trouble: `it depends on ${later.map((name) => MADE[name]).join(' and ')}` };
  const Parameters = Object.fromEntries(fresh.map((name) => [name, template.Parameters?.[name]]));
  const given = parametersOf({ ...template, Parameters } as Template, manifest, process.env, found);
  if ('problems' in given) return { trouble: given.problems.map(({ message }) => message).join('; ') };
  return { parameters: { ...unchanged, ...given.parameters } };
}

const isNamed = (name: string, { domain }: Resolved): boolean =>
  name === 'CdnCertificate' && domain?.certificate !== undefined;

async function whatIsThere(
  names: readonly string[],
  { name: pilot, domain, edge }: Resolved,
  environment: string,
): Promise<{ found: LookedUp } | { trouble: string }> {
  const found: Record<string, string> = {};
  if (names.includes('CloudFrontPrefixList')) {
    const { ownList } = await import('../provisioning/edge-lists.ts');
    const own = await ownList(process.env);
    if (own && 'problem' in own) return { trouble: own.problem.message };
    if (own) found.CloudFrontPrefixList = own.list;
  }
  if (names.includes('Zone') && domain) {
    const { zoneOf } = await import('../provisioning/zone.ts');
    const zone = await zoneOf(domain);
    if ('problem' in zone) return { trouble: zone.problem.message };
    found.Zone = zone.zone;
  }
  if (edge && (names.includes('EdgeListIpv4') || names.includes('EdgeListIpv6'))) {
    const { listsThere } = await import('../edge-sync/own-lists.ts');
    const { 4: ipv4, 6: ipv6 } = await listsThere(edge.service);
    Object.assign(found, { ...(ipv4 && { EdgeListIpv4: ipv4 }), ...(ipv6 && { EdgeListIpv6: ipv6 }) });
  }
  if (names.includes('CdnCertificate') && domain && !domain.certificate) {
    const { certificateThere } = await import('../provisioning/cdn-certificate.ts');
    const there = await certificateThere({ pilot, environment, names: [domain.name, ...(domain.aliases ?? [])] });
    if (there) found.CdnCertificate = there;
  }
  return { found };
}

function refusal(error: unknown): { trouble: string } {
  if (isDenied(error)) return { trouble: (error as Error).message };
  throw error;
}
