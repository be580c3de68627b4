import type { TargetName } from './sections/index.ts';

/** What a target can, where others can something else with the same key; whole sections, `MEANT_FOR` tells. */
export interface Abilities {
  /** How a release is given its settings: as variables, or in a file of its own as well; of files alone, not at all. */
  settings: 'none' | 'variables' | 'file';
  /** Whether the traffic can move in parts; if not, it is swapped at once. */
  parts: boolean;
  /** What a component names to be run. */
  runs: 'command' | 'handler';
  /** Whether processor and memory go together in steps, as those of tasks do. */
  taskSizes: boolean;
  /** Whether secrets come as the places where they lie, and not as values. */
  secretsByPlace: boolean;
  /** Whether what it runs is a call, which ends by itself; and whether it says itself what stands in front of it. */
  inCalls: boolean;
  choosesFront: boolean;
  /** Whether pull requests can have environments of their own, which are removed again. */
  previews: boolean;
  /** Whether it runs container images: never, nothing else, or as well as artifacts. */
  images: 'never' | 'only' | 'as well';
}

const SERVER: Abilities = {
  settings: 'file',
  parts: true,
  runs: 'command',
  taskSizes: false,
  secretsByPlace: false,
  inCalls: false,
  choosesFront: false,
  previews: false,
  images: 'never',
};

const ABILITIES: Record<TargetName, Abilities> = {
  static: { ...SERVER, settings: 'none', previews: true },
  ecs: { ...SERVER, taskSizes: true, previews: true, images: 'only' },
  ec2: SERVER,
  beanstalk: { ...SERVER, settings: 'variables', parts: false },
  lambda: {
    ...SERVER,
    settings: 'variables',
    runs: 'handler',
    secretsByPlace: true,
    inCalls: true,
    choosesFront: true,
    previews: true,
    images: 'as well',
  },
};

/** Of a target that is unknown, what most can. */
export const abilitiesOf = (target: TargetName | undefined): Abilities => (target ? ABILITIES[target] : SERVER);

/** Keys that mean something for some targets of their section alone. */
const NEEDED: Record<string, (abilities: Abilities) => boolean> = {
  previews: ({ previews }) => previews,
  'config.file': ({ settings }) => settings === 'file',
  'components.<name>.command': ({ runs }) => runs === 'command',
  'components.<name>.handler': ({ runs }) => runs === 'handler',
};

/** Of the targets that a section means something for, those that a key in it does as well. */
export const meantOf = (path: string, targets: readonly TargetName[]): readonly TargetName[] => {
  const can = NEEDED[path];
  return can ? targets.filter((target) => can(ABILITIES[target])) : targets;
};
