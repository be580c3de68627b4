import { stopAt, whenVisited } from './happenings.ts';
import type { Scenario } from './scenario.ts';

/** Stories of a service on ECS. */
export const OF_SERVICES: Scenario[] = [
  {
    name: 'ecs-first',
    about: 'a first deployment of a service: its stack is made, and nothing is live before',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('one')),
  },
  {
    name: 'ecs-canary',
    about: 'a deployment of a service by steps of 10, 50 and 100 percent, each with a bake',
    after: ['ecs-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('two', 'rollout: { steps: [10, 50, 100], bake: 30s }\n')),
  },
  {
    name: 'ecs-ill',
    about: 'a service whose new tasks never pass their health check',
    after: ['ecs-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadService('two'));
    },
  },
  {
    name: 'ecs-rollback',
    about: 'a person goes back to the release before, of a service',
    after: ['ecs-first', 'ecs-second'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.rollback('one')),
  },
  {
    name: 'ecs-behind',
    about: 'an upload while another deployment of a service brings its colour up',
    after: ['ecs-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadService('two'));
      stage.at(30, () => stage.uploadService('three'));
    },
  },
  {
    name: 'ecs-sick',
    about: 'a service whose new tasks fall ill while they bake',
    after: ['ecs-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadService('two', 'rollout: { steps: [10, 100], bake: 30s }\n'));
      whenVisited(stage, 'two', () => stage.world.servers.sicken('two'));
    },
  },
  {
    name: 'ecs-alarm',
    about: 'a service of which an alarm goes off while its new release bakes',
    after: ['ecs-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadService('two', 'rollout: { steps: [10, 100], bake: 60s }\n'));
      const { alarms } = stage.world.servers;
      const raise = () => alarms.raise(Object.keys(alarms.now).find((name) => name.includes('errors')) ?? '');
      whenVisited(stage, 'two', () => stage.world.clock.after(5_000, raise));
    },
  },
  {
    name: 'ecs-grown',
    about: 'a service that has grown with its load, whose next release a person gives up while it bakes',
    after: ['ecs-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.visitedBy(4);
      stage.at(61, () => stage.uploadService('two', 'rollout: { steps: [50, 100], bake: 150s }\n'));
      stage.at(300, () => stage.cancel());
    },
  },
  {
    name: 'ecs-stopped',
    about: 'somebody stops the execution while it moves the traffic of a service',
    after: ['ecs-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadService('two'));
      stopAt(stage, 'CreateRule');
    },
  },
  {
    name: 'ecs-given-up',
    about: 'a person gives up a deployment of a service while its colour is brought up, and has it done again',
    after: ['ecs-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadService('two'));
      stage.at(30, () => stage.cancel());
      stage.at(60, () => stage.retry('two'));
    },
  },
];
