import type { Alarm } from './aws/alarms.ts';
import type { Facts } from './outcome.ts';

/** How a release's alarms stood before it got its first share of the traffic. */
export interface Baseline {
  /** When (ISO) they were looked at. */
  at: string;
  /** Names of all that are watched. */
  watched: string[];
  /** Those among them that were in alarm already. */
  red: string[];
  /** Those that were not there. */
  missing: string[];
}

export function baselineOf(watched: string[], seen: readonly Alarm[], now: Date): Baseline {
  const there = seen.map(({ name }) => name);
  return {
    at: now.toISOString(),
    watched,
    red: seen.filter(({ state }) => state === 'ALARM').map(({ name }) => name),
    missing: watched.filter((name) => !there.includes(name)),
  };
}

/**
 * The alarms that speak against a release: in alarm now, and not in alarm before it had a share; or in
 * alarm anew since. What was red before, and stays so, blocks nothing: the release may be what mends it.
 * Too little data is no alarm, and nor is an alarm that is gone.
 */
export function against(seen: readonly Alarm[], { at, red }: Baseline): Alarm[] {
  return seen.filter(({ name, state, since }) => state === 'ALARM' && (!red.includes(name) || since > at));
}

/** Characters of a reason that are told; CloudWatch lists every datapoint. */
const REASON = 200;

/** Why a release must go, for people. */
export function inWords(alarms: readonly Alarm[]): string {
  return alarms.map(({ name, since, reason }) => `${name} is in alarm since ${since}${because(reason)}`).join('; ');
}

function because(reason: string): string {
  const line = reason.replace(/\s+/g, ' ').trim();
  if (!line) return '';
  return `: ${line.length > REASON ? `${line.slice(0, REASON)}…` : line}`;
}

/** What of the baseline people should know. */
export function factsOf({ red, missing }: Baseline): Facts {
  return {
    ...(red.length > 0 && { alarmsRedBefore: listed(red) }),
    ...(missing.length > 0 && { alarmsNotFound: listed(missing) }),
  };
}

const SHOWN = 3;

const listed = (names: string[]): string =>
  [...names.slice(0, SHOWN), ...(names.length > SHOWN ? [`${names.length - SHOWN} more`] : [])].join(', ');
