import { listPreviews } from '../../ledger/previews.ts';
import { listUnmade, type UnmadePreview } from '../../ledger/unmade-previews.ts';
import { operatorsFile } from '../../planning/operators-file.ts';
import { previewLimits } from '../../planning/preview-limits.ts';
import { UNREADABLE } from './pilots.ts';

/** So long a pull request that has no preview is tried again. */
const TRIED_MS = 7 * 86_400_000;

/** Those who wait for a place, or for the operator’s file to be put right. */
export interface Waiting {
  /** Whoever waits longest first. */
  all: readonly UnmadePreview[];
  /**
   * Runs some work with those of `some` who may get what they wait for: never more of them at once than there are places.
   * Nobody is looked at while the operator’s file cannot be read.
   */
  withPlaces<T>(some: readonly UnmadePreview[], work: (trying: readonly UnmadePreview[]) => Promise<T>): Promise<T>;
}

export async function whoWaits(now: Date): Promise<Waiting> {
  const all = (await listUnmade()).filter(
    ({ isTriedAgain, since }) => isTriedAgain && now.getTime() - Date.parse(since) < TRIED_MS,
  );
  const operator = all.length > 0 ? await operatorsFile() : undefined;
  const limits = operator?.ok ? previewLimits(operator.operator) : undefined;
  const inWork = new Set<UnmadePreview>();
  return {
    all,
    async withPlaces(some, work) {
      if (!limits || some.length === 0) return work([]);
      const held = await listPreviews();
      const trying: UnmadePreview[] = [];
      for (const one of some) {
        const taken = [...held, ...inWork];
        const isFree =
          taken.length < limits.most && taken.filter(({ pilot }) => pilot === one.pilot).length < limits.perPilot;
        // Where the file has been put right, they are told at least what they wait for now.
        const has = held.some(({ pilot, environment }) => pilot === one.pilot && environment === one.environment);
        if (!isFree && !has && one.reason !== UNREADABLE) continue;
        trying.push(one);
        inWork.add(one);
      }
      try {
        return await work(trying);
      } finally {
        for (const one of trying) inWork.delete(one);
      }
    },
  };
}
