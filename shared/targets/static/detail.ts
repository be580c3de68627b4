import type { PinnedObject } from '../../aws/objects.ts';
import type { Plan } from '../target.ts';
import type { Arm } from './pointer.ts';

/** What a plan of a static site keeps for the later steps; `Plan.detail`. */
export interface Detail {
  site: string;
  /** The zip, in the version that was judged. */
  artifact: PinnedObject;
  /** Bytes at the zip's end that hold its directory. */
  directory: number;
  /** Digest of the files' names and contents, to see that they are what was judged. */
  files: string;
  /** The release as the pointer will tell it. */
  arm: Arm;
}

export const detailOf = (plan: Plan): Detail => plan.detail as Detail;
