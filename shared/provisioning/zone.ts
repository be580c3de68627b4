import { type Zone, zonesNamed } from '../aws/hosted-zones.ts';
import type { Problem } from '../errors.ts';
import type { Resolved } from '../manifest/complete.ts';

type Domain = NonNullable<Resolved['domain']>;

/**
 * The hosted zone of a pilot's domain: the one that the manifest names, by its name or its id, else the longest public one
 * that the domain ends with.
 */
export async function zoneOf(domain: Domain): Promise<{ zone: string } | { problem: Problem }> {
  const { zone: named, name } = domain;
  if (named && isId(named)) return { zone: named };
  const found = await longest(named ? [named] : endingsOf(name));
  const [zone, ...others] = found;
  if (!zone) return { problem: missing(domain) };
  if (others.length > 0) return { problem: ambiguous(found) };
  const outside = [name, ...(domain.aliases ?? [])].find((one) => one !== zone.name && !one.endsWith(`.${zone.name}`));
  return outside ? { problem: foreign(outside, zone) } : { zone: zone.id };
}

/** Names of zones are written in lower case here. */
const isId = (zone: string): boolean => /^Z[A-Z0-9]+$/.test(zone);

/** `shop.example.com`, `example.com`: nobody has a zone for what stands behind the last dot. */
function endingsOf(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
}

async function longest([name, ...shorter]: string[]): Promise<Zone[]> {
  if (!name) return [];
  const found = await zonesNamed(name);
  return found.length > 0 ? found : longest(shorter);
}

const missing = ({ zone, name }: Domain): Problem => ({
  code: 'ZONE_MISSING',
  message: zone ? `there is no public hosted zone ${zone}` : `there is no public hosted zone that ${name} is in`,
  expected: 'one in the account that Pilotage deploys to',
  hint: 'aws route53 list-hosted-zones shows those that are there; domain.zone names another one',
});

const ambiguous = (zones: readonly Zone[]): Problem => ({
  code: 'ZONE_AMBIGUOUS',
  message: `there are ${zones.length} public hosted zones ${zones[0]?.name}`,
  expected: `domain.zone: one of ${zones.map(({ id }) => id).join(', ')}`,
});

const foreign = (name: string, zone: Zone): Problem => ({
  code: 'ZONE_FOREIGN',
  message: `${name} is not in the hosted zone ${zone.name} (${zone.id}), where the pilot’s records are made`,
  expected: 'a domain and aliases that all end with the name of one zone',
});
