import { type Evidence, evidenceOf, siteOf } from './evidence.ts';
import { canMeet, EVENT_MODES, type Fault, MODES } from './faults.ts';
import type { Handlers } from './functions.ts';
import { type Breach, breachesOf } from './invariants/index.ts';
import { blueSeconds, lockSeconds } from './invariants/keeping.ts';
import type { Theatre } from './play.ts';
import { randomOf } from './random.ts';
import type { Scenario } from './scenarios.ts';

/** One run, and what is to be said of it. */
export interface Verdict {
  scenario: string;
  seed: number;
  faults: Fault[];
  calls: number;
  /** Whether every deployment ended as it does without faults. */
  survived: boolean;
  /** How each trigger ended, in the order in which people asked, and what viewers get. */
  end: string;
  breaches: Breach[];
  lockSeconds: number;
  blueSeconds: number;
}

/** How a scenario goes without faults: how many calls and deliveries there are, and how it ends. */
export interface Reference {
  seed: number;
  calls: { writes: boolean; mayBeStale: boolean; kind: string }[];
  deliveries: number;
  end: string;
}

export async function judge(
  theatre: Theatre,
  scenario: Scenario,
  seed: number,
  faults: Fault[] = [],
  wanted?: string,
  swapped: Handlers = {},
): Promise<Verdict> {
  const evidence = evidenceOf(await theatre.play(scenario, seed, faults, swapped));
  const end = endOf(evidence);
  return {
    scenario: scenario.name,
    seed,
    faults,
    calls: evidence.world.journal.length,
    survived: wanted === undefined || end === wanted,
    end,
    breaches: breachesOf(evidence),
    lockSeconds: lockSeconds(evidence),
    blueSeconds: blueSeconds(evidence),
  };
}

export async function referenceOf(
  theatre: Theatre,
  scenario: Scenario,
  seed: number,
  swapped: Handlers = {},
): Promise<Reference> {
  const evidence = evidenceOf(await theatre.play(scenario, seed, [], swapped));
  const { journal, bus } = evidence.world;
  return {
    seed,
    calls: journal.map(({ writes, mayBeStale, function: by, service, name }) => ({
      writes,
      mayBeStale,
      kind: `${by} ${service} ${name}`,
    })),
    deliveries: bus.deliveries.length,
    end: endOf(evidence),
  };
}

function endOf(evidence: Evidence): string {
  const { stage, cases, last } = evidence;
  const ends = stage.triggers.map(
    (trigger) => cases.find((one) => one.trigger === trigger)?.ends[0]?.['detail-type'] ?? 'nothing',
  );
  return `${ends.join(', ')}; ${siteOf(last)} is live`;
}

/** Milliseconds that a lasting fault lasts: an outage, and one that ends only when a person has seen to it. */
export const OUTAGE_MS = 5 * 60_000;
export const UNTIL_HEALED_MS = 30 * 60_000;

/** Every single fault of a scenario: each mode of each call, once and lasting, and each mode of each event. */
export function singleFaults({ calls, deliveries }: Reference): Fault[] {
  const seen = new Set<string>();
  const ofCalls = calls.flatMap((call, at) =>
    MODES.filter((mode) => canMeet(mode, call)).flatMap((mode): Fault[] => {
      const once: Fault[] = [{ mode, at }];
      if (mode === 'stopped') return once;
      once.push({ mode, at, lasting: OUTAGE_MS });
      // What lasts for hours is the same wherever in one function's calls of a kind it begins.
      if (!seen.has(`${mode} ${call.kind}`)) once.push({ mode, at, lasting: UNTIL_HEALED_MS });
      seen.add(`${mode} ${call.kind}`);
      return once;
    }),
  );
  const ofEvents = EVENT_MODES.flatMap((mode) => Array.from({ length: deliveries }, (_, at): Fault => ({ mode, at })));
  return [...ofCalls, ...ofEvents];
}

/** Two faults at once, chosen by a seed; one in ten lasts. The second may strike what the first has led to. */
export function doubleFault({ calls, deliveries }: Reference, seed: number): Fault[] {
  const random = randomOf(seed * 2 + 1);
  const one = (most: number): Fault => {
    if (random.next() < 0.1) return { mode: random.pick(EVENT_MODES), at: random.whole(0, deliveries) };
    const lasts = random.next() < 0.1;
    return { mode: random.pick(MODES), at: random.whole(0, most), ...(lasts && { lasting: OUTAGE_MS }) };
  };
  return [one(calls.length - 1), one(Math.round(calls.length * 1.5))];
}
