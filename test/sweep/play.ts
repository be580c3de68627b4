import { connect, installWire } from './aws/wire.ts';
import { installClock } from './clock.ts';
import type { Fault } from './faults.ts';
import { installFiles } from './files.ts';
import type { Handlers } from './functions.ts';
import { EDGE, ENVIRONMENT } from './names.ts';
import { productHandlers } from './product.ts';
import { isConnected, isUnread } from './repository.ts';
import { type Scenario, scenarioNamed } from './scenarios.ts';
import { packSites } from './sites.ts';
import { type Stage, stageOf } from './stage.ts';
import { createWorld, NOTHING, type Snapshot, type World } from './world.ts';

/** A scenario that was played to its end, or for as long as anybody would wait. */
export interface Played {
  world: World;
  stage: Stage;
  /** When everything was over: no execution, no row, no event, no call. Absent when it never was. */
  restedAt?: number;
  /** How much there was until then: what comes after it is the day's look, which nothing disturbs. */
  disturbed: Disturbed;
}

/** Calls, deliveries and steps. */
export interface Disturbed {
  calls: number;
  deliveries: number;
  steps: number;
}

export interface Theatre {
  /** Plays a scenario. The same seed, faults and functions give the same run, call by call. */
  play(scenario: Scenario, seed: number, faults?: readonly Fault[], swapped?: Handlers): Promise<Played>;
  close(): void;
}

const TICK_MS = 60_000;
/** How often repositories are asked for pushes whose webhook was lost. */
const POLL_MS = 5 * 60_000;
/** How often the operator, whom an alarm has called, sends again what reached nobody; once nothing fails any more. */
const OPERATOR_MS = 10 * 60_000;
/** What should happen when nothing more should: what comes late, and two rounds of the watchdog. */
const GRACE_MS = 180_000;
/** Longer than any wait that a scenario can lead to, from the moment that nothing fails any more. */
const PATIENCE_MS = 4 * 3_600_000;

/** Makes the process one in which scenarios can be played: with virtual time, and with AWS in memory. */
export async function openTheatre(): Promise<Theatre> {
  await packSites();
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, ENVIRONMENT);
  // First the clock: what is loaded may keep hold of a timer as it finds it.
  const closeClock = installClock();
  const closeFiles = installFiles();
  const handlers = await productHandlers();
  const closeWire = await installWire();
  const snapshots = new Map<string, Promise<Snapshot>>();

  /** The state in which a scenario begins: the same for all of its runs. */
  function snapshotAfter(names: string[]): Promise<Snapshot> {
    const last = names.at(-1);
    if (last === undefined) return Promise.resolve(NOTHING);
    const key = names.join(' ');
    const known = snapshots.get(key);
    if (known) return known;
    const made = snapshotAfter(names.slice(0, -1)).then(async (from) => {
      const { world, restedAt } = await perform(scenarioNamed(last), 1, [], handlers, from);
      if (restedAt === undefined) throw new Error(`${last} does not come to rest even without a fault`);
      // What would be told after it would be about nothing.
      if (!endsWell(world)) throw new Error(`${last} does not end well even without a fault`);
      return world.snapshot();
    });
    snapshots.set(key, made);
    return made;
  }

  return {
    async play(scenario, seed, faults = [], swapped = {}) {
      const from = await snapshotAfter(scenario.after);
      const later = { ...from, now: from.now + (scenario.later ?? 0) * 3_600_000 };
      return perform(scenario, seed, faults, { ...handlers, ...swapped }, later);
    },
    close() {
      connect(undefined);
      closeFiles();
      closeClock();
      closeWire();
    },
  };
}

async function perform(
  scenario: Scenario,
  seed: number,
  faults: readonly Fault[],
  handlers: Handlers,
  from: Snapshot,
): Promise<Played> {
  const world = createWorld({ seed, from, faults, handlers });
  const { clock } = world;
  const stage = stageOf(world);
  scenario.play(stage);
  const tick = () => {
    world.lambda.deliver('parking-watchdog', {});
    clock.after(TICK_MS, tick);
  };
  clock.after(world.random.whole(1, TICK_MS), tick);
  const poll = () => {
    world.lambda.deliver('git-poll', {});
    clock.after(POLL_MS, poll);
  };
  if (isConnected(world)) clock.after(world.random.whole(1, POLL_MS), poll);
  const redrive = () => {
    if (world.trouble.until() <= clock.now()) world.lambda.redrive();
    clock.after(OPERATOR_MS, redrive);
  };
  clock.after(OPERATOR_MS, redrive);

  for (;;) {
    const by = Math.max(clock.now(), world.trouble.until()) + PATIENCE_MS;
    if (!(await clock.run(() => isAtRest(stage), by))) return { world, stage, disturbed: countIn(world) };
    const restedAt = clock.now();
    await clock.run(() => false, restedAt + GRACE_MS);
    // What came late may have set things going again.
    if (!isQuiet(stage)) continue;
    const disturbed = countIn(world);
    if (Object.keys(world.servers.now.edges.doors).length > 0) await lookOver(stage);
    return { world, stage, restedAt, disturbed };
  }
}

const countIn = ({ journal, bus, steps }: World): Disturbed => ({
  calls: journal.length,
  deliveries: bus.deliveries.length,
  steps: steps(),
});

/** What is done once a day about what lets CloudFront in. */
async function lookOver(stage: Stage): Promise<void> {
  const { clock, engine, trouble } = stage.world;
  trouble.end();
  engine.start(EDGE, DAILY, JSON.stringify({ reason: 'daily' }));
  await clock.run(() => isAtRest(stage), clock.now() + PATIENCE_MS);
}

/** The name of that run. */
export const DAILY = 'daily';

const endsWell = ({ bus }: World): boolean =>
  bus.events.findLast((event) => /^Deployment(?:Succeeded|Failed)$/.test(event['detail-type']))?.['detail-type'] ===
  'DeploymentSucceeded';

/** Nothing is under way, or will be, but the watchdog's rounds. */
const isAtRest = (stage: Stage): boolean => isQuiet(stage) && stage.world.lambda.busy() === 0;

function isQuiet({ world, left }: Stage): boolean {
  const { engine, table, bus, lambda, network, trouble, clock } = world;
  return (
    left() === 0 &&
    (table.rows.get('RUNNING')?.size ?? 0) === 0 &&
    [...engine.executions.values()].every(({ status }) => status !== 'RUNNING') &&
    bus.pending() === 0 &&
    network.pending() === 0 &&
    lambda.undelivered.length === 0 &&
    !isUnread(world) &&
    trouble.until() <= clock.now()
  );
}
