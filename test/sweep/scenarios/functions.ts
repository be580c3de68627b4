import { stopAt } from './happenings.ts';
import { CANARY, type Scenario } from './scenario.ts';

/** Stories of a function. */
export const OF_FUNCTIONS: Scenario[] = [
  {
    name: 'lambda-first',
    about: 'a first deployment of a function: its stack is made, and nothing is live before',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadFunction('one')),
  },
  {
    name: 'lambda-canary',
    about: 'a deployment of a function by steps, which changes its stack as well',
    after: ['lambda-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadFunction('two', `alarms: { latency: 3000 }\n${CANARY}`)),
  },
  {
    name: 'lambda-ill',
    about: 'a function that answers with errors',
    after: ['lambda-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadFunction('two'));
    },
  },
  {
    name: 'lambda-rollback',
    about: 'a person goes back to the release before, of a function',
    after: ['lambda-first', 'lambda-second'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.rollback('one')),
  },
  {
    name: 'lambda-stopped',
    about: 'somebody stops the execution while it moves the traffic of a function',
    after: ['lambda-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadFunction('two'));
      stopAt(stage, 'UpdateAlias');
    },
  },
];
