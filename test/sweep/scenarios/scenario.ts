import type { Stage } from '../stage.ts';

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

/** A rollout in two steps, each of which is watched. */
export const CANARY = 'rollout: { steps: [10, 100], bake: 30s }\n';
