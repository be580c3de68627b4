import { type Case, type Evidence, hasSucceeded } from '../evidence.ts';
import type { Invariant } from './invariant.ts';

/** What people are told, and that everything that was asked for comes to an end. */
export const TELLING: Invariant[] = [
  {
    name: 'everything comes to rest',
    broken: ({ restedAt, world }) => {
      if (restedAt !== undefined) return [];
      const rows = [...(world.table.rows.get('RUNNING')?.keys() ?? [])];
      const running = [...world.engine.executions.values()].filter(({ status }) => status === 'RUNNING');
      return [
        `still running: rows ${rows.join(', ') || 'none'}; executions ${running.map(({ name, visits }) => `${name} at ${visits.at(-1)?.state}`).join(', ') || 'none'}`,
      ];
    },
  },
  {
    name: 'each accepted trigger yields one execution',
    broken: ({ stage, cases, world }) =>
      stage.triggers.flatMap((trigger) => {
        const found = cases.filter((one) => one.trigger === trigger);
        if (found.length > 1) return [`${found.map(({ id }) => id).join(' and ')} are one trigger`];
        if (found.length === 1 && !found[0]?.execution) return [`${found[0]?.id} has no execution`];
        const wasDropped = world.bus.deliveries.some(
          ({ fault, event }) =>
            fault === 'event dropped' &&
            (event.detail.object as { 'version-id'?: string })?.['version-id'] === trigger.version,
        );
        // Of a commit that a newer one took the place of nothing needs to come: that is judged with pushes.
        return found.length === 0 && !wasDropped && trigger.commit === undefined
          ? [`nothing came of ${trigger.version ?? trigger.request}`]
          : [];
      }),
  },
  {
    name: 'each deployment has one end, and everybody is told the same',
    broken: ({ cases }) =>
      cases.flatMap(({ id, ends, execution }) => {
        const names = new Set(ends.map((event) => event['detail-type']));
        if (names.size !== 1) return [`${id} was told to have ended as ${[...names].join(' and ') || 'nothing'}`];
        const succeeded = names.has('DeploymentSucceeded');
        return execution?.status === 'SUCCEEDED' && !succeeded
          ? [`${id} succeeded, and was told as ${[...names]}`]
          : [];
      }),
  },
  {
    name: 'what was given up does not go live',
    broken: ({ stage, cases }) =>
      stage.cancelled.flatMap(({ deployment }) =>
        cases.some((one) => one.id === deployment && hasSucceeded(one)) ? [`${deployment} went live all the same`] : [],
      ),
  },
  {
    name: 'each end is notified once',
    broken: (evidence) => evidence.cases.flatMap((one) => miscounted(one, evidence)),
  },
];

/** SNS has no deduplication: what happens to the sending itself, or before it is noted, may send it again. */
function miscounted({ id }: Case, { world }: Evidence): string[] {
  const sent = world.messages.filter(({ deployment }) => deployment === id).length;
  if (sent === 0) return [`nobody was notified of ${id}`];
  const excused = world.journal.some(({ fault, function: by }) => fault !== undefined && by === 'notify-topic');
  return sent > 1 && !excused ? [`people were notified ${sent} times of ${id}`] : [];
}
