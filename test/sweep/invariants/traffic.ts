import type { Case, Evidence } from '../evidence.ts';
import { hasSucceeded, siteOf } from '../evidence.ts';
import { PILOT } from '../sites.ts';
import type { Seen } from '../viewer.ts';
import type { PointerWrite } from '../world.ts';
import type { Invariant } from './invariant.ts';

/** Whose lock the traffic goes by. */
const PRODUCTION = `PILOT#${PILOT}#production`;

/** What viewers get, at every moment and in the end. */
export const TRAFFIC: Invariant[] = [
  {
    name: 'weights sum to 100',
    broken: ({ world }) => world.pointers.flatMap(({ seen }) => seen.flaw ?? []),
  },
  {
    name: 'a release gets traffic only when all its files are there',
    broken: ({ world }) =>
      world.pointers.flatMap(({ seen, function: by }) =>
        Object.keys(seen.shares)
          .filter((release) => seen.sites[release] === undefined)
          .map((release) => `${by} gave traffic to ${release}, which is not whole`),
      ),
  },
  {
    name: 'nobody but Shift gives green traffic, and only after Verify',
    broken: (evidence) => evidence.world.pointers.flatMap((write, index) => wrongHand(write, index, evidence)),
  },
  {
    name: 'whoever moves the traffic holds the lock',
    broken: ({ world }) =>
      world.pointers.flatMap(({ at, function: by, deployment }) => {
        const owner = world.locks.findLast((lock) => lock.at <= at && lock.pilot === PRODUCTION)?.owner;
        return owner === deployment ? [] : [`${by} of ${deployment} wrote while ${owner ?? 'nobody'} had the lock`];
      }),
  },
  {
    name: 'a pilot goes offline by a person’s word alone, or back to where it was',
    broken: (evidence) => evidence.world.pointers.flatMap((write, index) => unasked(write, index, evidence)),
  },
  {
    name: 'fencing numbers only rise',
    broken: ({ world }) =>
      world.pointers.flatMap(({ seen, function: by }, index) => {
        const before = world.pointers[index - 1]?.seen ?? world.blue;
        return seen.fence < before.fence ? [`${by} wrote under ${seen.fence} after ${before.fence}`] : [];
      }),
  },
  {
    name: 'in the end one release has everything: the newest that succeeded, or blue',
    broken: (evidence) => {
      const { cases, world, last } = evidence;
      const [newest] = cases.filter(hasSucceeded).sort((a, b) => b.order - a.order);
      const wanted = newest ? newest.trigger?.site : siteOf(world.blue);
      const got = siteOf(last);
      return got === wanted ? [] : [`${wanted} should be live, and is ${got}: ${JSON.stringify(last.shares)}`];
    },
  },
  {
    name: 'whoever is told of a success finds green at 100, and of anything else finds no green',
    broken: (evidence) => evidence.cases.flatMap((one) => one.ends.flatMap((end) => untrue(one, end, evidence))),
  },
  {
    name: 'what is told to serve does',
    broken: (evidence) => evidence.cases.flatMap((one) => one.ends.flatMap((end) => misnamed(one, end, evidence))),
  },
  {
    name: 'an older trigger never overwrites a newer release',
    broken: ({ world, cases }) => {
      const orderOf = (write: PointerWrite) => cases.find(({ id }) => id === write.deployment)?.order ?? -1;
      const shifts = world.pointers.filter((write) => write.function === 'deploy-shift');
      return shifts.flatMap((write, index) => {
        const newer = shifts.slice(0, index).find((other) => orderOf(other) > orderOf(write));
        return newer ? [`${write.deployment} moved the traffic after ${newer.deployment}, which is newer`] : [];
      });
    },
  },
];

