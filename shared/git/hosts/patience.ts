import { HostTrouble } from '../host.ts';
import { CallTrouble, mayPass } from './trouble.ts';

/** How waiting is done between tries. */
export type Wait = (ms: number) => Promise<unknown>;

const MOST_TRIES = 4;
/** A provider that asks for more patience is told of instead. */
const LONGEST_WAIT_MS = 20_000;
/** No further try begins later than this after the first. */
const LAST_TRY_MS = 40_000;

/**
 * Makes a call again where the provider is busy, or, if it is repeatable, was not there to answer: the pauses that
 * it asks for, or ever longer ones.
 */
export function patiently<T>(wait: Wait, isRepeatable: boolean, call: () => Promise<T>): Promise<T> {
  return trying(wait, call, (error, tries) => {
    if (!(error instanceof HostTrouble)) return undefined;
    if (error.fault !== 'limited' && !(error.fault === 'unavailable' && isRepeatable)) return undefined;
    const asked = error instanceof CallTrouble ? error.waitMs : undefined;
    return asked !== undefined && asked > LONGEST_WAIT_MS ? undefined : (asked ?? backOff(tries));
  });
}

/** Does again what looks before it acts, where the provider was not there to answer, or another acted at once. */
export const untilAnswered = <T>(wait: Wait, act: () => Promise<T>): Promise<T> =>
  trying(wait, act, (error, tries) => (mayPass(error) ? backOff(tries) : undefined));

const backOff = (tries: number): number => 300 * 3 ** (tries - 1);

/** @param pause milliseconds until the next try; undefined where another is of no use. */
async function trying<T>(
  wait: Wait,
  act: () => Promise<T>,
  pause: (error: unknown, tries: number) => number | undefined,
): Promise<T> {
  const began = Date.now();
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      const ms = tries < MOST_TRIES ? pause(error, tries) : undefined;
      if (ms === undefined || Date.now() + ms - began > LAST_TRY_MS) throw error;
      await wait(ms);
    }
  }
}
