import { createHash } from 'node:crypto';
import { canonicalJson } from '../../manifest/digest.ts';
import type { Manifest } from '../../manifest/schema.ts';
import type { Door } from '../targets/target.ts';

/** What stands in front of the main part. */
export function frontOf({ cdn, balancer }: Door): string | undefined {
  if (balancer !== 'none') return 'the load balancer';
  return cdn === 'none' ? undefined : 'the CDN';
}

/** How the part that runs hangs together with what is behind it: `uses the database; reads the configuration`. */
export function linksOf(manifest: Manifest): string {
  const mounts = manifest.ecs?.mount ?? manifest.ec2?.mount;
  return sentence([
    manifest.database && 'uses the database',
    mounts && `reads and writes the volume at ${mounts}`,
    manifest.config && 'reads the configuration',
    manifest.secrets && 'gets the secrets when it starts',
  ]);
}

/** What a release of the part that runs is given, as settings of it: the configuration’s values, and where its secrets lie. */
export const givenSettings = ({ config, secrets = {} }: Manifest): Record<string, string> => ({
  ...(config?.file && { 'file of settings': config.file }),
  ...Object.fromEntries(Object.entries(config?.values ?? {}).map(([name, value]) => [`value ${name}`, shown(value)])),
  ...Object.fromEntries(Object.entries(secrets).map(([name, reference]) => [`secret ${name}`, reference])),
});

const SHOWN = 60;

/** As JSON; what is long by its digest, so that a change is seen all the same. */
function shown(value: unknown): string {
  const json = canonicalJson(value);
  return json.length <= SHOWN ? json : `long, SHA-256 ${sha256(json).slice(0, 12)}…`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Where a server’s requests come from. */
export const requestsFrom = (door: Door): string =>
  `requests come from ${frontOf(door) ?? 'everybody, at an address of its own'}`;

/** Parts that are there, as one sentence. */
export const sentence = (parts: readonly (string | false | undefined)[]): string => parts.filter(Boolean).join('; ');
