import { settingsNamed } from '../settings.ts';
import { migratesTo } from '../stage.ts';
import type { Scenario } from './scenario.ts';

/** Stories of a service whose releases have a file of settings each, and migrate its database. */
export const OF_SETTINGS: Scenario[] = [
  {
    name: 'configure-first',
    about: 'a first deployment with a file of settings, read by its migration and its tasks',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('one', migratesTo('v1') + settingsNamed('one'))),
  },
  {
    name: 'configure-second',
    about: 'a deployment with settings of its own, while another release reads those before',
    after: ['configure-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('two', migratesTo('v2') + settingsNamed('two'))),
  },
  {
    name: 'configure-back',
    about: 'a person goes back to the release before, and to its settings',
    after: ['configure-first', 'configure-second'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.rollback('one')),
  },
  {
    name: 'configure-retired',
    about: 'a deployment after which the settings of a release that had its time are removed',
    after: ['configure-first', 'configure-second', 'configure-third'],
    later: 48,
    isLong: true,
    play: (stage) => {
      const more = `retention: { releases: 1, days: 1 }\n${migratesTo('v1')}${settingsNamed('one')}`;
      stage.at(1, () => stage.uploadService('one', more));
    },
  },
];
