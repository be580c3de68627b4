import type { Example } from './example.ts';

/** A container with a database: each version's page is what its own migration made of the notes. */
export const ecsDatabaseExample: Example = {
  name: 'ecs-database',
  pilot: 'acme-notes',
  versions: ['v1', 'v2'],
  pages: async () => [
    {
      path: '/',
      versions: {
        v1: 'Hello, this is Acme Notes v1\n- Water the plants\n',
        v2: 'Welcome, this is Acme Notes v2\n- Water the plants (nobody)\n',
      },
    },
  ],
  kept: () => [],
};
