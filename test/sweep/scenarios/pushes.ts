import type { Scenario } from './scenario.ts';

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
];
