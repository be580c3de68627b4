import type { Change } from '../preview/changes.ts';
import type { PilotPlan } from '../preview/plan.ts';

/** Changes that are alike, such as those of blue and green. */
export interface Group {
  change: Change;
  names: string[];
  /** What is planned, for what is new. */
  planned: Record<string, string>;
}

/** The changes of one component, what stays left out, those that are alike taken together. */
export function groupsOf({ changes, components }: PilotPlan, component: string): Group[] {
  const planned = new Map(
    components.flatMap(({ resources }) => resources.map((one) => [`${one.type} ${one.name}`, one.settings] as const)),
  );
  const groups = new Map<string, Group>();
  for (const change of changes) {
    if (change.component !== component || change.action === 'keep') continue;
    const { name, ...rest } = change;
    const isNew = change.action === 'create' || change.action === 'use';
    const settings = (isNew && planned.get(`${change.type} ${name}`)) || {};
    const key = JSON.stringify([rest, settings]);
    const group = groups.get(key);
    if (group) group.names.push(name);
    else groups.set(key, { change, names: [name], planned: settings });
  }
  return [...groups.values()];
}

/** Components that have changes, in the order of the plan; what goes comes last. */
export const changedComponents = ({ changes }: PilotPlan): string[] => [
  ...new Set(changes.filter(({ action }) => action !== 'keep').map(({ component }) => component)),
];
