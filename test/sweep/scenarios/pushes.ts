import { imageDigest, PILOT } from '../sites.ts';
import type { Scenario } from './scenario.ts';

/** So long nobody pushes: longer than an image stays that nobody needs. */
const WEEKS = 3;

/** Stories of a connected repository, whose pushes are built. */
export const OF_PUSHES: Scenario[] = [
  {
    name: 'push-first',
    about: 'a first push, of which the provider tells twice',
    after: [],
    isLong: true,
    play: (stage) => {
      stage.connect();
      stage.at(1, () => stage.push('one', 2));
    },
  },
  {
    name: 'push-newer',
    about: 'a push while the one before is built',
    after: ['push-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.push('two'));
      stage.at(20, () => stage.push('three'));
    },
  },
  {
    name: 'push-same-second',
    about: 'two pushes within a second, of which the first is read before the second comes',
    after: ['push-first'],
    isLong: true,
    play: (stage) => {
      const second = 2 - (stage.world.start % 1000) / 1000;
      stage.at(second, () => stage.push('two'));
      stage.at(second + 0.9, () => stage.push('three'));
    },
  },
  {
    name: 'build-failed',
    about: 'a push whose code cannot be built',
    after: ['push-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.builds.set('two', 'fails');
      stage.at(1, () => stage.push('two'));
    },
  },
  {
    name: 'build-cancelled',
    about: 'a person gives up a push that is being built, and has it done again a little later',
    after: ['push-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.push('two'));
      stage.at(20, () => stage.cancel());
      stage.at(60, () => stage.retry('two'));
    },
  },
  {
    name: 'build-image',
    about: 'a first push whose code becomes the image of a service',
    after: [],
    isLong: true,
    play: (stage) => {
      stage.connect();
      stage.at(1, () => stage.push('one', 1, 'image'));
    },
  },
  {
    name: 'build-image-later',
    about: 'a push three weeks after another one is live, and after an image was built of which nothing came',
    after: ['build-image'],
    later: WEEKS * 7 * 24,
    isLong: true,
    play: (stage) => {
      const { start, servers } = stage.world;
      const tags = [`${'c'.repeat(12)}-${'d'.repeat(12)}-1-${'e'.repeat(8)}`];
      const unused = { digest: imageDigest('three'), tags, pushedAt: start - WEEKS * 7 * 24 * 3_600_000 };
      servers.ecr.now[`pilots/${PILOT}/production`]?.push(unused);
      stage.at(1, () => stage.push('two', 1, 'image'));
    },
  },
];
