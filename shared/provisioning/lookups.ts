import type { Template } from '../../templates/template.ts';
import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';
import { derivedName } from '../manifest/derived-names.ts';
import { type Failed, type Parked, type Refused, refused } from '../outcome.ts';
import type { Settings } from './parameters.ts';

/** What AWS was asked for, by the names of the template's parameters. */
export type LookedUp = Readonly<Record<string, string>>;

export interface Asking {
  environment: string;
  /** When the deployment began with it. */
  since: Date;
}

/**
 * What of a template's parameters AWS itself knows. What the manifest or the operator says comes first, and is not asked for.
 * Nothing is made before all that is only looked at is there.
 */
export async function lookUp(
  template: Template,
  manifest: Resolved,
  settings: Settings,
  { environment, since }: Asking,
): Promise<{ found: LookedUp } | Parked | Refused | Failed> {
  const { Parameters = {}, Outputs = {} } = template;
  const { name: pilot, domain } = manifest;
  const found: Record<string, string> = {};
  const problems: Problem[] = [];
  if ('CloudFrontPrefixList' in Parameters) {
    const { ownList } = await import('./edge-lists.ts');
    const own = await ownList(settings);
    if (own && 'problem' in own) problems.push(own.problem);
    else if (own) found.CloudFrontPrefixList = own.list;
  }
  if ('Zone' in Parameters && domain) {
    const { zoneOf } = await import('./zone.ts');
    const zone = await zoneOf(domain);
    if ('problem' in zone) problems.push(zone.problem);
    else found.Zone = zone.zone;
  }
  if (problems.length > 0) return refused(...problems);
  if ('EdgeGroups' in Outputs) {
    const { roomInGroups } = await import('./edge-room.ts');
    const kept = await roomInGroups(template, derivedName('stack', { pilot, environment }), since);
    if (kept) return kept;
  }
  if ('EdgeListIpv4' in Parameters && manifest.edge) {
    const { keptLists } = await import('./edge-lists.ts');
    const lists = await keptLists(manifest.edge, since);
    if ('outcome' in lists) return lists;
    Object.assign(found, lists.found);
  }
  if ('CdnCertificate' in Parameters && domain && !domain.certificate) {
    const { cdnCertificate } = await import('./cdn-certificate.ts');
    const names = [domain.name, ...(domain.aliases ?? [])];
    const asked = { pilot, environment, names, zone: found.Zone ?? '', since };
    const made = await cdnCertificate(asked);
    if ('outcome' in made) return made;
    found.CdnCertificate = made.certificate;
  }
  return { found };
}
