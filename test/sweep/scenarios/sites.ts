import { damaged, zipNamed } from '../sites.ts';
import { vanish } from './happenings.ts';
import { CANARY, type Scenario } from './scenario.ts';

/** Stories of a site, and of the queue. */
export const OF_SITES: Scenario[] = [
  {
    name: 'first',
    about: 'a first deployment: nothing is live before',
    after: [],
    play: (stage) => stage.at(1, () => stage.upload('one')),
  },
  {
    name: 'second',
    about: 'a deployment while another release is live',
    after: ['first'],
    play: (stage) => stage.at(1, () => stage.upload('two')),
  },
  {
    name: 'canary',
    about: 'a deployment by steps of 10, 50 and 100 percent, each with a bake',
    after: ['first'],
    play: (stage) => stage.at(1, () => stage.upload('two', 'rollout: { steps: [10, 50, 100], bake: 30s }\n')),
  },
  {
    name: 'rollback',
    about: 'a person goes back to the release before',
    after: ['first', 'second'],
    play: (stage) => stage.at(1, () => stage.rollback('one')),
  },
  {
    name: 'damaged',
    about: 'an artifact whose content is not what its directory says',
    after: ['first'],
    play: (stage) => stage.at(1, () => stage.upload('two', '', damaged(zipNamed('two')))),
  },
  {
    name: 'vanished',
    about: 'files of the new release vanish before Verify looks',
    after: ['first'],
    play: (stage) => {
      vanish(stage);
      stage.at(1, () => stage.upload('two'));
    },
  },
  {
    name: 'retired',
    about: 'a deployment after which a release that had its time is removed',
    after: ['first', 'second', 'third'],
    later: 48,
    play: (stage) => stage.at(1, () => stage.upload('one', 'retention: { releases: 1, days: 1 }\n')),
  },
  {
    name: 'same-second',
    about: 'two uploads within a second',
    after: ['first'],
    play: (stage) => {
      stage.at(1, () => stage.upload('two'));
      stage.at(1.3, () => stage.upload('three'));
    },
  },
  {
    name: 'overtaken',
    about: 'an upload while another one bakes',
    after: ['first'],
    play: (stage) => {
      stage.at(1, () => stage.upload('two', CANARY));
      stage.at(20, () => stage.upload('three'));
    },
  },
  {
    name: 'given-way',
    about: 'a person asks for a rollback while a deployment bakes',
    after: ['first'],
    play: (stage) => {
      stage.at(1, () => stage.upload('two', CANARY));
      stage.at(20, () => stage.rollback('one'));
    },
  },
  {
    name: 'upload-behind',
    about: 'an upload right behind a deployment: a read of the pointer may still show what was before that',
    after: ['first'],
    play: (stage) => {
      stage.at(1, () => stage.upload('two'));
      stage.at(3, () => stage.upload('three'));
    },
  },
  {
    name: 'rollback-behind',
    about: 'a person goes back right behind a deployment',
    after: ['first'],
    play: (stage) => {
      stage.at(1, () => stage.upload('two'));
      stage.at(3, () => stage.rollback('one'));
    },
  },
  {
    name: 'after-given-way',
    about: 'a deployment that bakes, after another one gave way to a rollback',
    after: ['first', 'given-way'],
    play: (stage) => stage.at(1, () => stage.upload('three', CANARY)),
  },
  {
    name: 'cancelled',
    about: 'a person gives up a deployment that bakes, and has it done again a little later',
    after: ['first'],
    play: (stage) => {
      stage.at(1, () => stage.upload('two', CANARY));
      stage.at(20, () => stage.cancel());
      stage.at(50, () => stage.retry('two'));
    },
  },
];