function wrongHand(write: PointerWrite, index: number, { world, cases }: Evidence): string[] {
  const before = world.pointers[index - 1]?.seen ?? world.blue;
  const one = cases.find(({ id }) => id === write.deployment);
  const isRaised = Object.entries(write.seen.shares).some(([release, share]) => share > (before.shares[release] ?? 0));
  if (!isRaised) return [];
  if (write.function === 'deploy-shift') {
    const verified = one?.execution?.visits.some(
      ({ state, error, endedAt = Number.POSITIVE_INFINITY }) => state === 'Verify' && !error && endedAt <= write.at,
    );
    return verified ? [] : [`${write.deployment} shifted before Verify had passed`];
  }
  if (write.function !== 'deploy-rollback') return [`${write.function} moved the traffic`];
  const first = world.pointers.findIndex(({ deployment }) => deployment === write.deployment);
  const blue = world.pointers[first - 1]?.seen ?? world.blue;
  return sameShares(blue, write.seen) ? [] : [`Rollback gave the traffic to what did not have it before`];
}

function unasked(write: PointerWrite, index: number, { world, cases }: Evidence): string[] {
  const before = world.pointers[index - 1]?.seen ?? world.blue;
  if (siteOf(write.seen) !== 'nothing' || siteOf(before) === 'nothing') return [];
  const site = cases.find(({ id }) => id === write.deployment)?.trigger?.site;
  if (write.function === 'deploy-shift') return site === 'nothing' ? [] : [`Shift of ${site} took the pilot offline`];
  const first = world.pointers.findIndex(({ deployment }) => deployment === write.deployment);
  const found = world.pointers[first - 1]?.seen ?? world.blue;
  return siteOf(found) === 'nothing' ? [] : [`${write.function} of ${site} took the pilot offline`];
}

const sameShares = (one: Seen, other: Seen) =>
  JSON.stringify(Object.entries(one.shares).sort()) === JSON.stringify(Object.entries(other.shares).sort());

/**
 * What was told of an end against what viewers got. A deployment that wrote the pointer is judged by its last
 * write before it told: the next one may have moved on since.
 */
function untrue(one: Case, end: Case['ends'][number], evidence: Evidence): string[] {
  const { id, trigger } = one;
  const { world } = evidence;
  const own = world.pointers.findLast((write) => write.deployment === id && write.at <= end.at)?.seen;
  const green = trigger?.site;
  if (end['detail-type'] === 'DeploymentSucceeded') {
    if (own) return siteOf(own) === green ? [] : [`success was told of ${green} while viewers got ${siteOf(own)}`];
    const found = end.detail.alreadyLive ? during('Prepare', one, evidence).map(siteOf) : [];
    // What is restored stays offline, as it was.
    if (green === 'nothing' && siteOf(world.pointers.findLast(({ at }) => at <= end.at)?.seen ?? world.blue) === green)
      return [];
    return found.includes(green ?? 'nothing') ? [] : [`success was told of ${green}, which nobody had moved`];
  }
  if (green === 'nothing' && siteOf(world.blue) !== 'nothing')
    return own && siteOf(own) === 'nothing' ? [`${end['detail-type']} was told of what has gone offline`] : [];
  const share = own && Object.keys(own.shares).find((release) => own.sites[release] === green);
  return share && green !== siteOf(world.blue)
    ? [`${end['detail-type']} was told of ${green} while it had ${own?.shares[share]} %`]
    : [];
}

/** All that viewers got while a deployment was in a state, or since. */
function during(state: string, { execution, recoveries }: Case, { world, seenAt }: Evidence): Seen[] {
  const visits = [execution, ...recoveries].flatMap((one) => one?.visits ?? []).filter((one) => one.state === state);
  return visits.flatMap(({ at, endedAt = Number.POSITIVE_INFINITY }) => [
    seenAt(at),
    ...world.pointers.filter((write) => write.at > at && write.at <= endedAt).map(({ seen }) => seen),
  ]);
}

/** The release that is told to serve was the one that did, at some moment since the deployment turned to its end. */
function misnamed(one: Case, end: Case['ends'][number], evidence: Evidence): string[] {
  const { serving } = end.detail;
  if (serving === undefined) return [];
  const found = during('Unlock', one, evidence).map(({ live }) => live ?? null);
  return found.includes(serving as string | null)
    ? []
    : [`${serving} was told to serve, and it was ${found.join(', ')}`];
}
