import { whenVisited } from './happenings.ts';
import { CANARY, type Scenario } from './scenario.ts';

/** Stories of instances. */
export const OF_INSTANCES: Scenario[] = [
  {
    name: 'ec2-first',
    about: 'a first deployment of instances: their stack is made, and nothing is live before',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadInstances('one')),
  },
  {
    name: 'ec2-canary',
    about: 'instances that replace others by steps of 10, 50 and 100 percent, each with a bake',
    after: ['ec2-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadInstances('two', 'rollout: { steps: [10, 50, 100], bake: 30s }\n')),
  },
  {
    name: 'ec2-ill',
    about: 'instances on which the new release cannot be installed',
    after: ['ec2-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'exits');
      stage.at(1, () => stage.uploadInstances('two'));
    },
  },
  {
    name: 'ec2-sick',
    about: 'new instances that fall ill while they bake, which their group replaces in vain',
    after: ['ec2-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadInstances('two', CANARY));
      whenVisited(stage, 'two', () => stage.world.servers.sicken('two'));
    },
  },
  {
    name: 'ec2-rollback',
    about: 'a person goes back to the release before, of instances',
    after: ['ec2-first', 'ec2-second'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.rollback('one')),
  },
];
