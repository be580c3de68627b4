import { SITES as BUCKET } from './names.ts';
import { settingsNamed } from './settings.ts';
import { damaged, PILOT, type SiteName, zipNamed } from './sites.ts';
import { MIGRATIONS, type Stage } from './stage.ts';

/** A story that is told without faults once, and then with every fault. */
export interface Scenario {
  name: string;
  about: string;
  /** The stories that were told before, without faults. */
  after: string[];
  /** Hours that have passed since. */
  later?: number;
  /** A story of a server, of which much is like another one. */
  isLong?: true;
  play(stage: Stage): void;
}

const PAGE = '<p>Back at four.</p>';
const CANARY = 'rollout: { steps: [10, 100], bake: 30s }\n';

export const SCENARIOS: Scenario[] = [
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

/** A function is called with its migration, for as long as a call may take. */
const CALLED = `${MIGRATIONS}lambda: { timeout: 15m }\n`;

/** Stories of a service whose releases migrate its database. */
const MIGRATING: Scenario[] = [
  {
    name: 'migrate-first',
    about: 'a first deployment that migrates its database, in which there is nothing to lose yet',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('one', MIGRATIONS)),
  },
  {
    name: 'migrate-second',
    about: 'a deployment that takes a snapshot and migrates while another release is live',
    after: ['migrate-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('two', MIGRATIONS)),
  },
  {
    name: 'migrate-ill',
    about: 'a release that is not well, whose migration is taken back',
    after: ['migrate-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadService('two', MIGRATIONS));
    },
  },
  {
    name: 'migrate-failed',
    about: 'a migration that fails',
    after: ['migrate-first'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.exits.set('db upgrade', 1);
      stage.at(1, () => stage.uploadService('two', MIGRATIONS));
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
    name: 'lambda-migrate',
    about: 'a first deployment of a function that migrates its database by a call of it',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadFunction('one', CALLED)),
  },
  {
    name: 'lambda-migrate-ill',
    about: 'a function that answers with errors, whose migration is taken back by another call',
    after: ['lambda-migrate'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadFunction('two', CALLED));
    },
  },
  {
    name: 'ec2-migrate',
    about: 'a first deployment of instances that migrates its database, on an instance of its own',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadInstances('one', MIGRATIONS)),
  },
  {
    name: 'ec2-migrate-ill',
    about: 'instances that are not well, whose migration is taken back on another instance of its own',
    after: ['ec2-migrate'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadInstances('two', MIGRATIONS));
    },
  },
  {
    name: 'beanstalk-migrate',
    about: 'a first deployment of a pair of environments that migrates its database, in a third one',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadBundle('one', MIGRATIONS)),
  },
  {
    name: 'beanstalk-migrate-ill',
    about: 'environments that are not well, whose migration is taken back in another one of its own',
    after: ['beanstalk-migrate'],
    isLong: true,
    play: (stage) => {
      stage.world.servers.fates.set('two', 'says no');
      stage.at(1, () => stage.uploadBundle('two', MIGRATIONS));
    },
  },
  {
    name: 'migrate-cancelled',
    about: 'a person gives a deployment up while its migration runs',
    after: ['migrate-first'],
    isLong: true,
    play: (stage) => {
      stage.at(1, () => stage.uploadService('two', MIGRATIONS));
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

/** Stories of a service whose releases have a file of settings each, and migrate its database. */
const CONFIGURED: Scenario[] = [
  {
    name: 'configure-first',
    about: 'a first deployment with a file of settings, read by its migration and its tasks',
    after: [],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('one', MIGRATIONS + settingsNamed('one'))),
  },
  {
    name: 'configure-second',
    about: 'a deployment with settings of its own, while another release reads those before',
    after: ['configure-first'],
    isLong: true,
    play: (stage) => stage.at(1, () => stage.uploadService('two', MIGRATIONS + settingsNamed('two'))),
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
      const more = `retention: { releases: 1, days: 1 }\n${MIGRATIONS}${settingsNamed('one')}`;
      stage.at(1, () => stage.uploadService('one', more));
    },
  },
];
SCENARIOS.push(...MIGRATING, ...CONFIGURED);

/** Stories that are only told before others: what could fail in them, fails in those above. */
const PROLOGUES: Scenario[] = [
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
    play: (stage) => stage.at(1, () => stage.uploadService('three', MIGRATIONS + settingsNamed('three'))),
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

export function scenarioNamed(name: string): Scenario {
  const found = [...SCENARIOS, ...PROLOGUES].find((scenario) => scenario.name === name);
  if (!found) throw new Error(`there is no scenario ${name}; there are ${SCENARIOS.map((one) => one.name).join(', ')}`);
  return found;
}

/** Somebody without business there removes a page of every release but the live one, until Verify has looked. */
function vanish({ world }: Stage): void {
  const { buckets, engine, values, clock } = world;
  const remove = () => {
    const verified = [...engine.executions.values()].some(({ visits }) =>
      visits.some(({ state }) => state === 'Verify'),
    );
    const live = values.now.keys.get(PILOT) ?? '';
    for (const path of buckets.objects.keys()) {
      const [, release] = /\/r\/([0-9a-f]+)\/about\.html$/.exec(path) ?? [];
      if (release && !live.includes(release) && buckets.newest(path))
        buckets.remove(BUCKET, path.slice(BUCKET.length + 1));
    }
    if (!verified || clock.now() - world.start < 5_000) clock.after(20, remove);
  };
  clock.after(20, remove);
}

/** Does something as soon as viewers get a content. */
function whenVisited({ world }: Stage, site: SiteName, act: () => void): void {
  const look = () => {
    const { sites } = world.pointers.at(-1)?.seen ?? world.blue;
    if (Object.values(sites).includes(site)) act();
    else world.clock.after(500, look);
  };
  world.clock.after(500, look);
}

/** Somebody stops the execution, in the console of Step Functions, a moment after the first such call is made. */
function stopAt({ world }: Stage, name: string): void {
  const { clock, engine, network } = world;
  network.watch = (call) => {
    if (call.name !== name) return;
    network.watch = () => undefined;
    clock.after(30, () => engine.stop(call.deployment ?? ''));
  };
}
