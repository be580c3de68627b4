import type { Case, Evidence } from '../evidence.ts';
import { hasSucceeded } from '../evidence.ts';
import type { Strengths } from '../viewer.ts';
import type { TakenDown, World } from '../world.ts';
import type { Invariant } from './invariant.ts';

/** What is true of tasks and versions, which are there or not whatever the pointer says. */
export const SERVERS: Invariant[] = [
  {
    name: 'nobody is sent to a colour where nobody answers, while the other one would',
    broken: ({ world }) =>
      world.outages.map(
        ({ at, release }) => `${(at - world.start) / 1000} s: ${release} had traffic and no healthy target`,
      ),
  },
  {
    name: 'a failed deployment leaves blue as large as it was',
    broken: (evidence) => evidence.cases.flatMap((one) => shrunk(one, evidence)),
  },
  {
    name: 'blue is not taken down before the rollout is over, nor what viewers get at any time',
    broken: (evidence) => evidence.world.takenDown.flatMap((down) => tooEarly(down, evidence)),
  },
  {
    name: 'what goes offline goes on running, to be back at once',
    broken: (evidence) => evidence.cases.flatMap((one) => notKept(one, evidence)),
  },
  {
    name: 'an environment is not terminated while resolvers may still lead to it',
    broken: ({ world }) => world.takenDown.flatMap((down) => remembered(down, world)),
  },
];

const strengthsAt = ({ strengths }: World, at: number): Strengths =>
  strengths.findLast((note) => note.at <= at)?.strengths ?? {};

/** When a deployment began to change what runs. */
const preparedAt = ({ execution }: Case): number | undefined =>
  execution?.visits.find(({ state }) => state === 'Prepare')?.at;

function shrunk(one: Case, { world, seenAt }: Evidence): string[] {
  const began = preparedAt(one);
  const [end] = one.ends;
  if (hasSucceeded(one) || began === undefined || !end) return [];
  const blue = seenAt(began).live;
  const before = strengthsAt(world, began);
  const after = strengthsAt(world, end.at);
  return Object.entries(before).flatMap(([group, was]) => {
    if (was.release !== blue) return [];
    const is = after[group];
    const counts = ['desired', 'running', 'healthy'] as const;
    return counts
      .filter((count) => (is?.[count] ?? 0) < was[count])
      .map((count) => `${one.id} found blue with ${was[count]} ${count} and left it with ${is?.[count] ?? 0}`);
  });
}

function tooEarly({ at, release, function: by, deployment }: TakenDown, { cases, seenAt }: Evidence): string[] {
  if (seenAt(at).shares[release]) return [`${by} took ${release} down while viewers got it`];
  const one = cases.find(({ id }) => id === deployment);
  const began = one && preparedAt(one);
  if (began === undefined || seenAt(began).live !== release) return [];
  const isOver = one?.execution?.visits.some((visit) => visit.state === 'Finish' && visit.at <= at);
  return isOver ? [] : [`${by} of ${deployment} took ${release} down before its rollout was over`];
}

function notKept(one: Case, { world, seenAt }: Evidence): string[] {
  const began = preparedAt(one);
  const [end] = one.ends;
  if (one.trigger?.site !== 'nothing' || !hasSucceeded(one) || began === undefined || !end) return [];
  const { live } = seenAt(began);
  const before = Object.values(strengthsAt(world, began)).some(({ release }) => release === live);
  const kept = Object.values(strengthsAt(world, end.at)).find(({ release }) => release === live);
  return before && (kept?.healthy ?? 0) === 0 ? [`${one.id} left nothing of ${live} to come back with`] : [];
}

/** How long resolvers may keep what a name below elasticbeanstalk.com led to. */
const TTL_MS = 60_000;

function remembered({ at, release, function: by }: TakenDown, { servers, pointers, blue }: World): string[] {
  if (!servers.now.beanstalk.host) return [];
  const lost = pointers.findLast(
    (write, index) =>
      write.at <= at && write.seen.live !== release && (pointers[index - 1]?.seen ?? blue).live === release,
  );
  if (!lost || at - lost.at >= TTL_MS) return [];
  return [`${by} took ${release} down ${(at - lost.at) / 1000} s after the address had gone`];
}
