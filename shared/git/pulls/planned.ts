import type { Problem } from '../../errors.ts';
import type { EnvironmentPlan } from './environment-plan.ts';

/** A pull request, as far as a comment on it names it. */
export interface Planned {
  pilot: string;
  /** The commit that was planned, and the branch that it is to be merged into. */
  commit: string;
  base: string;
  /** It comes from another repository: its manifest was planned alone. */
  isForeign: boolean;
  /** What is wrong with the manifest: then nothing of it is planned. */
  problems?: Problem[];
  /** `reason`: why it is not planned. */
  environments: ({ environment: string } & (EnvironmentPlan | { reason: string }))[];
}
