import type { LiveRelease } from '../api.ts';
import type { Resolved } from '../manifest/complete.ts';
import type { Restored } from './model.ts';

/** What a plan is compared with. */
export interface Known {
  /** `null` where nothing is live; absent where its manifest was not kept. */
  live?: Resolved | null;
  kept: string[];
  storage?: number;
  restored?: Restored;
}

/** Of what is told of the live release; while the pilot is kept offline, of the one that comes back. */
export const knownOf = ({ release, offline, manifest, kept, storage, restored }: LiveRelease): Known => ({
  ...(release || offline ? manifest && { live: manifest } : { live: null }),
  kept: kept.map((one) => one.release),
  ...(storage !== undefined && { storage }),
  ...(restored && { restored }),
});
