import { setTimeout as wait } from 'node:timers/promises';
import { rulesPerGroup } from '../aws/service-quotas.ts';
import type { Ranges } from '../edge/ranges.ts';

/** A look at how AWS has it now, for any number of pilots: what is one for all of them, and how long all of it may take. */
export interface Look {
  /** What is compared with. */
  ranges: Ranges;
  /** Rules that a group may have; undefined where AWS does not tell. It is asked once, and only where somebody wants to know. */
  allowed(): Promise<number | undefined>;
  /** @returns undefined where the time is over before AWS has answered; then nothing is begun any more. */
  inTime<T>(work: () => Promise<T>): Promise<T | undefined>;
}

export function lookFor(ranges: Ranges, milliseconds: number): Look {
  let isOver = false;
  const over = wait(milliseconds, undefined, { ref: false }).then(() => {
    isOver = true;
  });
  let quota: Promise<number | undefined> | undefined;
  const inTime = async <T>(work: () => Promise<T>): Promise<T | undefined> =>
    isOver ? undefined : ((await Promise.race([work(), over])) ?? undefined);
  return {
    ranges,
    inTime,
    allowed() {
      quota ??= inTime(rulesPerGroup).catch(() => undefined);
      return quota;
    },
  };
}
