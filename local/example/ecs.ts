import type { Example } from './example.ts';

const VERSIONS = ['v1', 'v2'];

/** What each version answers, as its server.js has it. */
const saying = (path: string, text: (version: string) => string) => ({
  path,
  versions: Object.fromEntries(VERSIONS.map((version) => [version, text(version)])),
});

/** A container behind a load balancer: on one machine a process, and real requests by the rule's weights. */
export const ecsExample: Example = {
  name: 'ecs',
  pilot: 'acme-shop',
  versions: VERSIONS,
  pages: async () => [
    saying('/', (version) => `Acme Shop ${version}\n`),
    saying('/slow?ms=300', (version) => `Acme Shop ${version}, slowly\n`),
  ],
  kept: () => [],
};
