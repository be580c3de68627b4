import { stopAt, whenVisited } from './happenings.ts';
import type { Scenario } from './scenario.ts';

/** Stories of a pair of environments on Elastic Beanstalk. */
export const OF_ENVIRONMENTS: Scenario[] = [
  {
    name: 'beanstalk-first',
    about: 'a first deployment of a pair of environments, which takes the address from the one that answers 503',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadBundle('one')),
  },
  {
    name: 'beanstalk-replace',
    about: 'the next release in the other environment, which swaps the address with the one that serves',
    after: ['beanstalk-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadBundle('two', 'rollout: { bake: 0s }\n')),
  },
  {
    name: 'beanstalk-grown',
    about: 'the next release of a pair of environments, of which the one that serves has grown with its load',
    after: ['beanstalk-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.beanstalk.visitedBy(3);
      stage.at(91, () => stage.uploadBundle('two', 'rollout: { bake: 0s }\n'));
    },
  },
  {
    name: 'beanstalk-ill',
    about: 'an environment that turns red as soon as it runs the new release',
    after: ['beanstalk-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadBundle('two'));
    },
  },
  {
    name: 'beanstalk-rollback',
    about: 'a person goes back to the release before, of a pair of environments',
    after: ['beanstalk-first', 'beanstalk-second'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.rollback('one')),
  },
  {
    name: 'beanstalk-sick',
    about: 'an environment that turns red while it bakes, which an alarm tells of',
    after: ['beanstalk-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadBundle('two', 'rollout: { bake: 90s }\n'));
      const { servers, clock } = stage.world;
      const raise = () =>
        servers.alarms.raise(Object.keys(servers.now.alarms).find((name) => name.includes('errors')) ?? '');
      whenVisited(stage, 'two', () => {
        servers.sicken('two');
        clock.after(30_000, raise);
      });
    },
  },
  {
    name: 'beanstalk-stopped',
    about: 'somebody stops the execution while it swaps the address of a pair of environments',
    after: ['beanstalk-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadBundle('two'));
      stopAt(stage, 'SwapEnvironmentCNAMEs');
    },
  },
  {
    name: 'beanstalk-given-up',
    about: 'a person gives up a deployment while its environment is launched, and has it done again',
    after: ['beanstalk-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadBundle('two', 'rollout: { bake: 0s }\n'));
      stage.at(60, () => stage.cancel());
      stage.at(90, () => stage.retry('two'));
    },
  },
];
