import { migratesTo } from '../stage.ts';
import { whenEnded } from './happenings.ts';
import type { Scenario } from './scenario.ts';

/** A function is called with its migration, for as long as a call may take. */
const called = (version: string): string => `${migratesTo(version)}lambda: { timeout: 15m }\n`;

/** Stories of releases that migrate their database. */
export const OF_MIGRATIONS: Scenario[] = [
  {
    name: 'migrate-first',
    about: 'a first deployment that migrates its database, in which there is nothing to lose yet',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('one', migratesTo('v1'))),
  },
  {
    name: 'migrate-second',
    about: 'a deployment that takes a snapshot and migrates while another release is live',
    after: ['migrate-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('two', migratesTo('v2'))),
  },
  {
    name: 'migrate-ill',
    about: 'a release that is not well, whose migration is taken back',
    after: ['migrate-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadService('two', migratesTo('v2')));
    },
  },
  {
    name: 'migrate-failed',
    about: 'a migration that fails',
    after: ['migrate-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.exits.set('db upgrade v2', 1);
      stage.at(1, () => stage.uploadService('two', migratesTo('v2')));
    },
  },
  {
    name: 'migrate-back',
    about: 'a person goes back to the release before, and the migration since is taken back',
    after: ['migrate-first', 'migrate-second'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.rollback('one')),
  },
  {
    name: 'migrate-shared',
    about: 'a person goes back from a release that changed only code, then further back, and brings it again',
    after: ['migrate-first', 'migrate-second', 'migrate-third'],
    isLong: true,
    play: (stage) =>
      stage.at(1, async () => {
        await stage.rollback('two');
        await whenEnded(stage);
        await stage.rollbackTo('one');
        await whenEnded(stage);
        stage.uploadService('three', migratesTo('v2'));
      }),
  },
  {
    name: 'lambda-migrate',
    about: 'a first deployment of a function that migrates its database by a call of it',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadFunction('one', called('v1'))),
  },
  {
    name: 'lambda-migrate-ill',
    about: 'a function that answers with errors, whose migration is taken back by another call',
    after: ['lambda-migrate'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadFunction('two', called('v2')));
    },
  },
  {
    name: 'ec2-migrate',
    about: 'a first deployment of instances that migrates its database, on an instance of its own',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadInstances('one', migratesTo('v1'))),
  },
  {
    name: 'ec2-migrate-ill',
    about: 'instances that are not well, whose migration is taken back on another instance of its own',
    after: ['ec2-migrate'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadInstances('two', migratesTo('v2')));
    },
  },
  {
    name: 'beanstalk-migrate',
    about: 'a first deployment of a pair of environments that migrates its database, in a third one',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadBundle('one', migratesTo('v1'))),
  },
  {
    name: 'beanstalk-migrate-ill',
    about: 'environments that are not well, whose migration is taken back in another one of its own',
    after: ['beanstalk-migrate'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadBundle('two', migratesTo('v2')));
    },
  },
  {
    name: 'migrate-cancelled',
    about: 'a person gives a deployment up while its migration runs',
    after: ['migrate-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadService('two', migratesTo('v2')));
      const { clock, servers } = stage.world;
      const known = servers.now.ecs.runs.length;
      const look = () => {
        const run = servers.now.ecs.runs[known];
        if (run?.startedAt === undefined) return clock.after(1_000, look);
        return clock.after(2_000, () => void stage.cancel());
      };
      clock.after(1_000, look);
    },
  },
];
