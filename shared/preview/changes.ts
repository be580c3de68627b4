import type { Component, Resource } from './model.ts';

/**
 * What becomes of a resource. `use`: it is there already, for other pilots too. `leave`: nothing
 * wants it any more, and it is kept for a person to delete.
 */
export type Action = 'create' | 'use' | 'change' | 'replace' | 'delete' | 'leave' | 'keep';

export interface Change {
  action: Action;
  component: string;
  type: string;
  name: string;
  /** Settings that differ, in the order of the plan; an absent side has none. */
  settings: { setting: string; from?: string; to?: string }[];
  /** The settings that make it a replacement, or that interrupt it for a moment. */
  because?: string[];
  interrupts?: true;
  /** What is lost by it. */
  loses?: string;
}

/** Compares what is planned with what is live, resource by resource; with nothing live, all is created. */
export function changesBetween(planned: readonly Component[], live: readonly Component[]): Change[] {
  const now = byKey(live);
  const then = byKey(planned);
  return [
    ...[...then].map(([key, one]) => changeOf(one, now.get(key)?.resource)),
    ...[...now].filter(([key, { resource }]) => !then.has(key) && !resource.shared).map(([, one]) => goneOf(one)),
  ];
}

interface Owned {
  component: string;
  resource: Resource;
}

const byKey = (components: readonly Component[]): Map<string, Owned> =>
  new Map(
    components.flatMap(({ name, resources }) =>
      resources.map(
        (resource) => [`${resource.type} ${resource.slot ?? resource.name}`, { component: name, resource }] as const,
      ),
    ),
  );

function changeOf({ component, resource }: Owned, before: Resource | undefined): Change {
  const { type, name } = resource;
  const common = { component, type, name };
  if (!before) return { ...common, action: resource.shared ? 'use' : 'create', settings: [] };
  const settings = differences(before.settings, resource.settings);
  const among = (names: readonly string[] = []) =>
    settings.map(({ setting }) => setting).filter((setting) => names.includes(setting));
  const fixed = among(resource.fixed);
  if (fixed.length > 0)
    return { ...common, action: 'replace', settings, because: fixed, ...(before.holds && { loses: before.holds }) };
  const interrupting = among(resource.interrupts);
  return {
    ...common,
    action: settings.length > 0 ? 'change' : 'keep',
    settings,
    ...(interrupting.length > 0 && { because: interrupting, interrupts: true }),
  };
}

function goneOf({ component, resource: { type, name, holds, left } }: Owned): Change {
  const common = { component, type, name, settings: [] };
  return left ? { ...common, action: 'leave' } : { ...common, action: 'delete', ...(holds && { loses: holds }) };
}

function differences(from: Resource['settings'], to: Resource['settings']): Change['settings'] {
  const names = [...new Set([...Object.keys(to), ...Object.keys(from)])];
  return names
    .filter((name) => from[name] !== to[name])
    .map((setting) => {
      const before = from[setting];
      const after = to[setting];
      return { setting, ...(before !== undefined && { from: before }), ...(after !== undefined && { to: after }) };
    });
}
