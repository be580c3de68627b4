import type { Problem } from '../../shared/errors.ts';
import { type Loaded, loadManifest } from '../../shared/manifest/load.ts';

/** The smallest valid manifest: a bad one is made from it by a line more or another line. */
export const SMALLEST = `apiVersion: pilotage/v1
name: acme-site
target: static
source:
  artifact: site.zip
`;

/** Every key there is. */
export const FULL = `${SMALLEST}  commit: 12e4567
owner: web@example.com
static:
  index: home.html
  notFound: errors/404.html
  cleanUrls: html
  immutable:
    - assets/
    - static/js/
rollout:
  steps: [10, 50, 100]
  bake: 5m
retention:
  releases: 3
  days: 90
notifications:
  level: failures
`;

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export const load = (text: string): Loaded => loadManifest(encode(text), 'pilot.yaml');

export function problemsOf(bytes: Uint8Array | string): Problem[] {
  const loaded = loadManifest(typeof bytes === 'string' ? encode(bytes) : bytes, 'pilot.yaml');
  return loaded.ok ? [] : loaded.problems;
}
