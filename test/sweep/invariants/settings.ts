import type { Evidence } from '../evidence.ts';
import type { Invariant } from './invariant.ts';

/** What is true of the files of settings that releases read. */
export const SETTINGS: Invariant[] = [
  {
    name: 'who gets traffic reads the settings of its own release, as they were given',
    broken: ({ world }: Evidence) =>
      world.unread.map(({ at, release, what }) => `${(at - world.start) / 1000} s: of ${release}, ${what}`),
  },
];
