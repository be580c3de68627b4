import { migratesTo } from '../stage.ts';
import { lookAfterDatabases, whenEnded } from './happenings.ts';
import { CANARY, type Scenario } from './scenario.ts';

const PAGE = '<p>Back at four.</p>';

/** Stories of pilots that are taken offline, and come back. */
export const OF_OFFLINE: Scenario[] = [
  {
    name: 'static-offline',
    about: 'a person takes a site offline',
    after: ['first'],
    play: (stage) => stage.at(1, () => stage.offline(PAGE)),
  },
  {
    name: 'static-online',
    about: 'a person brings a site back that was taken offline',
    after: ['first', 'static-offline'],
    play: (stage) => stage.at(1, () => stage.online('one')),
  },
  {
    name: 'offline-upload',
    about: 'an upload while a site is kept offline',
    after: ['first', 'static-offline'],
    play: (stage) => stage.at(1, () => stage.upload('two')),
  },
  {
    name: 'offline-given-way',
    about: 'a person takes a site offline while a deployment bakes, and brings it back',
    after: ['first'],
    play: (stage) => {
      stage.at(1, () => stage.upload('two', CANARY));
      stage.at(20, () => stage.offline());
      stage.at(60, () => stage.online('one'));
    },
  },
  {
    name: 'ecs-offline',
    about: 'a person takes a service offline',
    after: ['ecs-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.offline(PAGE)),
  },
  {
    name: 'ecs-online',
    about: 'a person brings a service back that was taken offline',
    after: ['ecs-first', 'ecs-offline'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.online('one')),
  },
  {
    name: 'restore',
    about: 'a person has a snapshot take the place of the database of a service that is offline, and brings it back',
    after: ['migrate-first', 'migrate-second', 'ecs-offline'],
    isLong: true,
    play: (stage) => {
      lookAfterDatabases(stage);
      stage.at(1, async () => {
        await stage.rewind();
        await whenEnded(stage);
        await stage.online('two');
      });
    },
  },
  {
    name: 'restored-upload',
    about: 'a release after a snapshot took the place of the database, which stays',
    after: ['migrate-first', 'migrate-second', 'ecs-offline', 'restore'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('three', migratesTo('v2'))),
  },
  {
    name: 'lambda-offline',
    about: 'a person takes a function offline, with a page that a version is made for',
    after: ['lambda-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.offline(PAGE)),
  },
  {
    name: 'beanstalk-offline',
    about: 'a person takes a pair of environments offline: a third one takes the address, and gives it back',
    after: ['beanstalk-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.offline(PAGE)),
  },
];
