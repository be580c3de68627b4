import { SITES as BUCKET } from './names.ts';
import { damaged, PILOT, zipNamed } from './sites.ts';
import type { Stage } from './stage.ts';

/** A story that is told without faults once, and then with every fault. */
export interface Scenario {
  name: string;
  about: string;
  /** The stories that were told before, without faults. */
  after: string[];
  /** Hours that have passed since. */
  later?: number;
  play(stage: Stage): void;
}

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
];

/** Stories that are only told before others: what could fail in them, fails in those above. */
const PROLOGUES: Scenario[] = [
  {
    name: 'third',
    about: 'one more deployment',
    after: ['first', 'second'],
    play: (stage) => stage.at(1, () => stage.upload('three')),
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
