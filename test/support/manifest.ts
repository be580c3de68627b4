import type { Resolved } from '../../shared/manifest/complete.ts';
import { loadManifest } from '../../shared/manifest/load.ts';

/** The smallest manifest there is, and what a test adds to it. */
export const manifestOf = (pilot: string, more = '') =>
  `apiVersion: pilotage/v1\nname: ${pilot}\ntarget: static\nsource: { artifact: site.zip }\n${more}`;

/** A manifest as the product reads it. */
export function resolvedFrom(manifest: object, environment?: string): Resolved {
  const loaded = loadManifest(new TextEncoder().encode(JSON.stringify(manifest)), 'pilot.yaml', environment);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.manifest;
}
