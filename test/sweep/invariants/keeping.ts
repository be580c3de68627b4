import type { Evidence } from '../evidence.ts';
import { hasSucceeded } from '../evidence.ts';
import { SITES as BUCKET } from '../names.ts';
import { PILOT } from '../sites.ts';
import type { Invariant } from './invariant.ts';
import { runsIn } from './migrations.ts';

const LOCK_SECONDS = 120;
const TICK_SECONDS = 60;
/** What is done in a round takes time as well. */
const WORK_SECONDS = 2;

/** What is kept, and for how long. */
export const KEEPING: Invariant[] = [
  {
    name: 'files that viewers get, or would go back to, are never removed',
    broken: (evidence) => evidence.world.removals.flatMap(({ at, path }) => wrongRemoval(at, path, evidence)),
  },
  {
    name: 'the database of a stack is never an empty one where there was something to lose, and never one that went',
    broken: ({ world }) => {
      const { databases, stacks } = world.servers.now;
      return [...stacks.values()].flatMap(({ outputs: { DatabaseId: id } }) => {
        const found = databases.instances.find((one) => one.id === id);
        if (id === undefined || found?.holds === 'rows') return [];
        return [`${id} ${found ? 'is empty' : 'is gone'}`];
      });
    },
  },
  {
    name: 'a database whose place another one takes leaves a snapshot, and none is left beside the one that is there',
    broken: ({ world }) => {
      const { instances } = world.servers.now.databases;
      return instances.length > 1 ? [`there are ${instances.map(({ id }) => id).join(', ')}`] : [];
    },
  },
  {
    name: 'the database of a stack is protected in the end, where its manifest says so',
    broken: ({ world }) => {
      const { databases, stacks } = world.servers.now;
      return [...stacks.values()].flatMap(({ outputs: { DatabaseId: id, DatabaseGuard: guard } }) => {
        const found = databases.instances.find((one) => one.id === id);
        return guard === 'protected' && found && !found.isProtected ? [`${id} is not protected`] : [];
      });
    },
  },
  {
    name: `a lock is free ${LOCK_SECONDS} s after its execution is gone`,
    broken: (evidence) => {
      const held = lockSeconds(evidence);
      return held > LOCK_SECONDS ? [`it was held for ${held} s more`] : [];
    },
  },
  {
    name: 'once a failure is seen, blue has everything within one round of the watchdog',
    broken: (evidence) => {
      const seconds = blueSeconds(evidence);
      return seconds > TICK_SECONDS + WORK_SECONDS ? [`it took ${seconds} s`] : [];
    },
  },
];

function wrongRemoval(at: number, path: string, { world, cases, seenAt }: Evidence): string[] {
  const rest = path.slice(`${BUCKET}/sites/${PILOT}/`.length);
  const [, release = ''] = /^(?:r\/([^/]+)\/|releases\/([^/.]+))/.exec(rest)?.filter(Boolean) ?? [];
  if (rest.startsWith('shared/')) return [`${path} is shared, and was removed`];
  if (seenAt(at).shares[release]) return [`${path} was removed while viewers got it`];
  const going = cases.find(({ ends }) => !ends.some((end) => end.at <= at));
  return going && world.blue.shares[release] ? [`${path} was removed before ${going.id} had ended`] : [];
}

/**
 * The longest time in seconds that a lock was held for an execution that was gone, and nothing kept failing; while a migration
 * is taken back, it has to be.
 */
export function lockSeconds({ world }: Evidence): number {
  const commands = runsIn(world).map(({ stoppedAt = 0 }) => stoppedAt);
  const spans = world.locks.map(({ at, pilot, owner }, index) => {
    if (!owner) return 0;
    const free = world.locks.slice(index + 1).find((later) => later.pilot === pilot)?.at ?? world.clock.now();
    const { endedAt = Number.POSITIVE_INFINITY } = world.engine.executions.get(owner) ?? { endedAt: at };
    const ended = commands.filter((stopped) => stopped <= free);
    return free - Math.max(at, endedAt, world.trouble.until(), ...ended);
  });
  return Math.max(0, ...spans) / 1000;
}

/** The longest time in seconds from when Pilotage turned to Rollback until green had nothing any more. */
export function blueSeconds({ world, cases }: Evidence): number {
  const spans = cases
    .filter((one) => !hasSucceeded(one))
    .map(({ id, execution, recoveries, trigger }) => {
      const turned = [execution, ...recoveries]
        .flatMap((one) => one?.visits ?? [])
        .filter(({ state }) => state === 'Rollback')
        .map(({ at }) => at);
      const moved = world.pointers.filter(
        ({ seen, deployment }) => deployment === id && Object.values(seen.sites).some((site) => site === trigger?.site),
      );
      const last = moved.at(-1);
      if (turned.length === 0 || !last) return 0;
      const back = world.pointers.find(({ at }) => at > last.at)?.at ?? world.clock.now();
      return back - Math.max(Math.min(...turned), last.at, world.trouble.until());
    });
  return Math.max(0, ...spans) / 1000;
}
