import type { Example } from './example.ts';

const VERSIONS = ['v1', 'v2'];

/** What each version answers, as its server.mjs has it. */
const saying = (path: string, text: (version: string) => string) => ({
  path,
  versions: Object.fromEntries(VERSIONS.map((version) => [version, text(version)])),
});

/** Instances behind a load balancer: on one machine folders, in which their user data runs, and processes. */
export const ec2Example: Example = {
  name: 'ec2',
  pilot: 'acme-render',
  versions: VERSIONS,
  pages: async () => [
    saying('/', (version) => `Acme Render ${version}\n`),
    saying('/slow?ms=300', (version) => `Acme Render ${version}, slowly\n`),
  ],
  kept: () => [],
};
