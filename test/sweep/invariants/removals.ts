import type { Evidence } from '../evidence.ts';
import { REMOVE } from '../names.ts';
import { besidePreview, leftOfPreview } from '../preview.ts';
import type { Invariant } from './invariant.ts';

const TERMINAL = ['DeploymentSucceeded', 'DeploymentFailed', 'Rejected', 'Superseded'];

/** What becomes of a preview that is to go, and of all else. */
export const REMOVALS: Invariant[] = [
  {
    name: 'of a preview that was asked to go nothing is left in the end',
    broken: ({ stage, world }) => (stage.beside === undefined ? [] : leftOfPreview(world)),
  },
  {
    name: 'a removal takes nothing from the same pilot’s other environments',
    broken: ({ stage, world }) =>
      stage.beside === undefined || stage.beside === besidePreview(world) ? [] : [`it was ${stage.beside}`],
  },
  {
    name: 'each removal has one end, of which everybody is told once, and its lock is free',
    broken: (evidence) => [...endsOf(evidence), ...locksOf(evidence)],
  },
];

function endsOf({ stage, world }: Evidence): string[] {
  const executed = [...world.engine.executions.values()].filter(({ machine }) => machine === REMOVE);
  const asked = new Set([...stage.removals.map(({ deployment }) => deployment), ...executed.map(({ name }) => name)]);
  // Sent twice where the fault hit the telling itself: a topic has no deduplication.
  const isExcused = world.journal.some(({ fault, function: by }) => fault !== undefined && by === 'notify-topic');
  return [...asked].flatMap((id) => {
    const names = new Set(
      world.bus.events
        .filter((event) => TERMINAL.includes(event['detail-type']) && event.detail.deployment === id)
        .map((event) => event['detail-type']),
    );
    const told = world.messages.filter(({ deployment }) => deployment === id).length;
    return [
      ...(names.size === 1 ? [] : [`${id} was told to have ended as ${[...names].join(' and ') || 'nothing'}`]),
      ...(told === 1 || (told > 1 && isExcused) ? [] : [`people were notified ${told} times of ${id}`]),
    ];
  });
}

const locksOf = ({ world }: Evidence): string[] =>
  [...world.table.rows].flatMap(([pk, items]) => {
    const owner = pk.startsWith('PILOT#') ? items.get('LOCK')?.owner?.S : undefined;
    return owner === undefined ? [] : [`${owner} has the lock of ${pk}`];
  });
