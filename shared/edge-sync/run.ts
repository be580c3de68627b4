import type { EdgeReason, EdgeSummary } from '../events.ts';
import type { Whose } from '../ledger/backups.ts';

/** What an execution of statemachines/edge-sync.asl.yml is started with. */
export interface Run {
  reason: EdgeReason;
  /** The list that AWS announced. */
  announced?: { token: number; md5: string };
  /** Those alone; all unless said otherwise. */
  pilots?: Whose[];
}

/** What each of its states hands to its function. */
export interface Call<Input> {
  execution: string;
  /** How often it was tried before. */
  attempt: number;
  input: Input;
}

export type Refused = NonNullable<EdgeSummary['refused']>;

/** What ReadRanges answers. */
export interface Reading {
  token?: number;
  /** `gate` looks at nothing where the ledger says that all is as it should be. */
  check: 'gate' | 'drift';
  pilots: Whose[];
  /** Why the list that was read, or could not be read, does not count. */
  refused?: Refused;
}

/** What SyncPilot answers: small, for there may be a thousand; why one failed stands in its row. */
export interface Synced extends Whose {
  outcome: 'nothing' | 'same' | 'changed' | 'failed';
  code?: string;
  /** Rules, or entries of lists, where they were changed. */
  added?: number;
  removed?: number;
  /** Of the prefix lists alone. */
  reason?: string;
}

/** Stands for the prefix lists, which all pilots share, where a pilot is named. */
export const LISTS: Whose = { pilot: '*', environment: '*' };
export const isLists = ({ pilot }: Whose): boolean => pilot === LISTS.pilot;
