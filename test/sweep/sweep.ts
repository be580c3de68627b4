import type { Call } from './aws/network.ts';
import { mayBeDropped } from './bus.ts';
import { type Evidence, evidenceOf, siteOf } from './evidence.ts';
import { canMeet, EVENT_MODES, type EventMode, type Fault, MODES, type Mode, STEP_MODES } from './faults.ts';
import type { Handlers } from './functions.ts';
import { type Breach, breachesOf } from './invariants/index.ts';
import { blueSeconds, lockSeconds } from './invariants/keeping.ts';
import type { Theatre } from './play.ts';
import { type Random, randomOf } from './random.ts';
import type { Scenario } from './scenarios.ts';

/** One run, and what is to be said of it. */
export interface Verdict {
  scenario: string;
  seed: number;
  faults: Fault[];
  calls: number;
  /** How many of the faults happened. */
  struck: number;
  /** Whether every deployment ended as it does without faults. */
  survived: boolean;
  /** How each trigger ended, in the order in which people asked, and what viewers get. */
  end: string;
  breaches: Breach[];
  lockSeconds: number;
  blueSeconds: number;
}

/** How a scenario goes without faults: the calls, deliveries and steps that there are, and how it ends. */
export interface Reference {
  seed: number;
  calls: (Pick<Call, 'writes' | 'mayBeStale' | 'mayConflict' | 'sentOnce'> & { kind: string })[];
  /** What can happen to each event. */
  deliveries: { modes: readonly EventMode[] }[];
  steps: number;
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
    struck: evidence.world.struck(),
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
  const { disturbed } = evidence;
  return {
    seed,
    calls: journal
      .slice(0, disturbed.calls)
      .map(({ writes, mayBeStale, mayConflict, sentOnce, function: by, service, name }) => ({
        writes,
        mayBeStale,
        mayConflict,
        ...(sentOnce && { sentOnce }),
        kind: `${by} ${service} ${name}`,
      })),
    deliveries: bus.deliveries.slice(0, disturbed.deliveries).map(({ event }) => ({
      modes: EVENT_MODES.filter((mode) => mode !== 'event dropped' || mayBeDropped(event)),
    })),
    steps: disturbed.steps,
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

/** Every single fault of a scenario: each mode of each call, once and lasting, of each event and of each step. */
export function singleFaults({ calls, deliveries, steps }: Reference): Fault[] {
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
  const ofEvents = deliveries.flatMap(({ modes }, at) => modes.map((mode): Fault => ({ mode, at })));
  const ofSteps = STEP_MODES.flatMap((mode) => Array.from({ length: steps }, (_, at): Fault => ({ mode, at })));
  return [...ofCalls, ...ofEvents, ...ofSteps];
}

/** So many calls after the first fault the second one comes, where it is to strike what the first has led to. */
const SOON = 40;

/** Two faults in one run, chosen by a seed; one in ten lasts. Half of the second ones come soon after the first. */
export function doubleFault(reference: Reference, seed: number): Fault[] {
  const { calls } = reference;
  const random = randomOf(seed * 2 + 1);
  const beside = random.next();
  const at = random.whole(0, calls.length - 1);
  const first = faultOf(
    random,
    at,
    MODES.filter((mode) => canMeet(mode, calls[at] ?? NOTHING)),
  );
  if (beside < 0.1) return [first, eventFault(reference, random)];
  if (beside < 0.15) return [first, { mode: random.pick(STEP_MODES), at: random.whole(0, reference.steps - 1) }];
  const next = random.next() < 0.5 ? at + random.whole(1, SOON) : random.whole(0, calls.length - 1);
  return [first, faultOf(random, next, MODES)];
}

const NOTHING = { writes: false };

function faultOf(random: Random, at: number, modes: readonly Mode[]): Fault {
  const lasts = random.next() < 0.1;
  const mode = random.pick(modes);
  return { mode, at, ...(lasts && mode !== 'stopped' && { lasting: OUTAGE_MS }) };
}

function eventFault({ deliveries }: Reference, random: Random): Fault {
  const at = random.whole(0, deliveries.length - 1);
  return { mode: random.pick(deliveries[at]?.modes ?? []), at };
}
