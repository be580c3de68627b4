import type { Problem } from '../../errors.ts';
import type { Change } from '../changes.ts';
import type { Estimate } from '../estimate.ts';
import type { Component, Site } from '../model.ts';
import type { TargetPlan } from '../targets/target.ts';

/** What a warning is judged by. */
export interface Judged {
  site: Site;
  target: TargetPlan;
  components: readonly Component[];
  changes: readonly Change[];
  cost: Estimate;
  /** GiB that the database has now, where that is known. */
  storage?: number | undefined;
}

/** One thing that may be unwise; undefined where it is not so. */
export type Warn = (judged: Judged) => Problem | undefined;

/** A problem where `is` holds. */
export const when = (is: boolean | undefined, code: string, message: string, hint: string): Problem | undefined =>
  is ? { code, message, hint } : undefined;

export const isProduction = ({ site }: Judged): boolean => site.environment === 'production';
