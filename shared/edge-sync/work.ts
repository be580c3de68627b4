/** Who works at groups or lists, and how it is told to stop. */
export interface Work {
  /** Asked before anything is changed: whether nobody else has taken over. */
  may(): Promise<boolean>;
  pause(milliseconds: number): Promise<void>;
  /** Rules that a group may have, as AWS said not long ago; asked for anew where they would not be enough. */
  quota?: number | undefined;
  dryRun?: boolean | undefined;
}

/** Others may be at them at the same moment; who always is, is told. */
export const ROUNDS = 5;

/** What was changed is seen by those who read within seconds: the first look again comes soon, each one after that twice as late. */
export const pauseBefore = (look: number): number => FIRST_LOOK_MS * 2 ** look;
const FIRST_LOOK_MS = 100;
