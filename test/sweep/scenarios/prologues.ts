import { settingsNamed } from '../settings.ts';
import { migratesTo } from '../stage.ts';
import type { Scenario } from './scenario.ts';

/** Stories that are only told before others: what could fail in them, fails in those above. */
export const PROLOGUES: Scenario[] = [
  {
    name: 'third',
    about: 'one more deployment',
    after: ['first', 'second'],
    play: (stage) => stage.at(1, () => stage.upload('three')),
  },
  {
    name: 'ecs-second',
    about: 'one more deployment of a service',
    after: ['ecs-first'],
    play: (stage) => stage.at(1, () => stage.uploadService('two')),
  },
  {
    name: 'configure-third',
    about: 'one more deployment with settings',
    after: ['configure-first', 'configure-second'],
    play: (stage) => stage.at(1, () => stage.uploadService('three', migratesTo('v3') + settingsNamed('three'))),
  },
  {
    name: 'migrate-third',
    about: 'a deployment that changes only code, with the same schema',
    after: ['migrate-first', 'migrate-second'],
    play: (stage) => stage.at(1, () => stage.uploadService('three', migratesTo('v2'))),
  },
  {
    name: 'ec2-second',
    about: 'one more deployment of instances',
    after: ['ec2-first'],
    play: (stage) => stage.at(1, () => stage.uploadInstances('two')),
  },
  {
    name: 'beanstalk-second',
    about: 'one more deployment of a pair of environments',
    after: ['beanstalk-first'],
    play: (stage) => stage.at(1, () => stage.uploadBundle('two')),
  },
  {
    name: 'lambda-second',
    about: 'one more deployment of a function',
    after: ['lambda-first'],
    play: (stage) => stage.at(1, () => stage.uploadFunction('two')),
  },
];
