import type { StackChange } from '../preview/stack.ts';

/** What a change set does to resources, named as in the template. */
export type Touched = Partial<Record<Deed, string[]>>;

type Deed = 'added' | 'taken over' | 'changed' | 'replaced' | 'removed';

const DEEDS: Readonly<Record<StackChange['action'], Deed>> = {
  create: 'added',
  import: 'taken over',
  change: 'changed',
  'maybe-replace': 'changed',
  replace: 'replaced',
  delete: 'removed',
};

export function touchedBy(changes: readonly StackChange[]): Touched {
  const touched: Touched = {};
  for (const { action, logicalId } of changes) {
    const deed = DEEDS[action];
    touched[deed] = [...(touched[deed] ?? []), logicalId];
  }
  return touched;
}

/** What all of them together did, in words: `3 resources added, 1 changed`. What was added is not changed as well. */
export function touchedInWords(all: readonly Touched[]): string {
  const added = new Set(all.flatMap(({ added = [] }) => added));
  const counts = [...new Set(Object.values(DEEDS))].map((deed) => {
    const names = new Set(all.flatMap((one) => one[deed] ?? []));
    return { deed, count: [...names].filter((name) => deed !== 'changed' || !added.has(name)).length };
  });
  const [first, ...others] = counts.filter(({ count }) => count > 0);
  if (!first) return 'its outputs alone';
  const noun = first.count === 1 ? 'resource' : 'resources';
  return [`${first.count} ${noun} ${first.deed}`, ...others.map(({ count, deed }) => `${count} ${deed}`)].join(', ');
}
