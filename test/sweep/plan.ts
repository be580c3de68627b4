import { type Fault, isCallMode } from './faults.ts';
import type { Theatre } from './play.ts';
import { SCENARIOS, type Scenario, scenarioNamed } from './scenarios.ts';
import { doubleFault, judge, type Reference, referenceOf, singleFaults, type Verdict } from './sweep.ts';

/** What a sweep is to do. */
export interface Order {
  /** Of the runs' own chances: how long each call takes, how retries are spread. */
  seed: number;
  /** Only this scenario; all of them when absent. */
  scenario?: string;
  singles: boolean;
  /** Every fault, and not only the part that the seed chooses of the lasting ones, and of those that stories share. */
  all: boolean;
  /** Seeded double faults; the first has the order's seed, each next one the next. */
  doubles: number;
}

export type Kind = 'none' | 'once' | 'lasting' | 'double';
export type Judged = Verdict & { kind: Kind };

/** Lasting faults take long to play, and neighbours among them are alike: one in so many, others with other seeds. */
const LASTING_SHARE = 20;
/** Of single faults of a server's story that an earlier story meets as well, one in so many: a story of a server is long. */
const ALIKE_SHARE = 8;
/** So many seeds of the world are used for double faults: each needs a run without faults beside it. */
const WORLDS = 4;

/**
 * Does the part of an order that falls to one of several workers.
 * @param tell called with each verdict.
 */
export async function sweep(
  theatre: Theatre,
  order: Order,
  part: { index: number; of: number },
  tell: (judged: Judged) => void,
): Promise<void> {
  const scenarios = order.scenario ? [scenarioNamed(order.scenario)] : SCENARIOS;
  const references = new Map<string, Promise<Reference>>();
  const reference = (scenario: Scenario, seed: number) => {
    const key = `${scenario.name} ${seed}`;
    const known = references.get(key) ?? referenceOf(theatre, scenario, seed);
    references.set(key, known);
    return known;
  };
  const run = async (kind: Kind, scenario: Scenario, seed: number, faults: Fault[], wanted: string) =>
    tell({ kind, ...(await judge(theatre, scenario, seed, faults, wanted)) });
  const known = new Set<string>();
  const isTried = (scenario: Scenario, { calls }: Reference, { mode, at, lasting }: Fault, index: number): boolean => {
    if (order.all) return true;
    const isChosen = (share: number) => index % share === order.seed % share;
    if (lasting !== undefined) return isChosen(LASTING_SHARE);
    const isNew = isCallMode(mode) && !known.has(calls[at]?.kind ?? '');
    return !scenario.isLong || order.scenario !== undefined || isNew || isChosen(ALIKE_SHARE);
  };
  let turn = 0;
  const isMine = () => turn++ % part.of === part.index;

  for (const scenario of scenarios) {
    const told = await reference(scenario, order.seed);
    const { end } = told;
    if (isMine()) await run('none', scenario, order.seed, [], end);
    if (!order.singles) continue;
    const faults = singleFaults(told).filter((fault, index) => isTried(scenario, told, fault, index));
    for (const { kind } of told.calls) known.add(kind);
    for (const fault of faults)
      if (isMine()) await run(fault.lasting ? 'lasting' : 'once', scenario, order.seed, [fault], end);
  }
  for (let seed = order.seed; seed < order.seed + order.doubles; seed += 1) {
    if (!isMine()) continue;
    const { scenario, world } = doubleOf(seed, scenarios);
    const told = await reference(scenario, world);
    await run('double', scenario, world, doubleFault(told, seed), told.end);
  }
}

/** Which scenario and which world a seed of double faults means. */
const doubleOf = (seed: number, scenarios: Scenario[]) => ({
  scenario: scenarios[seed % scenarios.length] as Scenario,
  world: 1 + (Math.floor(seed / scenarios.length) % WORLDS),
});
