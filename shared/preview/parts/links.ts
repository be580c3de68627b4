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

/** Where the secrets of the part that runs lie, as settings of it. */
export const secretSettings = ({ secrets = {} }: Manifest): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).map(([name, reference]) => [`secret ${name}`, reference]));

/** Where a server’s requests come from. */
export const requestsFrom = (door: Door): string =>
  `requests come from ${frontOf(door) ?? 'everybody, at an address of its own'}`;

/** Parts that are there, as one sentence. */
export const sentence = (parts: readonly (string | false | undefined)[]): string => parts.filter(Boolean).join('; ');
