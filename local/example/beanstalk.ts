import type { Example } from './example.ts';

const VERSIONS = ['v1', 'v2'];
/** As the manifests of both versions have it. */
const GREETING = 'Welcome to Acme Portal';

/** A pair of environments: on one machine a process for each instance, and real requests that follow the swap of their names. */
export const beanstalkExample: Example = {
  name: 'beanstalk',
  pilot: 'acme-portal',
  versions: VERSIONS,
  pages: async () => [
    { path: '/', versions: Object.fromEntries(VERSIONS.map((version) => [version, `${GREETING}, ${version}\n`])) },
    {
      path: '/nothing',
      status: 404,
      versions: Object.fromEntries(VERSIONS.map((version) => [version, 'There is no such page\n'])),
    },
  ],
  kept: () => [],
};
