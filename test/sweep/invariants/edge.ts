import type { Evidence } from '../evidence.ts';
import { EDGE } from '../names.ts';
import { DAILY } from '../play.ts';
import { PROBES } from '../ranges.ts';
import { PILOT } from '../sites.ts';
import type { EntranceNote, World } from '../world.ts';
import { all, among, type Door, doorsOf, isSame, isWithin, listsOf, ours } from './doors.ts';
import type { Invariant } from './invariant.ts';

/** What is true of whom security groups let in, after each call of anybody's. */
export const EDGES: Invariant[] = [
  {
    name: 'CloudFront is never shut out: what all lists have since the one that was let in goes on to be let in',
    broken: ({ world }) => doorsOf(world).flatMap((door) => shutOut(door, world)),
  },
  {
    name: 'nobody else is let in by Pilotage, and never everybody',
    broken: ({ world }) => world.entrances.flatMap((note) => strangers(note, world)),
  },
  {
    name: 'rules that others made stay',
    broken: ({ world }) => world.entrances.flatMap((note, index) => lostTo(note, world.entrances[index + 1])),
  },
  {
    name: 'EC2 is never asked for more rules than a group may have',
    broken: ({ world }) => (world.servers.now.edges.overfull > 0 ? ['it refused more of them'] : []),
  },
  {
    name: 'an older list never undoes a newer one',
    broken: ({ world }) => doorsOf(world).flatMap((door) => undone(door, world)),
  },
  {
    name: 'after the day’s look exactly the newest list is let in',
    broken: ({ world }) => doorsOf(world).flatMap((door) => unlike(door, world)),
  },
  {
    name: 'no release gets traffic before CloudFront may reach it',
    broken: ({ world }) => unreachable(world),
  },
  {
    name: 'each run that keeps what lets CloudFront in tells what became of it, once, and of each pilot that it could not keep',
    broken: (evidence) => untold(evidence),
  },
];

function shutOut({ pilot, notes }: Door, world: World): string[] {
  const lists = listsOf(world);
  let filled = -1;
  return notes.flatMap(({ at, entries }) => {
    const letIn = among(all(entries));
    const known = lists.filter((list) => list.at <= at);
    filled = Math.max(
      filled,
      known.findLastIndex(({ holds }) => isWithin(holds, letIn)),
    );
    if (filled < 0) return [];
    const since = known.slice(filled);
    const missing = PROBES.filter((probe) => since.every(({ holds }) => holds.has(probe)) && !letIn.has(probe));
    return missing.map((probe) => `${timeOf(at, world)}: ${pilot} shut ${probe} out`);
  });
}

function strangers({ at, groups }: EntranceNote, world: World): string[] {
  const known = listsOf(world).filter((list) => list.at <= at);
  return Object.entries(groups).flatMap(([id, entries]) => {
    const wide = ours(entries).filter((cidr) => cidr.endsWith('/0'));
    const odd = [...among(ours(entries))].filter((probe) => !known.some(({ holds }) => holds.has(probe)));
    return [...wide, ...odd].map((who) => `${timeOf(at, world)}: ${id} let ${who} in`);
  });
}

const lostTo = ({ groups }: EntranceNote, next: EntranceNote | undefined): string[] =>
  Object.entries(groups).flatMap(([id, entries]) => {
    const after = next?.groups[id];
    if (!after) return [];
    const lost = entries.filter(
      ({ cidr, isOurs }) => !isOurs && !after.some((one) => !one.isOurs && one.cidr === cidr),
    );
    return lost.map(({ cidr }) => `${id} lost ${cidr}, which somebody else let in`);
  });

function undone({ pilot, notes }: Door, world: World): string[] {
  const lists = listsOf(world);
  let exact = -1;
  return notes.flatMap(({ at, entries }) => {
    const letIn = among(ours(entries));
    exact = Math.max(
      exact,
      lists.findLastIndex((list) => list.at <= at && isSame(list.holds, letIn)),
    );
    if (exact < 0) return [];
    const old = [...letIn].filter((probe) => !lists.slice(exact).some(({ holds }) => holds.has(probe)));
    return old.map((probe) => `${timeOf(at, world)}: ${pilot} let ${probe} in again`);
  });
}

/** Of a door that let a list in, once. */
function unlike({ pilot, notes }: Door, world: World): string[] {
  const lists = listsOf(world);
  const wasFilled = notes.some(({ entries }) => lists.some(({ holds }) => isWithin(holds, among(all(entries)))));
  const got = ours(notes.at(-1)?.entries ?? []).sort();
  const wanted = [...(lists.at(-1)?.cidrs ?? [])].sort();
  return !wasFilled || got.join() === wanted.join() ? [] : [`${pilot} lets in ${got.join(', ')}`];
}

function unreachable(world: World): string[] {
  const lists = listsOf(world);
  return doorsOf(world)
    .filter(({ pilot }) => pilot === PILOT)
    .flatMap(({ notes }) => {
      const open = notes.find(({ entries }) => lists.some(({ holds }) => isWithin(holds, among(all(entries)))));
      const early = world.pointers.find(
        ({ at, seen }) => Object.keys(seen.shares).length > 0 && at < (open?.at ?? Number.POSITIVE_INFINITY),
      );
      return early ? [`${timeOf(early.at, world)}: ${early.function} gave traffic to what nobody reached`] : [];
    });
}

function untold({ world }: Evidence): string[] {
  const { edges } = world.servers.now;
  const gone = Object.keys(edges.doors).filter((pilot) => edges.doors[pilot]?.some((id) => !edges.groups[id]));
  return [...world.engine.executions.values()]
    .filter(({ machine, status }) => machine === EDGE && status === 'SUCCEEDED')
    .flatMap(({ name, input }) => {
      const told = world.bus.events.filter(
        (event) => event['detail-type'] === 'EdgeSynced' && event.detail.deployment === `edge_${name}`,
      );
      const { reason } = JSON.parse(input) as { reason: string };
      const failed = JSON.stringify(told.at(-1)?.detail.failed ?? []);
      const silent = name === DAILY ? gone.filter((pilot) => !failed.includes(`"pilot":"${pilot}"`)) : [];
      return [
        ...(told.length === 0 && reason !== 'again' ? [`${name} told nothing`] : []),
        ...silent.map((pilot) => `${name} did not tell of ${pilot}`),
        ...repeated(name, world),
      ];
    });
}

/** SNS has no deduplication: what happens to the sending itself may send it again. */
function repeated(name: string, { messages, journal }: World): string[] {
  const sent = messages.filter(({ deployment }) => deployment === `edge_${name}`).length;
  const excused = journal.some(({ fault, function: by }) => fault !== undefined && by === 'notify-topic');
  return sent > 1 && !excused ? [`people were notified ${sent} times of ${name}`] : [];
}

const timeOf = (at: number, { start }: World): string => `${(at - start) / 1000} s`;
